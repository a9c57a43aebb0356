//! `ferrego why`: explains one object by the templates and constraints among the inputs.

use std::path::Path;

use ferrego_compiler::diagnostics::Notice;
use ferrego_gatekeeper::constraint::EnforcementPoint;
use ferrego_gatekeeper::documents::{self, Document, Input, read_all};
use ferrego_gatekeeper::engine::{Interpreter, Preferring};
use ferrego_gatekeeper::explain::Wanted;
use ferrego_program::arguments::Output;
use ferrego_program::judge::{
    self, Collected, Coverage, Options, Settings, coverage_notices, status,
};
use ferrego_program::report::test::{Lines, Report};

use super::prepare;
use crate::arguments::{Why, WhyOutput};
use crate::failure::Failure;
use crate::output;
use ferrego_program::status::Exit;

/// Judges the object, and prints the explanation of each constraint.
pub(crate) fn why(command: &Why) -> Result<Exit, Failure> {
    let mut paths = command.files.clone();
    // The cluster holds the object too.
    paths.push(command.input.clone());
    let (inputs, notices) = documents::find(&paths);
    let mut collected = Collected::read(inputs, notices, command.evaluating.size.limit())?;
    let input = match collected.spooled() {
        Some(copy) if command.input == Path::new("-") => Input::Copy(copy.to_owned()),
        _ => Input::File(command.input.clone()),
    };
    let document = single(&input, command.evaluating.size.limit())?;
    let engine = Preferring::new(&Interpreter, command.evaluating.engines.preference());
    let numbers = command.numbers.numbers();
    let wanted = Wanted { reasons: true, prints: command.verbose.verbose };
    let limits = command.evaluating.budget.limits();
    let settings = Settings { point: EnforcementPoint::Gator, numbers, limits };
    let set_up = prepare(&mut collected, &engine, settings, wanted);
    let format = match command.output {
        WhyOutput::Text => Output::Text,
        WhyOutput::Json => Output::Json,
    };
    let mut report = Report::default();
    output::stdout(|to| {
        let mut lines = Lines::new(format, to);
        let coverage = Coverage::new(&set_up.set);
        let options = Options { jobs: 1, deny_only: false, all_objects: false, progress: false };
        report = judge::judge_single(&document, &set_up, &coverage, &options, &mut lines);
        lines.finish()?;
        report.notices.splice(0..0, std::mem::take(&mut collected.notices));
        if set_up.set.constraints().next().is_none() {
            let objects = report.objects;
            report.notices.extend(coverage_notices(&collected, &set_up, &coverage, objects));
        }
        report.print(format, true, to)
    })?;
    if command.output == WhyOutput::Text {
        output::stderr(&report.notices);
    }
    Ok(status(&report).into())
}

/// Reads the only document of an input.
fn single(input: &Input, limit: u64) -> Result<Document, Failure> {
    let (mut documents, notices) = read_all(input, limit);
    if !notices.is_empty() {
        return Err(Failure::Usage(notices));
    }
    match (documents.pop(), documents.len()) {
        (Some(document), 0) => Ok(document),
        (last, others) => {
            let count = others + usize::from(last.is_some());
            let found = output::counted(count, "document");
            let message = format!("expected one object or review, found {found}");
            let notice =
                Notice::error("", message).with_help("name a file with one object with -i");
            Err(Failure::Usage(vec![notice]))
        }
    }
}
