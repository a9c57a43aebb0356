//! Notes for query explanations, which the runtime ignores (`topdown/trace.go`).

use super::operand;
use super::row::{Builtin, row};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] =
    &[row!(tracing::trace, "trace", "(string) => boolean", effect: Any)];

/// Implements `trace(note)`, which is always `true`.
pub fn trace<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    operand::string(env, operands, 1)?;
    Ok(Some(Value::Bool(true)))
}
