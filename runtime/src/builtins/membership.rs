//! The two forms of `in` (`topdown/aggregates.go`): false, not undefined, for what is no
//! collection.

use super::operand;
use super::table::{Builtin, row};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(pure membership::member_2, "internal.member_2", "(any, any) => boolean").infix("in"),
    row!(pure membership::member_3, "internal.member_3", "(any, any, any) => boolean").infix("in"),
];

/// `value in collection`
pub fn member_2<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let value = operand::at(operands, 1);
    let found = match operand::at(operands, 2) {
        Value::Set(set) => set.contains(&value),
        Value::Array(items) => items.contains(&value),
        Value::Object(object) => object.pairs().iter().any(|(_, member)| *member == value),
        _ => false,
    };
    Ok(Some(Value::Bool(found)))
}

/// `key, value in collection`
pub fn member_3<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let (key, value) = (operand::at(operands, 1), operand::at(operands, 2));
    let found = operand::at(operands, 3).get(&key).is_some_and(|member| member == value);
    Ok(Some(Value::Bool(found)))
}
