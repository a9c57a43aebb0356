//! The size of a value as JSON.
//!
//! A small value in an arena can have a large text, because arrays and objects may share their
//! members: `b := [a, a]`, `c := [b, b]`, and so on double the text with each step. The measuring
//! stops at a limit, so it takes time in proportion to the limit and not to the text.

use std::fmt::{self, Write as _};

use super::MAX_DEPTH;
use crate::value::Value;

/// Returns the bytes of `value` as JSON, or `None` if there are more than `limit`, or if the value is
/// nested deeper than [`MAX_DEPTH`]. Escapes in strings do not count. A key that is not a string becomes one, in which the escapes of quotes count.
///
/// An answer that shares its parts can take far more bytes than its memory. A program that writes,
/// copies or compares answers of any policy asks for their size first.
///
/// ```
/// use ferrego_runtime::{Arena, Value, json};
///
/// let arena = Arena::new();
/// let mut value = Value::from("x");
/// for _ in 0..40 {
///     value = arena.array(&[value, value]);
/// }
/// assert_eq!(json::size(&value, 1 << 20), None);
/// ```
pub fn size(value: &Value<'_>, limit: usize) -> Option<usize> {
    let mut left = Left { bytes: limit, levels: MAX_DEPTH };
    left.write_value(value).ok()?;
    Some(limit - left.bytes)
}

/// The room that is left.
struct Left {
    bytes: usize,
    /// The levels below the current one.
    levels: usize,
}

impl Left {
    fn take(&mut self, bytes: usize) -> fmt::Result {
        self.bytes = self.bytes.checked_sub(bytes).ok_or(fmt::Error)?;
        Ok(())
    }

    /// Writes a collection, whose members are one level deeper.
    fn deeper(&mut self, write: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.levels = self.levels.checked_sub(1).ok_or(fmt::Error)?;
        let result = write(self);
        self.levels += 1;
        result
    }

    fn write_value(&mut self, value: &Value<'_>) -> fmt::Result {
        match value {
            Value::Null | Value::Bool(true) => self.take(4),
            Value::Bool(false) => self.take(5),
            Value::Number(number) => write!(self, "{number}"),
            Value::String(text) => self.take(text.len() + 2),
            Value::Array(items) => self.deeper(|left| left.write_items(items)),
            Value::Set(set) => self.deeper(|left| left.write_items(set.members())),
            Value::Object(object) => self.deeper(|left| {
                left.take(2)?;
                object.pairs().iter().try_for_each(|(key, value)| {
                    left.take(2)?;
                    left.write_key(key)?;
                    left.write_value(value)
                })
            }),
        }
    }

    fn write_items(&mut self, items: &[Value<'_>]) -> fmt::Result {
        self.take(2)?;
        items.iter().try_for_each(|item| {
            self.take(1)?;
            self.write_value(item)
        })
    }

    /// Writes a key. The escapes of quotes may double its text, at each level of keys in keys.
    fn write_key(&mut self, key: &Value<'_>) -> fmt::Result {
        if key.as_str().is_some() {
            return self.write_value(key);
        }
        let room = self.bytes / 2;
        let mut half = Left { bytes: room, levels: self.levels };
        half.write_value(key)?;
        self.take(2 * (room - half.bytes) + 2)
    }
}

impl fmt::Write for Left {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.take(text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::collections::ObjectBuilder;
    use crate::json::{self, Escape};

    #[test]
    fn a_size_is_at_least_that_of_the_text() {
        let arena = Arena::new();
        for text in ["null", "[]", "{}", "[1.50,\"é\",false]", r#"{"a":{"b":[true,-7]},"c":""}"#] {
            let value = json::parse(&arena, text.as_bytes()).expect("JSON");
            let bytes = size(&value, 100).expect("a small value");
            assert!((text.len()..=text.len() + 4).contains(&bytes), "{text}: {bytes}");
            assert_eq!(size(&value, bytes), Some(bytes), "{text}");
            assert_eq!(size(&value, bytes - 1), None, "{text}");
        }
    }

    #[test]
    fn shared_parts_count_as_often_as_they_are_written() {
        let arena = Arena::new();
        let mut value = Value::String("x");
        for doublings in 1..200 {
            value = arena.array(&[value, value]);
            let bytes = size(&value, 1 << 16);
            assert_eq!(bytes.is_some(), doublings < 14, "{doublings}: {bytes:?}");
        }
    }

    #[test]
    fn keys_in_keys_count_with_their_escapes() {
        let arena = Arena::new();
        let mut value = Value::String("x");
        for depth in 0..12 {
            let mut object = ObjectBuilder::new(&arena);
            object.insert(value, Value::Null);
            value = object.finish();
            let text = json::to_string(&value, Escape::Plain);
            let bytes = size(&value, usize::MAX).expect("no limit");
            assert!(bytes >= text.len(), "{depth}: {bytes} for {}", text.len());
        }
    }
}
