//! The operator `value[key]`, which never panics.

use core::ops::Index;

use super::Value;

/// The result of indexing with a key that has no member.
static NULL: Value<'static> = Value::Null;

/// Returns the value of a string key, or `null` if there is none.
///
/// Policies read unchecked input, so a missing key must not panic. Rego distinguishes `null` from
/// an undefined reference; [`Value::get_str`] does too.
///
/// ```
/// use ferrego_runtime::{Arena, Value, json};
///
/// let arena = Arena::new();
/// let value = json::parse(&arena, br#"{"spec": {"replicas": 3}}"#)?;
/// assert_eq!(value["spec"]["replicas"], Value::from(3));
/// assert_eq!(value["status"]["replicas"], Value::Null);
/// # Ok::<(), json::JsonError>(())
/// ```
impl<'a> Index<&str> for Value<'a> {
    type Output = Value<'a>;

    fn index(&self, key: &str) -> &Value<'a> {
        self.member(key).unwrap_or(&NULL)
    }
}

/// Returns the element of an array, or `null` if there is none.
///
/// ```
/// use ferrego_runtime::{Arena, Value, json};
///
/// let arena = Arena::new();
/// let value = json::parse(&arena, b"[80, 443]")?;
/// assert_eq!(value[1], Value::from(443));
/// assert_eq!(value[2], Value::Null);
/// # Ok::<(), json::JsonError>(())
/// ```
impl<'a> Index<usize> for Value<'a> {
    type Output = Value<'a>;

    fn index(&self, index: usize) -> &Value<'a> {
        match self {
            Value::Array(items) => items.get(index).unwrap_or(&NULL),
            _ => &NULL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::collections::SetBuilder;

    #[test]
    fn values_without_such_a_member_are_indexed_as_null() {
        for value in [Value::Null, Value::from("a"), Value::EMPTY_ARRAY, Value::EMPTY_OBJECT] {
            assert_eq!((value["a"], value[0]), (Value::Null, Value::Null), "{value}");
        }
    }

    #[test]
    fn a_sets_member_is_indexed_by_itself() {
        let arena = Arena::new();
        let mut set = SetBuilder::new(&arena);
        set.insert("a".into());
        let set = set.finish();
        assert_eq!((set["a"], set["b"]), (Value::from("a"), Value::Null));
    }
}
