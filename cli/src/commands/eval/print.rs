//! Output of the solutions of a query.

use std::io::{self, Write};

use ferrego_interpreter::explanation::Explanation;
use ferrego_program::report::json::{escaped, write_json};
use ferrego_runtime::Value;
use ferrego_runtime::json::{self, Escape};
use serde::Serialize;
use serde_json::value::RawValue;

use super::query::{Query, Solution};
use crate::arguments::EvalFormat;
use crate::output::visible;
use crate::reports::explanation::ExplanationJson;

pub(super) fn print(
    solutions: &[Solution<'_>],
    query: &Query,
    format: EvalFormat,
    explained: Option<&Explanation>,
    to: &mut dyn Write,
) -> io::Result<()> {
    match format {
        EvalFormat::Result => writeln!(to, "{}", result(solutions, query)),
        EvalFormat::Json => write_json(&opa(solutions, query, explained)?, to),
        EvalFormat::Values => solutions.iter().try_for_each(|solution| {
            write_json(&raw(&array(solution.values.iter().map(text)))?, to)
        }),
        EvalFormat::Bindings => solutions
            .iter()
            .try_for_each(|solution| write_json(&raw(&text(&solution.bindings))?, to)),
        EvalFormat::Raw => solutions.iter().try_for_each(|solution| {
            let values: Vec<String> = solution.values.iter().map(raw_text).collect();
            writeln!(to, "{}", values.join(" "))
        }),
        EvalFormat::Discard => Ok(()),
    }
}

/// Returns `{"result": …}` with the value of the query, or with a list of the bindings or values of
/// each solution. Without solutions, returns `{}`.
fn result(solutions: &[Solution<'_>], query: &Query) -> String {
    let all = || {
        array(solutions.iter().map(|solution| match &solution.values[..] {
            _ if query.has_bindings() => text(&solution.bindings),
            [value] => text(value),
            values => array(values.iter().map(text)),
        }))
    };
    let result = match solutions {
        [] => return "{}".to_owned(),
        [Solution { values, .. }] if query.has_one_value() && values.len() == 1 => text(&values[0]),
        _ => all(),
    };
    format!("{{\"result\": {result}}}")
}

/// The solutions in the format of `opa eval`.
#[derive(Serialize)]
struct Opa<'q> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    result: Vec<OpaSolution<'q>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<ExplanationJson<'q>>,
}

#[derive(Serialize)]
struct OpaSolution<'q> {
    expressions: Vec<OpaExpression<'q>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bindings: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct OpaExpression<'q> {
    value: Box<RawValue>,
    text: &'q str,
    location: OpaLocation,
}

#[derive(Serialize)]
struct OpaLocation {
    row: u32,
    col: u32,
}

fn opa<'q>(
    solutions: &[Solution<'_>],
    query: &'q Query,
    explained: Option<&'q Explanation>,
) -> io::Result<Opa<'q>> {
    let expression = |(value, (own, row, col)): (&Value<'_>, (&'q str, u32, u32))| {
        io::Result::Ok(OpaExpression {
            value: raw(&text(value))?,
            text: own,
            location: OpaLocation { row, col },
        })
    };
    let one = |solution: &Solution<'_>| {
        let expressions = solution.values.iter().zip(query.expressions()).map(expression);
        let bindings = query.has_bindings().then(|| raw(&text(&solution.bindings)));
        io::Result::Ok(OpaSolution {
            expressions: expressions.collect::<io::Result<_>>()?,
            bindings: bindings.transpose()?,
        })
    };
    let result = solutions.iter().map(one).collect::<io::Result<_>>()?;
    Ok(Opa { result, explanation: explained.map(Into::into) })
}

/// Returns a string without quotation marks, and any other value as JSON.
/// Returns a string with its line feeds and tabs, and any other value as JSON. Other control
/// characters are escaped, because the output may be a terminal.
fn raw_text(value: &Value<'_>) -> String {
    let Some(string) = value.as_str() else { return text(value) };
    let line = |line: &str| line.split('\t').map(visible).collect::<Vec<_>>().join("\t");
    string.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Returns the value as JSON on one line. Numbers keep their text.
fn text(value: &Value<'_>) -> String {
    escaped(&json::to_string(value, Escape::Plain)).into_owned()
}

fn array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn raw(text: &str) -> io::Result<Box<RawValue>> {
    Ok(RawValue::from_string(text.to_owned())?)
}
