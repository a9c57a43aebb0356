//! Collects the answers of the threads in a report.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ferrego_gatekeeper::documents::UNREADABLE;
use ferrego_gatekeeper::fault::FaultCode;
use ferrego_source::diagnostics::{Excerpt, Notice, Severity};
use indicatif::{ProgressBar, ProgressStyle};

use super::document::Answer;
use super::options::Options;
use crate::report::test::{Judged, Lines, Report, Violation};

/// The number of times that one fault is reported.
const SAME: usize = 5;

/// The number of documents at which a terminal starts to show a progress bar.
const LONG: usize = 2_000;

/// The answers for the documents of a batch, and the index of the first.
pub(super) type Answers = (usize, Vec<Answer>);

/// A receiver of all violations, also of those that are not reported.
pub type Seen<'s> = &'s mut dyn FnMut(&Violation);

/// A collector of answers, which puts them in order and builds the report.
pub(super) struct Gatherer<'g, 'l> {
    options: &'g Options,
    lines: &'g mut Lines<'l>,
    /// Receives all violations.
    seen: Seen<'g>,
    bar: ProgressBar,
    gathering: Gathering,
    /// The index of the next document to report.
    next: usize,
    /// The answers that came before those of the next document.
    waiting: BTreeMap<usize, Vec<Answer>>,
    /// The number of documents at the first reading, if there was one.
    total: Option<usize>,
}

impl<'g, 'l> Gatherer<'g, 'l> {
    /// Creates a collector of the answers for `total` documents, or for as many as come.
    pub(super) fn new(
        total: Option<usize>,
        options: &'g Options,
        lines: &'g mut Lines<'l>,
        seen: Seen<'g>,
    ) -> Self {
        let (bar, gathering) = (progress(total, options), Gathering::default());
        Self { options, lines, seen, bar, gathering, next: 0, waiting: BTreeMap::new(), total }
    }

    /// Adds the answers for a batch, and reports those that are next.
    pub(super) fn add(&mut self, (first, answers): Answers) {
        let Self { options, lines, seen, bar, gathering, next, waiting, .. } = self;
        // The bar is locked while it is suspended.
        let shown = !bar.is_hidden();
        waiting.insert(first, answers);
        while let Some(answers) = waiting.remove(next) {
            *next += answers.len();
            bar.inc(answers.len() as u64);
            // A progress bar and lines on one terminal must not overlap.
            bar.suspend(|| {
                for answer in answers {
                    answer.violations.iter().for_each(&mut *seen);
                    gathering.add(answer, options, lines);
                }
                lines.flush(shown);
            });
            if waiting.is_empty() {
                break;
            }
        }
    }

    /// Returns the report.
    pub(super) fn finish(self) -> Report {
        self.bar.finish_and_clear();
        self.gathering.finish(self.next, self.total)
    }
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
        report.exempt += usize::from(answer.exempt);
        report.denied += usize::from(answer.violations.iter().any(|violation| violation.denies));
        let before = report.violations.len();
        for violation in answer.violations {
            report.denying += usize::from(violation.denies);
            report.other += usize::from(!violation.denies);
            if violation.denies || !options.deny_only {
                report.violations.extend(lines.take(violation));
            }
        }
        if let Some(explained) = answer.explained.filter(|_| answer.counts) {
            explained.accounts.iter().for_each(|account| account.tell_prints());
            report.explained.extend(lines.take_explained(explained));
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
    /// first reading, if there was one.
    fn finish(self, judged: usize, total: Option<usize>) -> Report {
        let Self { mut report, more, .. } = self;
        for ((code, message), (severity, count)) in more {
            let more = Notice::error(&code, format!("{message}: {count} more times"));
            report.notices.push(if severity == Severity::Error { more } else { more.as_warning() });
        }
        if let Some(total) = total.filter(|total| *total != judged) {
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
                let notice = duplicate_object(entry.key(), (file, *line), place);
                self.report.notices.push(notice);
            }
        }
    }
}

/// Returns the error about an object at `place` whose first place is a line of a file.
pub fn duplicate_object(object: &str, (file, line): (&str, u32), place: Excerpt) -> Notice {
    let message = format!("duplicate object `{object}`");
    let help =
        format!("the first is at {file}:{line}; keep one of them, or give the other its own name");
    Notice::error(FaultCode::Duplicate.as_str(), message).at(place).with_help(help)
}

fn progress(total: Option<usize>, options: &Options) -> ProgressBar {
    if !options.progress || total.is_some_and(|total| total < LONG) {
        return ProgressBar::hidden();
    }
    // The bar hides itself if standard error is not a terminal.
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total as u64), "{bar:40} {pos}/{len} objects, {eta}"),
        None => (ProgressBar::no_length(), "{spinner} {pos} objects, {elapsed}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_change_between_the_readings_are_told() {
        let told = |judged, total| Gathering::default().finish(judged, Some(total)).notices;
        assert!(told(3, 3).is_empty());
        let notices = told(2, 3);
        assert_eq!(notices.len(), 1);
        assert_eq!(notices[0].message, "3 documents were found, but 2 could be judged");
        assert_eq!(notices[0].severity, Severity::Error);
    }
}
