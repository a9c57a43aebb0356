//! Conversion of plain Rust values that need no memory.

use super::{Object, Set, Value};
use crate::arena::Arena;
use crate::number::Number;

impl Arena {
    /// Returns an array value of `items`.
    pub fn array<'a>(&'a self, items: &[Value<'a>]) -> Value<'a> {
        Value::Array(self.slice(items))
    }
}

impl From<()> for Value<'_> {
    /// Returns `null`.
    fn from((): ()) -> Self {
        Value::Null
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Value::Bool(truth)
    }
}

/// Implements `From` for the integer types whose values all fit an `i64`.
///
/// A greater integer or a float is held as its text, which needs memory. `Value::from_serialize`
/// converts those.
macro_rules! from_integer {
    ($($integer:ty)+) => {$(
        impl From<$integer> for Value<'_> {
            fn from(number: $integer) -> Self {
                Value::int(number.into())
            }
        }
    )+};
}

from_integer!(i8 i16 i32 i64 u8 u16 u32);

impl<'a> From<Number<'a>> for Value<'a> {
    fn from(number: Number<'a>) -> Self {
        Value::Number(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::String(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::String(text)
    }
}

impl<'a> From<&'a [Value<'a>]> for Value<'a> {
    fn from(items: &'a [Value<'a>]) -> Self {
        Value::Array(items)
    }
}

impl<'a, const N: usize> From<&'a [Value<'a>; N]> for Value<'a> {
    fn from(items: &'a [Value<'a>; N]) -> Self {
        Value::Array(items)
    }
}

impl<'a> From<Object<'a>> for Value<'a> {
    fn from(object: Object<'a>) -> Self {
        Value::Object(object)
    }
}

impl<'a> From<Set<'a>> for Value<'a> {
    fn from(set: Set<'a>) -> Self {
        Value::Set(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_values_are_printed_as_rego_terms() {
        let text = String::from("a");
        let items = [Value::from(()), true.into(), i64::MIN.into(), u32::MAX.into(), "a".into()];
        assert_eq!(
            Value::from(&items).to_string(),
            r#"[null, true, -9223372036854775808, 4294967295, "a"]"#
        );
        assert_eq!(Value::from(&text), Value::String("a"));
        assert_eq!(Value::from(&items[..]), Value::from(&items));
        assert_eq!(Value::from(Number::from_text("1.50")).to_string(), "1.50");
        assert_eq!(Value::EMPTY_OBJECT.as_object().map(Value::from), Some(Value::EMPTY_OBJECT));
        assert_eq!(Value::EMPTY_SET.as_set().map(Value::from), Some(Value::EMPTY_SET));
    }
}
