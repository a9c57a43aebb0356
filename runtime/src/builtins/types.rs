//! The types of values (`topdown/type.go`, `topdown/type_name.go`).

use super::operand;
use super::row::{Builtin, row};
use crate::codegen_support::operators;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(types::is_number, "is_number", "(any) => boolean", effect: Total, cost: Trivial, reads: Type, form: Truth("is_number")),
    row!(types::is_string, "is_string", "(any) => boolean", effect: Total, cost: Trivial, reads: Type, form: Truth("is_string")),
    row!(types::is_boolean, "is_boolean", "(any) => boolean", effect: Total, cost: Trivial, reads: Type, form: Truth("is_boolean")),
    row!(types::is_array, "is_array", "(any) => boolean", effect: Total, cost: Trivial, reads: Type, form: Truth("is_array")),
    row!(types::is_set, "is_set", "(any) => boolean", effect: Total, cost: Trivial, reads: Type, form: Truth("is_set")),
    row!(types::is_object, "is_object", "(any) => boolean", effect: Total, cost: Trivial, reads: Type, form: Truth("is_object")),
    row!(types::is_null, "is_null", "(any) => boolean", effect: Total, cost: Trivial, reads: Type, form: Truth("is_null")),
    row!(types::type_name, "type_name", "(any) => string", effect: Total, cost: Trivial, reads: Type),
];

/// Implements `is_number(x)`.
pub fn is_number<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(operators::is_number(operand::at(operands, 1)))))
}

/// Implements `is_string(x)`.
pub fn is_string<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(operators::is_string(operand::at(operands, 1)))))
}

/// Implements `is_boolean(x)`.
pub fn is_boolean<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(operators::is_boolean(operand::at(operands, 1)))))
}

/// Implements `is_array(x)`.
pub fn is_array<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(operators::is_array(operand::at(operands, 1)))))
}

/// Implements `is_set(x)`.
pub fn is_set<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(operators::is_set(operand::at(operands, 1)))))
}

/// Implements `is_object(x)`.
pub fn is_object<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(operators::is_object(operand::at(operands, 1)))))
}

/// Implements `is_null(x)`.
pub fn is_null<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::Bool(operators::is_null(operand::at(operands, 1)))))
}

/// Implements `type_name(x)`.
pub fn type_name<'a>(_: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(Some(Value::String(operand::at(operands, 1).type_name())))
}
