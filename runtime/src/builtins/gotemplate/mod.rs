//! `strings.render_template` (OPA's `topdown/template.go`): Go's `text/template` over the values
//! of JSON. Actions, variables, pipelines, `if`, `with`, `range`, `define`, `template` and `block`
//! are there, and the functions but `printf`, `js` and `call`.

mod functions;
mod lex;
mod parse;
mod run;
mod value;

use super::operand;
use super::table::{Builtin, row};
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode};
use crate::value::Value;

/// The rows of the family.
pub(super) const ROWS: &[Builtin] = &[row!(
    pure gotemplate::render_template,
    "strings.render_template",
    "(string, object[string: any]) => string"
)];

/// Why a template cannot be rendered.
#[derive(Debug, PartialEq, Eq)]
enum Fault {
    /// What Go refuses too.
    Invalid(String),
    /// What this implementation lacks, which must stop the evaluation.
    Unsupported(String),
}

/// `strings.render_template(value, vars)`: the text of a template with the variables filled in.
/// What a template asks for and does not get reads `<undefined>`.
pub fn render_template<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let template = operand::string(env, operands, 1)?;
    let variables = operand::object(env, operands, 2)?;
    let rendered = parse::parse(template)
        .and_then(|template| run::run(env.arena, &template, Value::Object(variables)));
    match rendered {
        Ok(text) => {
            let text = text.replace(value::NO_VALUE, "<undefined>");
            Ok(Some(Value::String(env.arena.string(&text))))
        }
        Err(Fault::Invalid(fault)) => Err(env.fail(format_args!("template: template:{fault}"))),
        Err(Fault::Unsupported(fault)) => Err(BuiltinError {
            code: ErrorCode::Internal,
            message: env.arena.format(format_args!("template: {fault} is not supported")),
        }),
    }
}

#[cfg(test)]
mod tests;
