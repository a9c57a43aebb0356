//! Judges every object in several threads, and returns the results in the order of the documents.

mod class;
mod collect;
mod command;
mod coverage;
mod document;
mod documents;
mod exempt;
mod explain;
mod fill;
mod gather;
mod options;
mod setup;

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use ferrego_gatekeeper::documents::Document;
use ferrego_runtime::Arena;
use ferrego_source::diagnostics::Notice;

use crate::report::test::{Lines, Report, Violation};
pub use collect::Collected;
pub use command::{inputs, inputs_below, not_applied, report, report_on, run, status};
pub use coverage::{Coverage, notices as coverage_notices};
pub use document::Answer;
use document::judge_one;
pub use documents::Documents;
pub use exempt::exempt_namespaces;
pub use explain::{Account, Explain};
pub use fill::Filling;
use gather::{Answers, Gatherer};
pub use gather::{Seen, duplicate_object};
pub use options::Options;
pub use setup::{Preparation, SetUp, Settings, SharedHost, TemplateFacts};

/// The number of documents that a thread receives at once.
const BATCH: usize = 32;

/// Consecutive documents, and the index of the first.
type Batch = (usize, Vec<Document>);

/// Judges all documents.
///
/// Violations go to `lines` as they are found, in the order of the documents. The report keeps the
/// violations that `lines` does not take. `seen` receives all violations.
pub fn judge(
    documents: &dyn Documents,
    set_up: &SetUp,
    coverage: &Coverage,
    options: &Options,
    lines: &mut Lines<'_>,
    seen: Seen<'_>,
) -> Report {
    let jobs = options.jobs.max(1);
    let mut gatherer = Gatherer::new(documents.total(), options, lines, seen);
    let mut threads = Threads::default();
    let add = &mut |answers| gatherer.add(answers);
    if !with_threads(jobs, documents, set_up, coverage, add, &mut threads) {
        here(documents, set_up, coverage, add);
    }
    let mut report = gatherer.finish();
    report.notices.extend(threads.notice());
    report
}

/// Judges documents, and returns the answer for each.
pub fn judge_each(
    documents: &[Document],
    set_up: &SetUp,
    coverage: &Coverage,
    jobs: usize,
) -> Vec<Answer> {
    let mut batches = BTreeMap::new();
    let add = &mut |(first, answers): Answers| drop(batches.insert(first, answers));
    // A batch is too small for more threads.
    let jobs = jobs.min(documents.len().div_ceil(BATCH));
    if jobs < 2 || !with_threads(jobs, &documents, set_up, coverage, add, &mut Threads::default()) {
        here(&documents, set_up, coverage, add);
    }
    batches.into_values().flatten().collect()
}

/// Judges one document.
pub fn judge_single(
    document: &Document,
    set_up: &SetUp,
    coverage: &Coverage,
    options: &Options,
    lines: &mut Lines<'_>,
) -> Report {
    let arena = Arena::new();
    let mut seen = |_: &Violation| {};
    let mut gatherer = Gatherer::new(Some(1), options, lines, &mut seen);
    // The document counts even if it is a template or a constraint.
    let answer = Answer { counts: true, ..judge_one(document, set_up, None, coverage, &arena) };
    gatherer.add((0, vec![answer]));
    gatherer.finish()
}

/// Judges the documents with a thread that reads and up to `jobs` that judge. Returns `false`
/// without having judged any if the system offers too few threads for that.
fn with_threads(
    jobs: usize,
    documents: &dyn Documents,
    set_up: &SetUp,
    coverage: &Coverage,
    add: &mut dyn FnMut(Answers),
    threads: &mut Threads,
) -> bool {
    let (to_workers, from_reader) = sync_channel::<Batch>(2 * jobs);
    let (to_collector, from_workers) = sync_channel::<Answers>(2 * jobs);
    let from_reader = Mutex::new(from_reader);
    thread::scope(|scope| {
        let from_reader = &from_reader;
        let to_collector = to_collector;
        let mut workers = 0;
        for _ in 0..jobs {
            let to_collector = to_collector.clone();
            let work = move || work(from_reader, &to_collector, set_up, coverage);
            if !threads.start(scope, work) {
                break;
            }
            workers += 1;
        }
        drop(to_collector);
        // If this thread does not start, its end of the channel is dropped, and the workers end.
        if workers == 0 || !threads.start(scope, move || read(documents, &to_workers)) {
            return false;
        }
        for answers in from_workers {
            add(answers);
        }
        true
    })
}

/// Judges the documents in this thread.
fn here(
    documents: &dyn Documents,
    set_up: &SetUp,
    coverage: &Coverage,
    add: &mut dyn FnMut(Answers),
) {
    let (mut arena, mut number) = (Arena::new(), 0);
    documents.each(&mut |document| {
        arena.reset();
        let namespaces = set_up.namespaces();
        let namespaces = namespaces.as_deref();
        let answer = judge_one(&document, set_up, namespaces, coverage, &arena);
        add((number, vec![answer]));
        number += 1;
        ControlFlow::Continue(())
    });
}

/// The outcome of starting the threads. Fewer workers do the same work.
#[derive(Default)]
struct Threads {
    error: Option<io::Error>,
}

impl Threads {
    /// Starts a thread. Returns `true` if the system offers it.
    fn start<'scope>(
        &mut self,
        scope: &'scope thread::Scope<'scope, '_>,
        work: impl FnOnce() + Send + 'scope,
    ) -> bool {
        let started = thread::Builder::new().spawn_scoped(scope, work);
        let is_started = started.is_ok();
        self.error = self.error.take().or(started.err());
        is_started
    }

    fn notice(self) -> Option<Notice> {
        let message = format!("cannot start a thread: {}", self.error?);
        let help = "run fewer threads with --jobs";
        Some(Notice::error("", message).with_help(help).as_warning())
    }
}

fn read(documents: &dyn Documents, to_workers: &SyncSender<Batch>) {
    let (mut first, mut batch) = (0, Vec::with_capacity(BATCH));
    documents.each(&mut |document| {
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
        let namespaces = set_up.namespaces();
        for document in &documents {
            arena.reset();
            answers.push(judge_one(document, set_up, namespaces.as_deref(), coverage, &arena));
        }
        if to_collector.send((first, answers)).is_err() {
            return;
        }
    }
}
