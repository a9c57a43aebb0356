//! Rego values as the Go values that OPA passes to `fmt` (`builtinSprintf`).

use crate::arena::Arena;
use crate::number::Number;
use crate::value::{Object, Value};

/// The type of an integer in `sprintf`.
pub(crate) const INT64: &str = "int64";
/// The type of an integer constant in a template.
#[cfg(feature = "gotemplate")]
pub(crate) const INT: &str = "int";
/// The type of a byte of a string in a template.
pub(crate) const UINT8: &str = "uint8";
/// The type of a string.
const STRING: &str = "string";
/// The type of a JSON number in a template.
const JSON_NUMBER: &str = "json.Number";

/// A Go value. `sprintf` uses only integers, floats and strings; the others occur in templates.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Argument<'a> {
    /// `nil`
    Nil,
    /// `bool`
    Bool(bool),
    /// An integer, with Go's name of its type.
    Int(i64, &'static str),
    /// `*big.Int`, as its decimal digits with an optional minus.
    Big(&'a str),
    /// `float64`
    Float(f64),
    /// `complex128`
    #[cfg(feature = "gotemplate")]
    Complex(f64, f64),
    /// A string, with Go's name of its type.
    Text(&'a str, &'static str),
    /// `[]interface {}`
    Slice(&'a [Value<'a>]),
    /// `map[string]interface {}`
    Map(Object<'a>),
}

/// A value that a [`Printer`](super::printer::Printer) accepts.
pub(crate) trait Printable<'a>: Copy {
    /// Returns the Go value.
    fn argument(self, arena: &'a Arena) -> Argument<'a>;

    /// Returns the Rego term that `%v` and `%s` without width and precision write. Returns `None`
    /// for Go's own values.
    fn term(&self) -> Option<&Value<'a>> {
        None
    }
}

impl<'a> Printable<'a> for Value<'a> {
    fn argument(self, arena: &'a Arena) -> Argument<'a> {
        Argument::of(arena, &self)
    }

    fn term(&self) -> Option<&Value<'a>> {
        (!matches!(self, Value::Number(_) | Value::String(_))).then_some(self)
    }
}

impl<'a> Argument<'a> {
    /// Converts `value` as OPA does: numbers by their notation, strings unchanged, and all other
    /// values to the text of the Rego term.
    pub(super) fn of(arena: &'a Arena, value: &Value<'a>) -> Self {
        match value {
            Value::Number(number) => Self::of_number(arena, *number),
            Value::String(text) => Argument::Text(text, STRING),
            other => Argument::Text(arena.format(format_args!("{other}")), STRING),
        }
    }

    /// Returns the Go value to which `encoding/json` decodes `value`, with numbers as their text.
    pub(crate) fn of_json(arena: &'a Arena, value: &Value<'a>) -> Self {
        match value {
            Value::Null => Argument::Nil,
            Value::Bool(truth) => Argument::Bool(*truth),
            Value::Number(number) => {
                Argument::Text(arena.format(format_args!("{number}")), JSON_NUMBER)
            }
            Value::String(text) => Argument::Text(text, STRING),
            Value::Array(items) => Argument::Slice(items),
            // JSON has no sets.
            Value::Set(set) => Argument::Slice(set.members()),
            Value::Object(object) => Argument::Map(*object),
        }
    }

    /// Converts a number. With a point or an exponent it is a `float64`, or its text if no
    /// `float64` can hold it.
    fn of_number(arena: &'a Arena, number: Number<'a>) -> Self {
        if let Some(integer) = number.as_i64() {
            return Argument::Int(integer, INT64);
        }
        let text = arena.format(format_args!("{number}"));
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Argument::Big(text);
        }
        match number.to_f64() {
            float if float.is_finite() && text.contains(['.', 'e', 'E']) => Argument::Float(float),
            _ => Argument::Text(text, STRING),
        }
    }

    /// Returns Go's name of the type.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Argument::Nil => "<nil>",
            Argument::Bool(_) => "bool",
            Argument::Int(_, name) | Argument::Text(_, name) => name,
            Argument::Big(_) => "*big.Int",
            Argument::Float(_) => "float64",
            #[cfg(feature = "gotemplate")]
            Argument::Complex(..) => "complex128",
            Argument::Slice(_) => "[]interface {}",
            Argument::Map(_) => "map[string]interface {}",
        }
    }
}
