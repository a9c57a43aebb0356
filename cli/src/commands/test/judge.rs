//! Judges every object in several threads, and returns the results in the order of the documents.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ferrego_compiler::diagnostics::{Excerpt, Notice, Severity};
use ferrego_compiler::yaml::helm;
use ferrego_gatekeeper::documents::{Document, UNREADABLE};
use ferrego_gatekeeper::fault::{self, Fault, FaultCode, FieldPath};
use ferrego_gatekeeper::inventory::ObjectKey;
use ferrego_gatekeeper::policy_set::{Cause, Finding, JudgeFailure, Verdict};
use ferrego_gatekeeper::review::{Numbers, Review, inexact_number};
use ferrego_gatekeeper::suite::failed_review;
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Value};
use indicatif::{ProgressBar, ProgressStyle};

use super::class::{Class, wrong_group, wrong_kind};
use super::collect::Collected;
use super::coverage;
use super::setup::SetUp;
use crate::reports::test::{Judged, Lines, Object, Report, Violation};

/// The number of documents that a thread receives at once.
const BATCH: usize = 32;

/// The number of documents at which a terminal starts to show a progress bar.
const LONG: usize = 2_000;

/// The options of the judging.
pub(super) struct Options {
    /// The number of threads.
    pub(super) jobs: usize,
    /// `true` if only violations that deny are reported.
    pub(super) deny_only: bool,
    /// `true` if the report names all objects.
    pub(super) all_objects: bool,
    /// `true` if a terminal shows the progress.
    pub(super) progress: bool,
}

/// Consecutive documents, and the index of the first.
type Batch = (usize, Vec<Document>);

/// The answers for the documents of a batch, and the index of the first.
type Answers = (usize, Vec<Answer>);

/// The answer for one document.
#[derive(Default)]
struct Answer {
    violations: Vec<Violation>,
    notices: Vec<Notice>,
    /// The object and its place, to find duplicates.
    identity: Option<(String, Excerpt)>,
    /// The object, if it was judged.
    judged: Option<Object>,
    /// `true` if the object is counted. Templates and constraints are counted only if something is
    /// found in them.
    counts: bool,
}

/// Judges all collected documents.
///
/// Violations go to `lines` as they are found, in the order of the documents. The report keeps the
/// violations that `lines` does not take.
pub(super) fn judge(
    collected: &Collected,
    set_up: &SetUp,
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
            threads.start(scope, move || work(from_reader, &to_collector, set_up));
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

fn work(from_reader: &Mutex<Receiver<Batch>>, to_collector: &SyncSender<Answers>, set_up: &SetUp) {
    let mut arena = Arena::new();
    loop {
        let batch = from_reader.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((first, documents)) = batch else { return };
        let mut answers = Vec::with_capacity(documents.len());
        for document in &documents {
            arena.reset();
            answers.push(judge_one(document, set_up, &arena));
        }
        if to_collector.send((first, answers)).is_err() {
            return;
        }
    }
}

fn judge_one<'a>(document: &'a Document, set_up: &'a SetUp, arena: &'a Arena) -> Answer {
    let mut answer = Answer::default();
    let value = match document.value(arena) {
        Ok(value) => value,
        Err(notice) => {
            answer.notices.push(notice);
            return answer;
        }
    };
    if document.may_say(&["{{"]) && is_unrendered(&value) {
        let message = "expected a rendered object, found actions of a Helm template";
        let fault = Fault::new(FaultCode::InvalidObject, FieldPath::default(), message);
        answer.notices.push(document.notice(&fault.as_warning().with_help(helm::HELP)));
    }
    let class = Class::of(&value);
    let value = set_up.as_held(value, arena);
    let review = if class == Class::Review {
        Review::from_admission_review(arena, value, set_up.numbers)
    } else {
        if let Err(fault) = ObjectKey::of(&value)
            && fault.severity == fault::Severity::Error
        {
            answer.notices.push(document.notice(&fault));
            return answer;
        }
        Review::from_object(arena, value, None, set_up.numbers).map(Review::assuming_namespace)
    };
    let review = match review {
        Ok(review) => review,
        Err(faults) => {
            answer.notices.extend(faults.iter().map(|fault| document.notice(fault)));
            return answer;
        }
    };
    answer.notices.extend(review.unknown_fields().iter().map(|field| {
        let path = FieldPath::of(&field.split('.').collect::<Vec<_>>());
        let fault = Fault::new(FaultCode::InvalidObject, path, "unknown field, which is dropped");
        document.notice(&fault.as_warning())
    }));
    let reviewed = review.candidate().objects().next().copied().unwrap_or(value);
    let object = object(document, &reviewed);
    if class == Class::Object || class == Class::Namespace {
        if !object.name.is_empty() {
            answer.identity = Some((object.to_string(), document.place(&FieldPath::default())));
        }
        let is_template = |kind: &str| set_up.messages.contains_key(kind);
        answer.notices.extend(wrong_group(document, &value, is_template));
        answer.notices.extend(wrong_kind(document, &value));
    }
    answer.counts = class.is_object();
    if answer.counts {
        set_up.coverage.note(set_up, &review, arena);
    }
    // The numbers of constraints are reported when constraints are read.
    if class != Class::Constraint
        && set_up.numbers == Numbers::Exact
        && let Some(fault) = inexact_number(&value, &FieldPath::default())
        && (set_up.reads_inventory || coverage::is_matched(set_up, &review, arena))
    {
        answer.notices.push(document.notice(&fault));
    }
    match set_up.set.review_expanded(&review, &set_up.expander, &set_up.snapshot, arena) {
        Ok(verdict) => {
            add_verdict(&mut answer, document, &object, &verdict, set_up);
            answer.counts |= !answer.violations.is_empty();
            answer.judged = Some(object);
        }
        Err(error) => match error.failure() {
            JudgeFailure::Invalid(faults) => {
                answer.notices.extend(faults.iter().map(|fault| document.notice(fault)));
            }
            JudgeFailure::Expansion(fault) => answer.notices.push(document.notice(fault)),
            JudgeFailure::Review(error) => {
                let messages = set_up.messages.get(&*error.kind).map_or(&[][..], Vec::as_slice);
                answer.notices.push(failed_review(error, messages));
            }
            other => answer.notices.push(Notice::error("review", other.to_string())),
        },
    }
    answer
}

/// Returns `true` if a string in the document contains a Helm expression.
fn is_unrendered(value: &Value<'_>) -> bool {
    match value {
        Value::String(text) => helm::is_from_chart(text),
        Value::Array(items) => items.iter().any(is_unrendered),
        Value::Object(object) => object.pairs().iter().any(|(_, value)| is_unrendered(value)),
        _ => false,
    }
}

fn add_verdict(
    answer: &mut Answer,
    document: &Document,
    object: &Object,
    verdict: &Verdict<'_>,
    set_up: &SetUp,
) {
    for finding in verdict.findings {
        if finding.cause == Cause::Matching {
            let path = FieldPath::of(&["metadata", "namespace"]);
            let fault = Fault::new(FaultCode::InvalidObject, path, "the Namespace is not known");
            let help = "give the Namespace object too: a namespaceSelector needs it";
            answer.notices.push(document.notice(&fault.with_help(help).as_warning()));
        }
        answer.violations.push(violation(document, object, finding));
    }
    for warning in verdict.warnings {
        let message = format!("{}: {}", warning.message, warning.element);
        let mut notice = Notice::error("dropped violation", message).as_warning();
        if let Some(places) = set_up.messages.get(warning.constraint.kind) {
            notice.excerpts.clone_from(places);
        }
        answer.notices.push(notice);
    }
}

fn object(document: &Document, value: &Value<'_>) -> Object {
    let text = |path: &[&str]| {
        value.path(path).and_then(|text| text.as_str()).unwrap_or_default().to_owned()
    };
    Object {
        api_version: text(&["apiVersion"]),
        kind: text(&["kind"]),
        namespace: text(&["metadata", "namespace"]),
        name: text(&["metadata", "name"]),
        file: document.file().clone(),
    }
}

fn violation(document: &Document, object: &Object, finding: &Finding<'_>) -> Violation {
    let place = document.place(&FieldPath::default());
    Violation {
        object: object.clone(),
        line: place.line,
        column: place.column,
        msg: finding.msg.to_owned(),
        details: json::to_string(&finding.details, Escape::Plain),
        action: finding.action.to_owned(),
        scoped_actions: finding.scoped_actions.iter().map(ToString::to_string).collect(),
        denies: finding.acts("deny"),
        constraint: format!("{}/{}", finding.constraint.kind, finding.constraint.name),
        stopped: finding.cause == Cause::Evaluation,
    }
}

/// Collects the answers, puts them in order, and builds the report.
fn gather(
    from_workers: &Receiver<Answers>,
    total: usize,
    options: &Options,
    lines: &mut Lines<'_>,
) -> Report {
    let bar = progress(total, options);
    let shown = !bar.is_hidden();
    let mut gathering = Gathering::default();
    let (mut next, mut waiting) = (0, BTreeMap::new());
    for (first, answers) in from_workers {
        waiting.insert(first, answers);
        while let Some(answers) = waiting.remove(&next) {
            next += answers.len();
            bar.inc(answers.len() as u64);
            // A progress bar and lines on one terminal must not overlap.
            bar.suspend(|| {
                for answer in answers {
                    gathering.add(answer, options, lines);
                }
                lines.flush(shown);
            });
            if waiting.is_empty() {
                break;
            }
        }
    }
    bar.finish_and_clear();
    gathering.finish(next, total)
}

#[derive(Default)]
struct Gathering {
    report: Report,
    /// The file and line of each object.
    places: HashMap<String, (Arc<str>, u32)>,
    /// The number of times that each notice was reported. Thousands of objects may share a fault of
    /// the policy.
    told: HashMap<(String, String), usize>,
    /// The notices that exceed [`SAME`], with their severity and number.
    more: BTreeMap<(String, String), (Severity, usize)>,
}

impl Gathering {
    fn add(&mut self, answer: Answer, options: &Options, lines: &mut Lines<'_>) {
        let report = &mut self.report;
        report.objects += usize::from(answer.counts);
        report.denied += usize::from(answer.violations.iter().any(|violation| violation.denies));
        let before = report.violations.len();
        for violation in answer.violations {
            report.denying += usize::from(violation.denies);
            report.other += usize::from(!violation.denies);
            if violation.denies || !options.deny_only {
                report.violations.extend(lines.take(violation));
            }
        }
        if let Some(object) = answer.judged.filter(|_| options.all_objects && answer.counts) {
            let violations = report.violations.len() - before;
            report.judged.push(Judged { object, violations });
        }
        for notice in answer.notices {
            let times = self.told.entry((notice.code.clone(), notice.message.clone())).or_default();
            *times += 1;
            // The places of equal notices differ. A few of them are enough, with the number of the
            // others.
            if *times <= SAME {
                report.notices.push(notice);
            } else {
                let more = self.more.entry((notice.code, notice.message));
                more.or_insert((notice.severity, 0)).1 += 1;
            }
        }
        if let Some((object, place)) = answer.identity {
            self.places(object, place);
        }
    }

    /// Returns the report. `judged` documents were judged, and `total` documents were found at the
    /// first reading.
    fn finish(self, judged: usize, total: usize) -> Report {
        let Self { mut report, more, .. } = self;
        for ((code, message), (severity, count)) in more {
            let more = Notice::error(&code, format!("{message}: {count} more times"));
            report.notices.push(if severity == Severity::Error { more } else { more.as_warning() });
        }
        if judged != total {
            // The files changed between the two readings.
            let message = format!("{total} documents were found, but {judged} could be judged");
            let help = "run the command again: the files changed while they were read";
            report.notices.push(Notice::error(UNREADABLE, message).with_help(help));
        }
        report
    }

    /// Records the place of an object, and reports an object that has another place too.
    fn places(&mut self, object: String, place: Excerpt) {
        match self.places.entry(object) {
            Entry::Vacant(entry) => {
                entry.insert((place.file.clone(), place.line));
            }
            Entry::Occupied(entry) => {
                let (file, line) = entry.get();
                let message = format!("duplicate object `{}`", entry.key());
                let help = format!(
                    "the first is at {file}:{line}; keep one of them, or give the other its own name"
                );
                let notice = Notice::error(FaultCode::Duplicate.as_str(), message);
                self.report.notices.push(notice.at(place).with_help(help));
            }
        }
    }
}

/// The number of times that one fault is reported.
const SAME: usize = 5;

fn progress(total: usize, options: &Options) -> ProgressBar {
    if !options.progress || total < LONG {
        return ProgressBar::hidden();
    }
    // The bar hides itself if standard error is not a terminal.
    let bar = ProgressBar::new(total as u64);
    match ProgressStyle::with_template("{bar:40} {pos}/{len} objects, {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_change_between_the_readings_are_told() {
        let told = |judged, total| Gathering::default().finish(judged, total).notices;
        assert!(told(3, 3).is_empty());
        let notices = told(2, 3);
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].message, "3 documents were found, but 2 could be judged");
        assert_eq!(notices[0].severity, Severity::Error);
    }
}
