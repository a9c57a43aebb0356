//! `ferrego test`: judges objects with the templates and constraints among the inputs.
//!
//! [`ferrego_program::judge`] reads the documents, judges them and reports. [`prepare`] makes its
//! policies of the templates, with the requested engine.

mod prepare;
mod why;

use std::collections::BTreeSet;

use ferrego_compiler::diagnostics::Notice;
use ferrego_gatekeeper::constraint::EnforcementPoint;
use ferrego_gatekeeper::documents::Copied;
use ferrego_gatekeeper::engine::{Both, Difference, Engine, Interpreter, Preferring};
use ferrego_program::arguments::Output;
use ferrego_program::judge::{self, Collected, Settings, SharedHost};
use ferrego_program::report::test::{Lines, Report};
use ferrego_program::status::Exit;

use crate::arguments::Test;
use crate::engines::{BuiltIn, Choice, Compiled, Needed};
use crate::failure::Failure;
#[cfg(feature = "serve")]
pub(super) use prepare::prepare_with;
pub(super) use prepare::{annotation, prepare};
pub(crate) use why::why;

/// Judges the objects, prints the report, and shows notices on standard error. If policies must be
/// compiled, another program does this.
pub(crate) fn test(command: &Test, policies: &'static [BuiltIn]) -> Result<Exit, Failure> {
    let is_told = matches!(command.judging.output, Output::Text | Output::Json | Output::Yaml);
    if command.explaining.explain && !is_told {
        let message = "expected the output text, json or yaml with --explain";
        return Err(Failure::usage(message));
    }
    let paths = command.files.iter().chain(&command.paths).cloned().collect();
    let expected = "expected files with templates, constraints and objects";
    let (inputs, notices) = judge::inputs(paths, expected)?;
    let collected = Collected::read(inputs, notices, command.evaluating.size.limit())?;
    if command.engine != Choice::Interpreter {
        let needed = Needed::of(&collected.templates, command.evaluating.engines.preference());
        let copies: Vec<&Copied> = collected.copies().collect();
        let quiet = command.judging.quiet;
        if let Some(exit) = needed.run_elsewhere(policies, &copies, quiet)? {
            return Ok(exit);
        }
    }
    let host =
        command.external_data.host(command.numbers.numbers(), command.evaluating.size.limit())?;
    let judged =
        judge::run(&command.judging, |lines| by_engine(command, collected, host, policies, lines));
    Ok(judged?.into())
}

fn by_engine(
    command: &Test,
    collected: Collected,
    host: Option<SharedHost>,
    policies: &'static [BuiltIn],
    lines: &mut Lines<'_>,
) -> Report {
    let compiled = Compiled(policies);
    match command.engine {
        Choice::Interpreter => run(command, collected, host, &Interpreter, lines),
        Choice::Compiled => run(command, collected, host, &compiled, lines),
        Choice::Both => run(command, collected, host, &Both::new(Interpreter, compiled), lines),
    }
}

fn run(
    command: &Test,
    mut collected: Collected,
    host: Option<SharedHost>,
    engine: &dyn Engine,
    lines: &mut Lines<'_>,
) -> Report {
    let engine = &Preferring::new(engine, command.evaluating.engines.preference());
    let settings = Settings {
        point: EnforcementPoint::Gator,
        numbers: command.numbers.numbers(),
        limits: command.evaluating.budget.limits(),
    };
    let set_up = prepare(&mut collected, engine, settings, host, command.explaining.wanted());
    judge::report(&command.judging, &collected, &set_up, lines, || differences(engine))
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
