//! The reasons why a type cannot become a value.

use core::fmt;

use serde_core::ser;

use crate::json::{JsonError, MAX_DEPTH};

/// The reason why [`Value::from_serialize`](crate::Value::from_serialize) builds no value.
///
/// ```
/// use ferrego_runtime::{Arena, SerializeError, Value};
///
/// let arena = Arena::new();
/// assert_eq!(Value::from_serialize(&arena, &f64::NAN), Err(SerializeError::NotFinite));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SerializeError {
    /// A float is infinite or not a number.
    NotFinite,
    /// Arrays and objects are nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// A raw value or number of `serde_json` is not JSON in the range of OPA.
    Json(JsonError),
    /// The type's own implementation of `Serialize` failed with this message.
    Custom(String),
}

impl fmt::Display for SerializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SerializeError::NotFinite => f.write_str("expected a finite number, found another"),
            SerializeError::TooDeep => {
                write!(f, "arrays and objects are nested deeper than {MAX_DEPTH}")
            }
            SerializeError::Json(error) => error.fmt(f),
            SerializeError::Custom(message) => f.write_str(message),
        }
    }
}

impl core::error::Error for SerializeError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            SerializeError::Json(error) => Some(error),
            _ => None,
        }
    }
}

impl From<JsonError> for SerializeError {
    fn from(error: JsonError) -> Self {
        SerializeError::Json(error)
    }
}

impl ser::Error for SerializeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        SerializeError::Custom(message.to_string())
    }
}
