//! Rego's values as the Go values that OPA hands to `fmt` (`builtinSprintf`).

use crate::arena::Arena;
use crate::number::Number;
use crate::value::Value;

/// A Go value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Argument<'a> {
    /// `int64`
    Int(i64),
    /// `*big.Int`, by its decimal digits and perhaps a minus.
    Big(&'a str),
    /// `float64`
    Float(f64),
    /// `string`
    Text(&'a str),
}

impl<'a> Argument<'a> {
    /// What OPA makes of `value`: numbers by how they are written, strings as they are, all else
    /// as the text of the Rego term.
    pub(super) fn of(arena: &'a Arena, value: &Value<'a>) -> Self {
        match value {
            Value::Number(number) => Self::of_number(arena, *number),
            Value::String(text) => Argument::Text(text),
            other => Argument::Text(arena.format(format_args!("{other}"))),
        }
    }

    /// A number with a point or an exponent is a `float64`. One that no `float64` can hold is its
    /// text.
    fn of_number(arena: &'a Arena, number: Number<'a>) -> Self {
        if let Some(integer) = number.as_i64() {
            return Argument::Int(integer);
        }
        let text = arena.format(format_args!("{number}"));
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Argument::Big(text);
        }
        match number.to_f64() {
            float if float.is_finite() && text.contains(['.', 'e', 'E']) => Argument::Float(float),
            _ => Argument::Text(text),
        }
    }

    /// Go's name of the type.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Argument::Int(_) => "int64",
            Argument::Big(_) => "*big.Int",
            Argument::Float(_) => "float64",
            Argument::Text(_) => "string",
        }
    }
}
