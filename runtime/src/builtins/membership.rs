//! The two forms of `in` (`topdown/aggregates.go`). If the right operand is not a collection, the
//! answer is `false`, not undefined.

use super::operand;
use super::row::{Builtin, row};
use crate::codegen_support::operators;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(membership::member_2, "internal.member_2", "(any, any) => boolean", infix: "in", effect: Total, reads: Members, form: Truth("is_in")),
    row!(membership::member_3, "internal.member_3", "(any, any, any) => boolean", infix: "in", effect: Total, form: Truth("is_pair_in")),
];

/// Implements `value in collection`.
pub fn member_2<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (value, collection) = (operand::at(operands, 1), operand::at(operands, 2));
    Ok(Some(Value::Bool(operators::is_in(value, collection))))
}

/// Implements `key, value in collection`.
pub fn member_3<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (key, value) = (operand::at(operands, 1), operand::at(operands, 2));
    Ok(Some(Value::Bool(operators::is_pair_in(key, value, operand::at(operands, 3)))))
}
