//! The builtin itself: parses a template and renders it with the variables.

use super::{Fault, parse, run, value};
use crate::builtins::json::refused;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode};
use crate::json;
use crate::value::Value;

/// Implements `strings.render_template(value, vars)`, which renders a template with variables. A
/// missing value renders as `<undefined>`.
pub fn render_template<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let template = operand::string(env, operands, 1)?;
    let variables = as_json(env, Value::Object(operand::object(env, operands, 2)?))?;
    let rendered =
        parse::parse(template).and_then(|template| run::run(env.arena, &template, variables));
    match rendered {
        Ok(text) => {
            let text = text.replace(value::NO_VALUE, "<undefined>");
            Ok(Some(Value::String(env.arena.string(&text))))
        }
        Err(Fault::Invalid(fault)) => Err(env.fail(format_args!("template: template:{fault}"))),
        Err(Fault::Exceeded(exceeded)) => {
            Err(BuiltinError { code: ErrorCode::Cancel, message: exceeded.message() })
        }
        Err(Fault::Unsupported(fault)) => Err(BuiltinError {
            code: ErrorCode::Internal,
            message: env.arena.format(format_args!("template: {fault} is not supported")),
        }),
    }
}

/// Returns the variables as OPA passes them to a template (`ast.As`): printed as a Rego term, which
/// is then parsed as JSON. Therefore sets, keys that are not strings, and strings with escapes that
/// JSON lacks are errors.
fn as_json<'a>(env: &Env<'a>, variables: Value<'a>) -> Result<Value<'a>, BuiltinError<'a>> {
    let term = env.arena.format(format_args!("{variables}"));
    json::parse(env.arena, term.as_bytes()).map_err(|error| refused(env, error))
}
