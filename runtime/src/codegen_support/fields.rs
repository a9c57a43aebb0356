//! Lookups in values that may be undefined, so that a reference reads as in Rego.

use super::storage;
use crate::Value;

/// A value, or `None` for an undefined one, in which nothing is found.
pub trait Fields<'a>: Sized {
    /// Returns the value of an object's string key, as in `self.key`, or a set's string member.
    fn field(self, key: &str) -> Option<Value<'a>>;

    /// Returns the value at a path of string keys, as in `self.a.b`.
    fn path(self, keys: &[&str]) -> Option<Value<'a>>;

    /// Returns the value of the reference `self[key]`.
    fn get(self, key: &Value<'a>) -> Option<Value<'a>>;

    /// Returns the member of a base document at a key, by the rules of OPA's storage.
    fn base_get(self, key: &Value<'a>) -> Option<Value<'a>>;
}

impl<'a> Fields<'a> for Value<'a> {
    #[inline]
    fn field(self, key: &str) -> Option<Value<'a>> {
        Value::get_str(&self, key)
    }

    #[inline]
    fn path(self, keys: &[&str]) -> Option<Value<'a>> {
        Value::path(&self, keys)
    }

    #[inline]
    fn get(self, key: &Value<'a>) -> Option<Value<'a>> {
        Value::get(&self, key)
    }

    #[inline]
    fn base_get(self, key: &Value<'a>) -> Option<Value<'a>> {
        storage::member(self, key)
    }
}

impl<'a> Fields<'a> for Option<Value<'a>> {
    #[inline]
    fn field(self, key: &str) -> Option<Value<'a>> {
        self?.field(key)
    }

    #[inline]
    fn path(self, keys: &[&str]) -> Option<Value<'a>> {
        self?.path(keys)
    }

    #[inline]
    fn get(self, key: &Value<'a>) -> Option<Value<'a>> {
        self?.get(key)
    }

    #[inline]
    fn base_get(self, key: &Value<'a>) -> Option<Value<'a>> {
        self?.base_get(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Arena, json};

    #[test]
    fn an_undefined_value_has_no_fields() {
        let arena = Arena::new();
        let value = json::parse(&arena, br#"{"a": {"b": [1, 2]}}"#).expect("JSON");
        let items = value.path(&["a", "b"]);
        assert!(items.is_some());
        assert_eq!(value.field("a").field("b"), items);
        assert_eq!(Some(value).path(&["a", "b"]), items);
        assert_eq!(items.get(&Value::int(1)), Some(Value::int(2)));
        assert_eq!(items.get(&Value::String("1")), None);
        assert_eq!(items.base_get(&Value::String("1")), Some(Value::int(2)));
        let undefined = value.field("x");
        assert_eq!(undefined, None);
        assert_eq!(undefined.field("a"), None);
        assert_eq!(undefined.path(&["a"]), None);
        assert_eq!(undefined.get(&Value::int(0)), None);
        assert_eq!(undefined.base_get(&Value::int(0)), None);
    }
}
