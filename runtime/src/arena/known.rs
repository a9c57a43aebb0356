//! An index of values by their place in memory.

use std::collections::BTreeMap;

use crate::codegen_support::memo::{Identity, identity};
use crate::value::Value;

/// The values that [`Arena::keep_with`](super::Arena::keep_with) need not copy.
pub trait Shared<'a> {
    /// Returns the value to take instead of a copy of `value`, if there is one.
    fn find(&self, value: &Value<'_>) -> Option<Value<'a>>;

    /// Notes the copy of `value`.
    fn note(&self, value: &Value<'_>, copy: Value<'a>) {
        let _ = (value, copy);
    }
}

/// Strings and collections, indexed by their place in memory, so that a value that comes back from a
/// region is found instead of copied.
///
/// Two values that exist at one time and have one address, length and kind are one value. All values
/// whose places are in the index must live as long as it is used, so that no other value takes
/// their place.
///
/// ```
/// use ferrego_runtime::arena::Known;
/// use ferrego_runtime::{Arena, Value};
///
/// let arena = Arena::new();
/// let names = arena.array(&["web".into(), "db".into()]);
/// let mut known = Known::default();
/// known.add(names, &|_| false);
///
/// let region = arena.separate_region();
/// let pair = region.arena().array(&[names, Value::from(1)]);
/// let kept = arena.keep_with(&pair, &known);
/// assert_eq!(kept[0].as_array().map(<[_]>::as_ptr), names.as_array().map(<[_]>::as_ptr));
/// ```
#[derive(Debug, Default)]
pub struct Known<'a> {
    parts: BTreeMap<Identity, Value<'a>>,
}

impl<'a> Known<'a> {
    /// Adds a value and all its parts, except those that `elsewhere` knows with all their parts.
    /// Returns the number of entries that are added.
    pub fn add(&mut self, value: Value<'a>, elsewhere: &dyn Fn(&Value<'a>) -> bool) -> usize {
        let before = self.parts.len();
        let mut waiting = vec![value];
        while let Some(value) = waiting.pop() {
            let key = identity(&value);
            if !has_memory(&value) || self.parts.contains_key(&key) || elsewhere(&value) {
                continue;
            }
            self.parts.insert(key, value);
            match value {
                Value::Array(items) => waiting.extend(items),
                Value::Set(set) => waiting.extend(set.members()),
                Value::Object(object) => {
                    waiting.extend(object.pairs().iter().flat_map(|(key, value)| [*key, *value]));
                }
                _ => {}
            }
        }
        self.parts.len() - before
    }

    /// Adds `copy` for the place of `value`, which must live as long as the index is used.
    pub fn add_copy(&mut self, value: &Value<'_>, copy: Value<'a>) {
        self.parts.insert(identity(value), copy);
    }
}

impl<'a> Shared<'a> for Known<'a> {
    fn find(&self, value: &Value<'_>) -> Option<Value<'a>> {
        if self.parts.is_empty() || !has_memory(value) {
            return None;
        }
        self.parts.get(&identity(value)).copied()
    }
}

/// Returns `true` for strings and collections.
fn has_memory(value: &Value<'_>) -> bool {
    !matches!(value, Value::Null | Value::Bool(_) | Value::Number(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::json;

    fn parsed<'a>(arena: &'a Arena, text: &'static str) -> Value<'a> {
        json::parse(arena, text.as_bytes()).expect("JSON")
    }

    #[test]
    fn all_parts_of_a_value_are_found() {
        let arena = Arena::new();
        let value = parsed(&arena, r#"{"a": [1.50, {"b": "text"}], "c": true}"#);
        let mut known = Known::default();
        assert_eq!(known.add(value, &|_| false), 7, "three keys, a string and three collections");
        assert_eq!(known.add(value["a"], &|_| false), 0);
        for part in [value, value["a"], value["a"][1], value["a"][1]["b"]] {
            assert_eq!(known.find(&part).map(|found| identity(&found)), Some(identity(&part)));
        }
        for other in [Value::Null, value["a"][0], value.copy_to(&arena), Value::from("text")] {
            assert!(known.find(&other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_part_of_an_array_is_another_value() {
        let arena = Arena::new();
        let items = arena.slice(&[Value::from("a"), Value::from("b")]);
        let mut known = Known::default();
        known.add(Value::Array(items), &|_| false);
        assert!(known.find(&Value::Array(&items[..1])).is_none());
        assert!(known.find(&Value::Array(items)).is_some());
    }

    #[test]
    fn parts_that_are_known_elsewhere_are_not_added() {
        let arena = Arena::new();
        let value = parsed(&arena, r#"{"a": ["b"]}"#);
        let inner = identity(&value["a"]);
        let mut known = Known::default();
        assert_eq!(known.add(value, &|part| identity(part) == inner), 2);
        assert!(known.find(&value["a"]).is_none());
        assert!(known.find(&value["a"][0]).is_none());
    }

    #[test]
    fn a_value_that_was_copied_is_found() {
        let (arena, region) = (Arena::new(), Arena::new());
        let value = parsed(&region, r#"["text"]"#);
        let mut known = Known::default();
        assert!(known.find(&value).is_none());
        let copy = value.copy_to(&arena);
        known.add_copy(&value, copy);
        assert_eq!(known.find(&value).map(|found| identity(&found)), Some(identity(&copy)));
    }

    #[test]
    fn a_kept_value_shares_the_known_parts() {
        let arena = Arena::new();
        let value = parsed(&arena, r#"{"a": ["a long text that is known"]}"#);
        let mut known = Known::default();
        known.add(value, &|_| false);
        let region = arena.separate_region();
        let own = Value::String(region.arena().string("a long text of the region"));
        let pair = region.arena().array(&[own, value["a"]]);
        let before = arena.taken();
        let kept = arena.keep_with(&pair, &known);
        assert_eq!(kept, pair);
        assert_eq!(identity(&kept[1]), identity(&value["a"]));
        assert_ne!(identity(&kept[0]), identity(&pair[0]));
        assert!(arena.taken() - before < 100, "{} bytes", arena.taken() - before);
    }
}
