//! The builtins: their operands and the reports that they return.

use super::document::Schema;
use super::error::{SchemaError, TOO_DEEP, fault};
use super::report::Report;
use super::validate::{self, TooDeep};
use crate::builtins::operand;
use crate::collections::ObjectBuilder;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::json::{self, JsonError, JsonErrorKind};
use crate::value::Value;

/// Implements `json.verify_schema(schema)`, which returns whether the value is a JSON schema, and
/// the fault if it is not.
pub fn verify_schema<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    operand::text(env, operands, 1)?;
    let verdict = match load(env, operand::at(operands, 1)).and_then(|root| Schema::new(env, root))
    {
        Ok(_) => [Value::Bool(true), Value::Null],
        Err(SchemaError::Fault(fault)) => {
            let fault = env.arena.format(format_args!("jsonschema: {fault}"));
            [Value::Bool(false), Value::String(fault)]
        }
        Err(error) => return Err(error.into_builtin_error(env)),
    };
    Ok(Some(env.arena.array(&verdict)))
}

/// Implements `json.match_schema(document, schema)`, which returns whether the document satisfies
/// the schema, and the faults.
pub fn match_schema<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let fail = |error: SchemaError| error.into_builtin_error(env);
    operand::text(env, operands, 1)?;
    operand::text(env, operands, 2)?;
    refuse_large_numbers(env, operand::at(operands, 1))?;
    refuse_large_numbers(env, operand::at(operands, 2))?;
    let document = load(env, operand::at(operands, 1)).map_err(fail)?;
    let schema = load(env, operand::at(operands, 2))
        .and_then(|root| Schema::new(env, root))
        .map_err(fail)?;
    let report = validate::validate(env, &schema, document).map_err(|TooDeep| fail(TOO_DEEP))?;
    let verdict = [Value::Bool(report.is_valid()), errors(env, &report)];
    Ok(Some(env.arena.array(&verdict)))
}

/// Fails if the text contains a number that the runtime cannot represent. OPA reads such a number
/// here, and nowhere else.
fn refuse_large_numbers<'a>(env: &Env<'a>, operand: Value<'a>) -> Result<(), BuiltinError<'a>> {
    let Value::String(text) = operand else { return Ok(()) };
    match json::parse(env.arena, text.as_bytes()) {
        Err(JsonError { kind: JsonErrorKind::NumberOutOfRange, .. }) => Err(operand::OUT_OF_RANGE),
        _ => Ok(()),
    }
}

/// Returns the JSON value of an operand: the value of its text if it is a string, or else itself.
fn load<'a>(env: &Env<'a>, operand: Value<'a>) -> Result<Value<'a>, SchemaError> {
    let not_json = |error: JsonError, fault: &str| match error.kind {
        JsonErrorKind::TooDeep => TOO_DEEP,
        _ => SchemaError::Fault(fault.to_owned()),
    };
    match operand {
        Value::String(text) => json::parse(env.arena, text.as_bytes())
            .map_err(|error| not_json(error, "invalid JSON string")),
        // The conversion through text makes sets arrays and all keys strings.
        Value::Object(_) | Value::Array(_) => {
            let text = json::in_arena(env.arena, &operand, json::Escape::Plain);
            json::parse(env.arena, text.as_bytes())
                .map_err(|error| not_json(error, &error.to_string()))
        }
        _ => fault("wrong type, expected string or object"),
    }
}

fn errors<'a>(env: &Env<'a>, report: &Report) -> Value<'a> {
    let mut errors = env.arena.vec();
    for fault in report.faults() {
        let mut error = ObjectBuilder::new(env.arena);
        let mut insert = |key, text: &str| {
            error.insert(Value::String(key), Value::String(env.arena.string(text)));
        };
        insert("desc", &fault.description);
        insert("error", &format!("{}: {}", fault.field, fault.description));
        insert("field", &fault.field);
        insert("type", fault.kind);
        errors.push(error.finish());
    }
    Value::Array(errors.into_bump_slice())
}
