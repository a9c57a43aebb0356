//! Access to the content of a value of a known type.

use super::{Object, Set, Value};
use crate::number::integer::Integer;

/// Each method returns `None` if the value has another type.
///
/// ```
/// use ferrego_runtime::{Arena, Value, json};
///
/// let arena = Arena::new();
/// let value = json::parse(&arena, br#"{"ready": true, "ports": [80, 443]}"#)?;
/// assert_eq!(value["ready"].as_bool(), Some(true));
/// assert_eq!(value["ports"].as_array().map(<[_]>::len), Some(2));
/// assert_eq!(value["ports"][1].as_i64(), Some(443));
/// assert_eq!(value.as_set(), None);
/// # Ok::<(), json::JsonError>(())
/// ```
impl<'a> Value<'a> {
    /// Returns `true` if the value is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Returns the boolean, if the value is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// Returns the number as an `i64`, if the value is an integer that fits. `1.0` and `1e3` are
    /// such integers.
    pub fn as_i64(&self) -> Option<i64> {
        let Value::Number(number) = self else { return None };
        match number.to_integer() {
            Ok(Some(Integer::Small(integer))) => i64::try_from(integer).ok(),
            _ => None,
        }
    }

    /// Returns the double nearest to the number, if the value is a number. The double is infinite
    /// for a number beyond the largest finite one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(number.to_f64()),
            _ => None,
        }
    }

    /// Returns the elements, if the value is an array.
    pub fn as_array(&self) -> Option<&'a [Value<'a>]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the object, if the value is one.
    pub fn as_object(&self) -> Option<Object<'a>> {
        match self {
            Value::Object(object) => Some(*object),
            _ => None,
        }
    }

    /// Returns the set, if the value is one.
    pub fn as_set(&self) -> Option<Set<'a>> {
        match self {
            Value::Set(set) => Some(*set),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Number;

    #[test]
    fn integers_of_any_notation_have_their_value() {
        let integer = |text| Value::Number(Number::from_text(text)).as_i64();
        assert_eq!(integer("7"), Some(7));
        assert_eq!(integer("7.0"), Some(7));
        assert_eq!(integer("-1e3"), Some(-1000));
        assert_eq!(integer("9223372036854775807"), Some(i64::MAX));
        assert_eq!(integer("9223372036854775808"), None);
        assert_eq!(integer("1.5"), None);
        assert_eq!(integer("1e400000000"), None);
    }

    #[test]
    fn other_types_have_no_content() {
        let text = Value::String("true");
        assert_eq!((text.as_bool(), text.as_i64(), text.as_f64()), (None, None, None));
        assert_eq!((text.as_array(), text.as_object(), text.as_set()), (None, None, None));
        assert!(!text.is_null() && Value::Null.is_null());
        assert_eq!(Value::EMPTY_SET.as_array(), None);
        assert_eq!(Value::EMPTY_ARRAY.as_set(), None);
    }
}
