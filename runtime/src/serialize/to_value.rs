//! The state of a serializer that builds values in an arena.

use core::fmt;
use core::str::FromStr;

use super::error::SerializeError;
use crate::arena::Arena;
use crate::json::MAX_DEPTH;
use crate::number::Number;
use crate::value::{Object, Value};

/// The value that a type becomes.
pub(super) type Built<'a> = Result<Value<'a>, SerializeError>;

/// A serializer whose output is a value in an arena.
#[derive(Clone, Copy, Debug)]
pub(super) struct ToValue<'a> {
    pub(super) arena: &'a Arena,
    /// The number of arrays and objects around the value.
    depth: usize,
}

impl<'a> ToValue<'a> {
    pub(super) fn new(arena: &'a Arena) -> Self {
        Self { arena, depth: 0 }
    }

    /// Returns the serializer of the members of an array or object.
    pub(super) fn nested(self) -> Result<Self, SerializeError> {
        if self.depth == MAX_DEPTH {
            return Err(SerializeError::TooDeep);
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    /// Returns the object with the single member `name`, which represents a variant of an enum.
    pub(super) fn variant(self, name: &'static str, content: Value<'a>) -> Value<'a> {
        let pairs = self.arena.slice(&[(Value::String(name), content)]);
        Value::Object(Object { pairs })
    }

    pub(super) fn integer(self, integer: i128) -> Value<'a> {
        Value::Number(Number::from_i128(self.arena, integer))
    }

    /// Returns a float with its shortest digits, and with a point or an exponent.
    pub(super) fn float<F>(self, is_finite: bool, float: F) -> Built<'a>
    where
        F: Copy + fmt::Debug + fmt::Display + fmt::LowerExp + FromStr + PartialEq,
    {
        if !is_finite {
            return Err(SerializeError::NotFinite);
        }
        Ok(match even_digits(float) {
            Some(text) => self.number(format_args!("{text}")),
            None => self.number(format_args!("{float:?}")),
        })
    }

    /// Returns the number written as `text`.
    pub(super) fn number(self, text: fmt::Arguments<'_>) -> Value<'a> {
        Value::Number(Number::from_text(self.arena.format(text)))
    }
}

/// Returns the text of a float if two shortest decimals are equally near to it and the standard
/// library writes the odd one. JSON and Go have the even one: 514116.125 is `514116.12` in 32 bits,
/// and not `514116.13`.
fn even_digits<F>(float: F) -> Option<String>
where
    F: Copy + fmt::Display + fmt::LowerExp + FromStr + PartialEq,
{
    let shortest = format!("{float:e}");
    let (mantissa, exponent) = shortest.split_once('e')?;
    let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let even = format!("{float:.places$e}");
    if even == shortest || even.parse().ok() != Some(float) {
        return None;
    }
    let exponent: i64 = exponent.parse().ok()?;
    let decimals = i64::try_from(places).ok()?.checked_sub(exponent)?;
    Some(match usize::try_from(decimals) {
        Ok(decimals) if exponent >= -5 => format!("{float:.decimals$}"),
        _ => even,
    })
}
