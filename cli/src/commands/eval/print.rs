//! Writing the solutions of a query.

use std::io::{self, Write};

use ferrego_runtime::Value;
use ferrego_runtime::json::{self, Escape};
use serde_json::json;
use serde_json::value::RawValue;

use super::query::{Query, Solution};
use crate::arguments::EvalFormat;
use crate::output::visible;
use crate::reports::json::{escaped, write_json};

pub(super) fn print(
    solutions: &[Solution<'_>],
    query: &Query,
    format: EvalFormat,
    to: &mut dyn Write,
) -> io::Result<()> {
    match format {
        EvalFormat::Result => writeln!(to, "{}", result(solutions, query)),
        EvalFormat::Json => write_json(&opa(solutions, query)?, to),
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

/// `{"result": …}`: the value of the query, or a list with the bindings or the values of each
/// solution; `{}` where there is none.
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

/// The solutions as `opa eval` writes them.
fn opa(solutions: &[Solution<'_>], query: &Query) -> io::Result<serde_json::Value> {
    if solutions.is_empty() {
        return Ok(json!({}));
    }
    let mut result = Vec::with_capacity(solutions.len());
    for solution in solutions {
        let mut expressions = Vec::with_capacity(solution.values.len());
        for (value, (text_of, row, col)) in solution.values.iter().zip(query.expressions()) {
            let value: serde_json::Value = serde_json::from_str(&text(value))?;
            let location = json!({"row": row, "col": col});
            expressions.push(json!({"value": value, "text": text_of, "location": location}));
        }
        let mut one = json!({"expressions": expressions});
        if query.has_bindings() {
            one["bindings"] = serde_json::from_str(&text(&solution.bindings))?;
        }
        result.push(one);
    }
    Ok(json!({"result": result}))
}

/// A string without quotation marks, any other value as JSON.
fn raw_text(value: &Value<'_>) -> String {
    value.as_str().map_or_else(|| text(value), visible)
}

/// The value as JSON on one line. Numbers keep their text.
fn text(value: &Value<'_>) -> String {
    escaped(&json::to_string(value, Escape::Plain))
}

fn array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn raw(text: &str) -> io::Result<Box<RawValue>> {
    Ok(RawValue::from_string(text.to_owned())?)
}
