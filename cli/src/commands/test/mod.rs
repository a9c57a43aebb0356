//! `ferrego test`: judges objects by the templates and constraints beside them.
//!
//! [`collect`] reads all documents once and sorts them, [`setup`] makes a set of policies of the
//! templates and constraints, [`judge`] judges every object.

mod collect;
mod judge;
mod setup;

use std::collections::BTreeSet;
use std::num::NonZero;

use ferrego_compiler::diagnostics::Notice;
use ferrego_gatekeeper::documents;
use ferrego_gatekeeper::engine::{Both, Difference, Engine, Interpreter, Preferring};
use ferrego_gatekeeper::review::Numbers;

use crate::BuiltIn;
use crate::arguments::{Test, TestOutput};
use crate::engines::{Choice, Compiled, Needed};
use crate::failure::Failure;
use crate::output;
use crate::reports::test::{Lines, Report};
use crate::status::{Exit, Status};
use collect::Collected;
use setup::SetUp;

/// Judges the objects, prints what was found, and shows what is broken on standard error. Where
/// policies must be compiled, another program does this.
pub(crate) fn test(command: &Test, policies: &'static [BuiltIn]) -> Result<Exit, Failure> {
    let paths: Vec<_> = command.files.iter().chain(&command.paths).cloned().collect();
    if paths.is_empty() {
        return Err(Failure::Usage("name files with -f, or - for standard input".to_owned()));
    }
    let (inputs, notices) = documents::find(&paths);
    let collected = Collected::read(inputs, notices)?;
    if command.engine != Choice::Interpreter {
        let needed = Needed::of(&collected.templates, command.engines.preference());
        if let Some(exit) = needed.run_elsewhere(policies, collected.spooled())? {
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
    let numbers = if command.gatekeeper_numbers { Numbers::Float64 } else { Numbers::Exact };
    let engine = &Preferring::new(engine, command.engines.preference());
    let set_up = SetUp::new(&mut collected, engine, numbers);
    let mut report = judge::judge(&collected, &set_up, &options(command), lines);
    report.notices.splice(0..0, collected.notices);
    report.notices.extend(differences(engine));
    if report.objects == 0 && report.notices.is_empty() {
        report.notices.push(Notice::error("invalid object", "there is no document to judge"));
    }
    report
}

/// Where the answers of two engines differ, each difference once and in an order that no thread
/// decides.
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
        progress: !command.quiet,
    }
}

fn is_error(notice: &Notice) -> bool {
    notice.severity == ferrego_compiler::diagnostics::Severity::Error
}

fn status(report: &Report) -> Status {
    if report.notices.iter().any(is_error) {
        Status::Broken
    } else if report.denied > 0 {
        Status::Failed
    } else {
        Status::Passed
    }
}
