//! The answer to one query or call.

use serde::Deserialize;

/// The answer to one query or call, as the oracle writes it.
#[derive(Deserialize)]
pub(crate) struct Reply {
    pub(crate) defined: bool,
    /// The value, if it is defined.
    #[serde(default)]
    pub(crate) typed: String,
    #[serde(default)]
    pub(crate) error_code: String,
    #[serde(default)]
    pub(crate) error: String,
}
