//! The answer of a provider to one key.

use std::sync::Arc;

use ferrego_runtime::Document;

use super::Response;

/// The answer of a provider to one key. A clone shares its value.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The value.
    Value(Arc<Document>),
    /// The reason why the key has no value.
    Error(Arc<str>),
}

impl Answer {
    /// Writes the answer to `key` into a response.
    pub fn write(&self, key: &str, response: &mut Response<'_>) {
        match self {
            Self::Value(value) => response.add_value(key, &value.value()),
            Self::Error(error) => response.add_error(key, format_args!("{error}")),
        }
    }
}
