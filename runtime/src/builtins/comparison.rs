//! Comparisons (`topdown/comparison.go`), which are defined for any two values.

use core::cmp::Ordering;

use super::operand;
use super::row::{Builtin, row};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(comparison::gt, "gt", "(any, any) => boolean", infix: ">", effect: Total, cost: Trivial),
    row!(comparison::gte, "gte", "(any, any) => boolean", infix: ">=", effect: Total, cost: Trivial),
    row!(comparison::lt, "lt", "(any, any) => boolean", infix: "<", effect: Total, cost: Trivial),
    row!(comparison::lte, "lte", "(any, any) => boolean", infix: "<=", effect: Total, cost: Trivial),
    row!(comparison::neq, "neq", "(any, any) => boolean", infix: "!=", effect: Total, cost: Trivial),
    row!(comparison::equal, "equal", "(any, any) => boolean", infix: "==", effect: Total, cost: Trivial),
];

fn compare(operands: &[Value<'_>]) -> Ordering {
    operand::at(operands, 1).compare(&operand::at(operands, 2))
}

/// Implements `x > y`.
pub fn gt<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(compare(operands).is_gt())))
}

/// Implements `x >= y`.
pub fn gte<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(compare(operands).is_ge())))
}

/// Implements `x < y`.
pub fn lt<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(compare(operands).is_lt())))
}

/// Implements `x <= y`.
pub fn lte<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(compare(operands).is_le())))
}

/// Implements `x != y`.
pub fn neq<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(compare(operands).is_ne())))
}

/// Implements `x == y`.
pub fn equal<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(compare(operands).is_eq())))
}
