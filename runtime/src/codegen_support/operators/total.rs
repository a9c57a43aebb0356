//! Operators that are `true` or `false` for all values.

use crate::budget::parts;
use crate::value::Value;

/// Evaluates `is_number(x)`.
#[inline]
pub fn is_number(value: Value<'_>) -> bool {
    matches!(value, Value::Number(_))
}

/// Evaluates `is_string(x)`.
#[inline]
pub fn is_string(value: Value<'_>) -> bool {
    matches!(value, Value::String(_))
}

/// Evaluates `is_boolean(x)`.
#[inline]
pub fn is_boolean(value: Value<'_>) -> bool {
    matches!(value, Value::Bool(_))
}

/// Evaluates `is_array(x)`.
#[inline]
pub fn is_array(value: Value<'_>) -> bool {
    matches!(value, Value::Array(_))
}

/// Evaluates `is_set(x)`.
#[inline]
pub fn is_set(value: Value<'_>) -> bool {
    matches!(value, Value::Set(_))
}

/// Evaluates `is_object(x)`.
#[inline]
pub fn is_object(value: Value<'_>) -> bool {
    matches!(value, Value::Object(_))
}

/// Evaluates `is_null(x)`.
#[inline]
pub fn is_null(value: Value<'_>) -> bool {
    matches!(value, Value::Null)
}

/// Evaluates `value in collection`.
pub fn is_in<'a>(value: Value<'a>, collection: Value<'a>) -> bool {
    match collection {
        Value::Set(set) => set.contains(&value),
        Value::Array(items) => parts(items).any(|part| part.contains(&value)),
        Value::Object(object) => {
            parts(object.pairs()).any(|part| part.iter().any(|(_, member)| *member == value))
        }
        _ => false,
    }
}

/// Evaluates `key, value in collection`.
pub fn is_pair_in<'a>(key: Value<'a>, value: Value<'a>, collection: Value<'a>) -> bool {
    collection.get(&key).is_some_and(|member| member == value)
}
