//! Judges every object in several threads, and returns the results in the order of the documents.

mod document;
mod gather;
mod options;

use std::io;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use ferrego_compiler::diagnostics::Notice;
use ferrego_gatekeeper::documents::Document;
use ferrego_runtime::Arena;

use super::collect::Collected;
use super::coverage::Coverage;
use super::setup::SetUp;
use crate::reports::test::{Lines, Report};
use document::judge_one;
use gather::{Answers, gather};
pub(super) use options::Options;

/// The number of documents that a thread receives at once.
const BATCH: usize = 32;

/// Consecutive documents, and the index of the first.
type Batch = (usize, Vec<Document>);

/// Judges all collected documents.
///
/// Violations go to `lines` as they are found, in the order of the documents. The report keeps the
/// violations that `lines` does not take.
pub(super) fn judge(
    collected: &Collected,
    set_up: &SetUp,
    coverage: &Coverage,
    options: &Options,
    lines: &mut Lines<'_>,
) -> Report {
    let jobs = options.jobs.max(1);
    let (to_workers, from_reader) = sync_channel::<Batch>(2 * jobs);
    let (to_collector, from_workers) = sync_channel::<Answers>(2 * jobs);
    let from_reader = Mutex::new(from_reader);
    thread::scope(|scope| {
        let from_reader = &from_reader;
        let mut threads = Threads::default();
        threads.start(scope, move || read(collected, &to_workers));
        for _ in 0..jobs {
            let to_collector = to_collector.clone();
            threads.start(scope, move || work(from_reader, &to_collector, set_up, coverage));
        }
        drop(to_collector);
        let mut report = gather(&from_workers, collected.count, options, lines);
        report.notices.extend(threads.notice());
        report
    })
}

/// The outcome of starting the threads. Fewer workers do the same work. Without any worker, or
/// without the reader, the report says how many documents were not judged.
#[derive(Default)]
struct Threads {
    error: Option<io::Error>,
}

impl Threads {
    fn start<'scope>(
        &mut self,
        scope: &'scope thread::Scope<'scope, '_>,
        work: impl FnOnce() + Send + 'scope,
    ) {
        let started = thread::Builder::new().spawn_scoped(scope, work);
        self.error = self.error.take().or(started.err());
    }

    fn notice(self) -> Option<Notice> {
        let message = format!("cannot start a thread: {}", self.error?);
        let help = "run fewer threads with --jobs";
        Some(Notice::error("", message).with_help(help).as_warning())
    }
}

fn read(collected: &Collected, to_workers: &SyncSender<Batch>) {
    let (mut first, mut batch) = (0, Vec::with_capacity(BATCH));
    collected.each(&mut |document| {
        batch.push(document);
        if batch.len() < BATCH {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
        let number = first;
        first += full.len();
        match to_workers.send((number, full)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    // Without receivers, nobody needs the batch.
    let _ = to_workers.send((first, batch));
}

fn work(
    from_reader: &Mutex<Receiver<Batch>>,
    to_collector: &SyncSender<Answers>,
    set_up: &SetUp,
    coverage: &Coverage,
) {
    let mut arena = Arena::new();
    loop {
        let batch = from_reader.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((first, documents)) = batch else { return };
        let mut answers = Vec::with_capacity(documents.len());
        for document in &documents {
            arena.reset();
            answers.push(judge_one(document, set_up, coverage, &arena));
        }
        if to_collector.send((first, answers)).is_err() {
            return;
        }
    }
}
