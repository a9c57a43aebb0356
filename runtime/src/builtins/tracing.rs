//! Notes for query explanations, which the runtime ignores (`topdown/trace.go`).

use super::operand;
use super::table::{Builtin, row};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[row!(pure tracing::trace, "trace", "(string) => boolean")];

/// Implements `trace(note)`, which is always `true`.
pub fn trace<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    operand::string(env, operands, 1)?;
    Ok(Some(Value::Bool(true)))
}
