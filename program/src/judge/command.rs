//! The course of a command that judges objects: its inputs, its report and its exit status.

use std::path::{Path, PathBuf};

use ferrego_gatekeeper::documents::{self, Input};
use ferrego_gatekeeper::fault::FieldPath;
use ferrego_runtime::Arena;
use ferrego_source::diagnostics::{Notice, Severity};

use super::collect::Collected;
use super::coverage::{self, Coverage};
use super::documents::Documents;
use super::gather::Seen;
use super::options::Options;
use super::setup::SetUp;
use crate::arguments::{Judging, Output};
use crate::failure::Failure;
use crate::report::test::{Lines, Report};
use crate::status::Status;
use crate::{output, stdin, unchecked};

/// Returns the inputs below `paths`, with standard input if the caller provides it, and notices
/// about paths that cannot be read.
///
/// # Errors
/// Returns a failure with the text `expected` if the inputs are empty.
pub fn inputs(
    mut paths: Vec<PathBuf>,
    expected: &str,
) -> Result<(Vec<Input>, Vec<Notice>), Failure> {
    if stdin::is_given() {
        // A path that is named twice is read once.
        paths.push(PathBuf::from("-"));
    }
    if paths.is_empty() {
        let help = "name files or folders, or give them on standard input";
        return Err(Failure::usage(format!("{expected}, found none")).with_help(help));
    }
    Ok(inputs_below(&paths))
}

/// Returns the inputs below `paths`, and notices about paths that cannot be read.
pub fn inputs_below(paths: &[PathBuf]) -> (Vec<Input>, Vec<Notice>) {
    let (inputs, mut notices) = documents::find(paths);
    notices.extend(paths.iter().filter_map(|path| without_files(path, &inputs)));
    (inputs, notices)
}

/// Returns a warning about a folder without files to read.
fn without_files(path: &Path, inputs: &[Input]) -> Option<Notice> {
    let is_below = |input: &Input| matches!(input, Input::File(file) if file.starts_with(path));
    if !path.is_dir() || inputs.iter().any(is_below) {
        return None;
    }
    let folder = output::visible(&path.to_string_lossy());
    let message = format!("expected files in the folder {folder}, found none");
    let help = "name files that end in .yaml, .yml, .json, .ndjson or .jsonl";
    Some(Notice::error(unchecked::CODE, message).with_help(help).as_warning())
}

/// Judges the collected objects, prints the report, and shows notices on standard error. `judge`
/// passes the set-up to [`report`], after whose judgment it may add notices.
///
/// # Errors
/// Returns a failure if standard output cannot be written.
pub fn run(
    judging: &Judging,
    judge: impl FnOnce(&mut Lines<'_>) -> Report,
) -> Result<Status, Failure> {
    let mut report = Report::default();
    output::stdout(|to| {
        let mut lines = Lines::new(judging.output, to);
        report = judge(&mut lines);
        lines.finish()?;
        report.print(judging.output, judging.quiet, to)
    })?;
    if !matches!(judging.output, Output::Json | Output::Yaml) {
        output::stderr(report.notices.iter().filter(|notice| !judging.quiet || is_error(notice)));
    }
    Ok(judging.outcome(status(&report)))
}

/// Judges the collected objects. `more` are notices that are known after the judgment.
pub fn report(
    judging: &Judging,
    collected: &Collected,
    set_up: &SetUp,
    lines: &mut Lines<'_>,
    more: impl FnOnce() -> Vec<Notice>,
) -> Report {
    report_on(collected, judging, collected, set_up, lines, (&mut |_| {}, more))
}

/// Judges `documents` by a set-up of the collected documents. `seen` receives all violations, and
/// `more` are notices that are known after the judgment.
pub fn report_on(
    documents: &dyn Documents,
    judging: &Judging,
    collected: &Collected,
    set_up: &SetUp,
    lines: &mut Lines<'_>,
    (seen, more): (Seen<'_>, impl FnOnce() -> Vec<Notice>),
) -> Report {
    let coverage = Coverage::new(&set_up.set);
    let options = Options::of(judging);
    let mut report = super::judge(documents, set_up, &coverage, &options, lines, seen);
    report.notices.splice(0..0, collected.notices.iter().cloned());
    report.notices.extend(more());
    report.notices.extend(not_applied(collected));
    if documents.total() == Some(0) {
        if !report.notices.iter().any(is_error) {
            let message = "expected a document among the inputs, found none";
            report.notices.push(Notice::error(unchecked::CODE, message));
        }
    } else {
        report.notices.extend(coverage::notices(collected, set_up, &coverage, report.objects));
    }
    if judging.fail_on_empty {
        unchecked::refuse(&mut report.notices);
    }
    report.rules.clone_from(&set_up.rules);
    report
}

/// Returns a notice about mutators, with which a cluster changes an object before it judges it. gator
/// applies them only to the resources that objects expand to, so that beside an `ExpansionTemplate`
/// the notice is an error.
pub fn not_applied(collected: &Collected) -> Option<Notice> {
    let mutators = &collected.mutators;
    let first = mutators.first()?;
    let arena = Arena::new();
    let names = mutators.iter().map(|document| {
        let value = document.value(&arena).ok();
        let text = |path: &[&str]| {
            let text = value.as_ref().and_then(|value| value.path(path)?.as_str());
            text.unwrap_or_default().to_owned()
        };
        format!("{}/{}", text(&["kind"]), text(&["metadata", "name"]))
    });
    let names = names.collect::<Vec<_>>().join(", ");
    let message = format!("mutators are not applied: {names}");
    let help = "give the objects as the mutators change them: a cluster judges those";
    let notice = Notice::error("not applied", message).at(first.place(&FieldPath::default()));
    if collected.expansions.is_empty() {
        return Some(notice.with_help(help).as_warning());
    }
    let help = "remove the mutators or the expansion templates, and give the expanded resources as the \
                mutators change them";
    Some(notice.with_help(help))
}

fn is_error(notice: &Notice) -> bool {
    notice.severity == Severity::Error
}

/// Returns the outcome of a report.
pub fn status(report: &Report) -> Status {
    if report.notices.iter().any(is_error) {
        Status::Broken
    } else if report.denying > 0 {
        Status::Failed
    } else {
        Status::Passed
    }
}
