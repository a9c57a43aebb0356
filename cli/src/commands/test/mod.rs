//! `ferrego test`: judges objects with the templates and constraints among the inputs.
//!
//! [`collect`] reads all documents once and sorts them by [`class`]. [`setup`] builds a set of
//! policies from the templates and constraints. [`judge`] judges every object. [`coverage`] reports
//! templates and constraints that checked nothing.

mod class;
mod collect;
mod coverage;
mod judge;
mod setup;
mod stdin;
mod why;

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use ferrego_compiler::diagnostics::{Notice, Severity};
use ferrego_gatekeeper::constraint::EnforcementPoint;
use ferrego_gatekeeper::documents::{self, Input};
use ferrego_gatekeeper::engine::{Both, Difference, Engine, Interpreter, Preferring};
use ferrego_gatekeeper::fault::FieldPath;
use ferrego_gatekeeper::review::Numbers;
use ferrego_runtime::Arena;

use super::unchecked;
use crate::arguments::{Test, TestOutput};
use crate::engines::{BuiltIn, Choice, Compiled, Needed};
use crate::failure::Failure;
use crate::output;
use crate::reports::test::{Lines, Report};
use crate::status::{Exit, Status};
pub(super) use collect::Collected;
use coverage::Coverage;
pub(super) use setup::{SetUp, Settings};
pub(crate) use why::why;

/// Judges the objects, prints the report, and shows notices on standard error. If policies must be
/// compiled, another program does this.
pub(crate) fn test(command: &Test, policies: &'static [BuiltIn]) -> Result<Exit, Failure> {
    if command.explaining.explain && matches!(command.output, TestOutput::Sarif | TestOutput::Junit)
    {
        let message = "expected the output text, json or yaml with --explain";
        return Err(Failure::usage(message));
    }
    let mut paths: Vec<_> = command.files.iter().chain(&command.paths).cloned().collect();
    if stdin::is_given() {
        // A path that is named twice is read once.
        paths.push(PathBuf::from("-"));
    }
    if paths.is_empty() {
        let message = "expected files with templates, constraints and objects, found none";
        let help = "name files or folders with -f, or give them on standard input";
        return Err(Failure::usage(message).with_help(help));
    }
    let (inputs, mut notices) = documents::find(&paths);
    notices.extend(paths.iter().filter_map(|path| without_files(path, &inputs)));
    let collected = Collected::read(inputs, notices, command.evaluating.size.limit())?;
    if command.engine != Choice::Interpreter {
        let needed = Needed::of(&collected.templates, command.evaluating.engines.preference());
        if let Some(exit) = needed.run_elsewhere(policies, collected.spooled(), command.quiet)? {
            return Ok(exit);
        }
    }
    let mut report = Report::default();
    output::stdout(|to| {
        let mut lines = Lines::new(command.output, to);
        report = judge_by_engine(command, collected, policies, &mut lines);
        lines.finish()?;
        report.print(command.output, command.quiet, to)
    })?;
    if command.output != TestOutput::Json && command.output != TestOutput::Yaml {
        output::stderr(report.notices.iter().filter(|notice| !command.quiet || is_error(notice)));
    }
    Ok(status(&report).into())
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

fn judge_by_engine(
    command: &Test,
    collected: Collected,
    policies: &'static [BuiltIn],
    lines: &mut Lines<'_>,
) -> Report {
    let compiled = Compiled(policies);
    match command.engine {
        Choice::Interpreter => run(command, collected, &Interpreter, lines),
        Choice::Compiled => run(command, collected, &compiled, lines),
        Choice::Both => run(command, collected, &Both::new(Interpreter, compiled), lines),
    }
}

fn run(
    command: &Test,
    mut collected: Collected,
    engine: &dyn Engine,
    lines: &mut Lines<'_>,
) -> Report {
    let numbers = if command.gatekeeper_numbers { Numbers::GatorTest } else { Numbers::Exact };
    let engine = &Preferring::new(engine, command.evaluating.engines.preference());
    let wanted = command.explaining.wanted();
    let limits = command.evaluating.budget.limits();
    let settings = Settings { point: EnforcementPoint::Gator, numbers, limits, wanted };
    let set_up = SetUp::new(&mut collected, engine, settings);
    let coverage = Coverage::new(&set_up.set);
    let mut report = judge::judge(&collected, &set_up, &coverage, &options(command), lines);
    report.notices.splice(0..0, std::mem::take(&mut collected.notices));
    report.notices.extend(differences(engine));
    report.notices.extend(not_applied(&collected));
    if collected.count == 0 {
        if !report.notices.iter().any(is_error) {
            let message = "expected a document among the inputs, found none";
            report.notices.push(Notice::error(unchecked::CODE, message));
        }
    } else {
        report.notices.extend(coverage::notices(&collected, &set_up, &coverage, report.objects));
    }
    if command.fail_on_empty {
        unchecked::refuse(&mut report.notices);
    }
    report.rules = set_up.rules;
    report
}

/// Returns a notice about mutators, with which a cluster changes an object before it judges it. gator
/// applies them only to the resources that objects expand to, so that beside an `ExpansionTemplate`
/// the notice is an error.
fn not_applied(collected: &Collected) -> Option<Notice> {
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

/// Returns an error for each difference between the engines. The errors have no duplicates, and
/// their order does not depend on threads.
fn differences(engine: &dyn Engine) -> Vec<Notice> {
    let differences = engine.take_differences();
    let messages = differences.iter().map(|Difference { kind, first, second }| {
        format!("{kind}: the interpreter says {first}, but the compiled policy says {second}")
    });
    let messages: BTreeSet<String> = messages.collect();
    messages.into_iter().map(|message| Notice::error("engines differ", message)).collect()
}

fn options(command: &Test) -> judge::Options {
    let all = || std::thread::available_parallelism().map_or(1, NonZero::get);
    judge::Options {
        jobs: command.jobs.map_or_else(all, NonZero::get),
        deny_only: command.deny_only,
        all_objects: command.output == TestOutput::Junit,
        progress: !command.quiet,
    }
}

fn is_error(notice: &Notice) -> bool {
    notice.severity == Severity::Error
}

fn status(report: &Report) -> Status {
    if report.notices.iter().any(is_error) {
        Status::Broken
    } else if report.denying > 0 {
        Status::Failed
    } else {
        Status::Passed
    }
}
