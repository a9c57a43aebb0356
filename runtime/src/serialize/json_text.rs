//! Structs, and the structs by which `serde_json` hands over JSON text.
//!
//! `serde_json` serializes a raw value as a struct with a reserved name and one field, its JSON
//! text. If some crate in the build enables `arbitrary_precision`, it does so with every number.
//! Without this module, such a number would become an object, and a policy would not deny it.

use serde_core::ser::{Error as _, Serialize, SerializeStruct};

use super::compound::Members;
use super::error::SerializeError;
use super::to_value::ToValue;
use crate::json;
use crate::value::Value;

/// Returns `true` if `serde_json` reserves the struct name `name` for JSON text.
pub(super) fn is_token(name: &str) -> bool {
    matches!(name, "$serde_json::private::Number" | "$serde_json::private::RawValue")
}

/// A builder of a struct's value.
#[derive(Debug)]
pub(super) enum Fields<'a> {
    /// A struct that becomes an object.
    Members(Members<'a>),
    /// A struct that holds JSON text, and becomes its value.
    JsonText { text: Option<&'a str>, serializer: ToValue<'a> },
}

impl<'a> Fields<'a> {
    /// Creates a struct that holds JSON text.
    pub(super) fn json_text(serializer: ToValue<'a>) -> Self {
        Fields::JsonText { text: None, serializer }
    }
}

impl<'a> SerializeStruct for Fields<'a> {
    type Ok = Value<'a>;
    type Error = SerializeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), SerializeError> {
        match self {
            Fields::Members(members) => members.insert(name, value),
            Fields::JsonText { text, serializer } => {
                *text = value.serialize(*serializer)?.as_str();
                Ok(())
            }
        }
    }

    fn end(self) -> Result<Value<'a>, SerializeError> {
        match self {
            Fields::Members(members) => Ok(members.finish()),
            Fields::JsonText { text: Some(text), serializer } => {
                Ok(json::parse(serializer.arena, text.as_bytes())?)
            }
            Fields::JsonText { text: None, .. } => {
                Err(SerializeError::custom("expected JSON text, found another value"))
            }
        }
    }
}
