//! `ferrego why`: explains one object by the templates and constraints among the inputs.

use std::path::PathBuf;

use ferrego_compiler::diagnostics::Notice;
use ferrego_gatekeeper::constraint::EnforcementPoint;
use ferrego_gatekeeper::documents::{self, Document, Input, read_all};
use ferrego_gatekeeper::engine::{Interpreter, Preferring};
use ferrego_gatekeeper::explain::Wanted;
use ferrego_gatekeeper::fault::{Fault, FaultCode, FieldPath};
use ferrego_program::arguments::Output;
use ferrego_program::judge::{
    self, Collected, Coverage, Options, Settings, coverage_notices, status,
};
use ferrego_program::report::test::{Lines, Report};
use ferrego_program::status::Exit;
use ferrego_runtime::{Arena, Value};

use super::prepare;
use crate::arguments::{Why, WhyOutput};
use crate::failure::Failure;
use crate::output;

/// Judges the object, and prints the explanation of each constraint.
pub(crate) fn why(command: &Why) -> Result<Exit, Failure> {
    let object = command.object();
    let policies = [&command.template, &command.constraint, &command.files];
    // The cluster holds the object too.
    let paths: Vec<PathBuf> = policies.into_iter().flatten().chain([&object]).cloned().collect();
    let (inputs, notices) = documents::find(&paths);
    let mut collected = Collected::read(inputs, notices, command.evaluating.size.limit())?;
    let input = match collected.copies().find(|copy| *copy.path() == object) {
        Some(copy) => Input::Copy(copy.clone()),
        None => Input::File(object),
    };
    let document = single(&input, command.evaluating.size.limit())?;
    let engine = Preferring::new(&Interpreter, command.evaluating.engines.preference());
    let numbers = command.numbers.numbers();
    let wanted = Wanted { reasons: true, prints: command.verbose.verbose };
    let limits = command.evaluating.budget.limits();
    let settings = Settings { point: EnforcementPoint::Gator, numbers, limits };
    let host = command.external_data.host(numbers, command.evaluating.size.limit())?;
    let set_up = prepare(&mut collected, &engine, settings, host, wanted);
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
        (Some(document), 0) => described(document),
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

/// Returns the document, if it has a field that an object or a review has.
fn described(document: Document) -> Result<Document, Failure> {
    let arena = Arena::new();
    let value = document.value(&arena).map_err(|notice| Failure::Usage(vec![notice]))?;
    let found = match value {
        Value::Object(_) if value.get_str("apiVersion").is_some() => None,
        Value::Object(_) if value.get_str("kind").is_some() => None,
        Value::Object(_) => Some("an object without `apiVersion` and `kind`"),
        Value::Array(_) => Some("an array"),
        _ => Some("a scalar"),
    };
    let Some(found) = found else { return Ok(document) };
    let fault = Fault::new(
        FaultCode::InvalidObject,
        FieldPath::default(),
        format!("expected an object or an AdmissionReview, found {found}"),
    );
    Err(Failure::Usage(vec![document.notice(&fault)]))
}
