//! `Serialize` for values.

use core::cell::Cell;

use serde_core::ser::{Error as _, Serialize, SerializeMap, Serializer};

use crate::document::Document;
use crate::json;
use crate::number::Number;
use crate::number::integer::Integer;
use crate::value::{Object, Set, Value};

thread_local! {
    /// The levels of the value that the thread serializes.
    static LEVELS: Cell<usize> = const { Cell::new(0) };
}

/// A level of a value that is being serialized.
struct Level;

impl Level {
    /// Begins a level. A serializer takes stack for each, so that a deeper value is an error.
    fn begin<E: serde_core::ser::Error>() -> Result<Self, E> {
        let levels = LEVELS.get();
        if levels == json::MAX_DEPTH {
            let message = "expected a value nested at most 512 levels deep, found a deeper one";
            return Err(E::custom(message));
        }
        LEVELS.set(levels + 1);
        Ok(Self)
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        LEVELS.set(LEVELS.get().saturating_sub(1));
    }
}

/// Serializes the value as OPA converts it to JSON: a set becomes a sorted array, and a key that is
/// not a string becomes its JSON text. A value nested deeper than [`json::MAX_DEPTH`] is an error.
///
/// ```
/// use ferrego_runtime::{Arena, json};
///
/// let arena = Arena::new();
/// let value = json::parse(&arena, br#"{"ports": [80, 443]}"#)?;
/// assert_eq!(serde_json::to_value(value)?, serde_json::json!({"ports": [80, 443]}));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::Number(number) => number.serialize(serializer),
            Value::String(text) => serializer.serialize_str(text),
            Value::Array(items) => {
                let _level = Level::begin()?;
                serializer.collect_seq(*items)
            }
            Value::Object(object) => object.serialize(serializer),
            Value::Set(set) => set.serialize(serializer),
        }
    }
}

/// Serializes an integer of at most 128 bits exactly, and any other number as the nearest double.
/// A number beyond the greatest double is an error. [`json::to_string`] keeps the text of all
/// numbers.
impl Serialize for Number<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(integer) = self.as_i64() {
            return serializer.serialize_i64(integer);
        }
        if self.is_written_as_integer()
            && let Ok(Some(Integer::Small(integer))) = self.to_integer()
        {
            return match u64::try_from(integer) {
                Ok(integer) => serializer.serialize_u64(integer),
                Err(_) => serializer.serialize_i128(integer),
            };
        }
        let nearest = self.to_f64();
        if nearest.is_finite() {
            serializer.serialize_f64(nearest)
        } else {
            Err(S::Error::custom(format_args!(
                "expected a number that fits a double, found {self}"
            )))
        }
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let _level = Level::begin()?;
        if !json::has_string_keys(self) {
            return serializer.collect_map(json::text_keys(self));
        }
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self {
            map.serialize_entry(&key, &value)?;
        }
        map.end()
    }
}

impl Serialize for Set<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let _level = Level::begin()?;
        serializer.collect_seq(self)
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}
