//! The values of templates: JSON values, and those of Go's constants and functions.

use crate::arena::Arena;
use crate::builtins::sprintf::{self, Argument, Directive, INT, Piece, Printable, UINT8};
use crate::value::Value;

/// The text that Go writes for a missing value.
pub(super) const NO_VALUE: &str = "<no value>";

/// A value in a template. In Go's templates, a JSON number is a string (`json.Number`).
#[derive(Clone, Copy, Debug)]
pub(super) enum Item<'a> {
    Missing,
    Data(Value<'a>),
    Integer(i64),
    /// A byte of a string.
    Byte(u8),
    Float(f64),
    Complex(f64, f64),
}

impl<'a> Item<'a> {
    /// Returns `true` if the value counts as true in a condition.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Item::Missing | Item::Data(Value::Null) => false,
            Item::Data(Value::Bool(truth)) => *truth,
            Item::Data(Value::String(text)) => !text.is_empty(),
            Item::Data(Value::Number(_)) => true,
            Item::Data(collection) => !collection.is_empty(),
            Item::Integer(number) => *number != 0,
            Item::Byte(byte) => *byte != 0,
            Item::Float(number) => *number != 0.0,
            Item::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
        }
    }

    /// Returns the number of an integer or a byte.
    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Item::Integer(number) => Some(*number),
            Item::Byte(byte) => Some(i64::from(*byte)),
            _ => None,
        }
    }

    /// Returns the value of a key of a map. A missing value has missing fields.
    pub(super) fn field(&self, name: &str) -> Result<Item<'a>, String> {
        match self {
            Item::Missing => Ok(Item::Missing),
            Item::Data(Value::Object(object)) => {
                Ok(object.get_str(name).map_or(Item::Missing, Item::Data))
            }
            Item::Data(Value::Null) => Err(format!("nil pointer evaluating interface {{}}.{name}")),
            _ => Err(format!("can't evaluate field {name} in type interface {{}}")),
        }
    }

    /// Returns the text of a string or of a JSON number.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Item::Data(Value::String(text)) => Some((*text).to_owned()),
            Item::Data(number @ Value::Number(_)) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Returns `true` if the value is a string in Go, which includes JSON numbers.
    pub(super) fn is_string(&self) -> bool {
        matches!(self, Item::Data(Value::String(_) | Value::Number(_)))
    }

    /// Returns `true` if the value is missing or null.
    pub(super) fn is_nil(&self) -> bool {
        matches!(self, Item::Missing | Item::Data(Value::Null))
    }

    /// Returns the text that `fmt.Fprint` writes, or `missing` if the value is missing or null.
    pub(super) fn print(&self, arena: &'a Arena, missing: &'static str) -> &'a str {
        if self.is_nil() {
            return missing;
        }
        let verb = [Piece::Directive(Directive::plain('v'))];
        // `%v` writes no addresses.
        sprintf::format(arena, verb, &[*self]).unwrap_or_default()
    }
}

impl<'a> Printable<'a> for Item<'a> {
    fn argument(self, arena: &'a Arena) -> Argument<'a> {
        match self {
            Item::Missing => Argument::Nil,
            Item::Data(value) => Argument::of_json(arena, &value),
            Item::Integer(number) => Argument::Int(number, INT),
            Item::Byte(byte) => Argument::Int(i64::from(byte), UINT8),
            Item::Float(number) => Argument::Float(number),
            Item::Complex(real, imaginary) => Argument::Complex(real, imaginary),
        }
    }
}
