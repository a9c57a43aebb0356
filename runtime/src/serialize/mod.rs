//! Conversion of values from and to the types of other crates, through serde.
//!
//! [`Value`] implements `Serialize`, and [`Value::from_serialize`] builds a value from any type
//! that implements it. Neither writes JSON in between.

mod compound;
mod error;
mod from_value;
mod json_text;
mod serializer;
mod to_value;

#[cfg(test)]
mod tests;

use serde_core::Serialize;

use crate::arena::Arena;
use crate::document::Document;
use crate::value::Value;

pub use error::SerializeError;
use to_value::ToValue;

impl<'a> Value<'a> {
    /// Builds a value from `source` in `arena`.
    ///
    /// The value equals the one that [`json::parse`](crate::json::parse) reads from the JSON of
    /// `source`, with two differences:
    ///
    /// - A key that is not a string keeps its type, as Rego allows.
    /// - A float that is not finite is an error. `serde_json` writes `null`.
    ///
    /// Integers are exact, and a float has the shortest digits that identify it. The numbers of `serde_json` keep their text under its feature `arbitrary_precision` too, and
    /// its raw values are parsed. Of duplicate keys, the last value wins.
    ///
    /// # Errors
    /// Returns [`SerializeError`], which lists the reasons.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use ferrego_runtime::{Arena, Value};
    ///
    /// let arena = Arena::new();
    /// let limits = BTreeMap::from([("cpu", u64::MAX), ("memory", 512)]);
    /// let value = Value::from_serialize(&arena, &limits)?;
    /// assert_eq!(value.to_string(), r#"{"cpu": 18446744073709551615, "memory": 512}"#);
    /// # Ok::<(), ferrego_runtime::SerializeError>(())
    /// ```
    pub fn from_serialize<T>(arena: &'a Arena, source: &T) -> Result<Self, SerializeError>
    where
        T: Serialize + ?Sized,
    {
        source.serialize(ToValue::new(arena))
    }
}

impl Document {
    /// Builds a document from `source`, like [`Value::from_serialize`].
    ///
    /// # Errors
    /// Returns the errors of [`Value::from_serialize`].
    ///
    /// ```
    /// use ferrego_runtime::Document;
    ///
    /// let document = Document::from_serialize(&["web", "db"])?;
    /// assert_eq!(document.value()[1].as_str(), Some("db"));
    /// # Ok::<(), ferrego_runtime::SerializeError>(())
    /// ```
    pub fn from_serialize<T>(source: &T) -> Result<Self, SerializeError>
    where
        T: Serialize + ?Sized,
    {
        let arena = Arena::new();
        Ok(Self::of(&Value::from_serialize(&arena, source)?))
    }
}
