//! The errors of schemas.

use crate::env::Env;
use crate::error::{BuiltinError, ErrorCode};

/// The reason why a value is not a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SchemaError {
    /// A fault of the schema, in OPA's words.
    Fault(String),
    /// A limit of the runtime. The evaluation stops, because OPA may accept the schema.
    Unsupported(&'static str),
}

/// A schema that nests more deeply than the runtime follows.
pub(super) const TOO_DEEP: SchemaError = SchemaError::Unsupported("the schema nests too deeply");

/// A `$ref` to a document that OPA would load from the network or a file.
pub(super) const OTHER_DOCUMENT: SchemaError =
    SchemaError::Unsupported("the schema refers to another document, which is not loaded");

impl From<String> for SchemaError {
    fn from(fault: String) -> Self {
        SchemaError::Fault(fault)
    }
}

impl SchemaError {
    /// Returns the error of a builtin: a fault makes the call undefined.
    pub(super) fn into_builtin_error<'a>(self, env: &Env<'a>) -> BuiltinError<'a> {
        match self {
            SchemaError::Fault(fault) => env.fail(format_args!("{fault}")),
            SchemaError::Unsupported(message) => {
                BuiltinError { code: ErrorCode::Internal, message }
            }
        }
    }
}

/// Fails with a fault of the schema.
pub(super) fn fault<T>(message: impl Into<String>) -> Result<T, SchemaError> {
    Err(SchemaError::Fault(message.into()))
}
