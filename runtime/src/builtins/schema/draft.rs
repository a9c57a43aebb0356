//! The drafts of JSON Schema.

use super::error::{SchemaError, fault};
use super::reference::Reference;
use crate::value::Value;

/// A draft of JSON Schema. A schema that names no draft is `Hybrid`, which accepts the keywords of
/// all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Draft {
    Four,
    Six,
    Seven,
    Hybrid,
}

/// Returns the draft that `$schema` names, or `None` if it names none that OPA knows
/// (`parseSchemaURL`).
pub(super) fn declared_draft(document: &Value<'_>) -> Result<Option<Draft>, SchemaError> {
    let object = match document {
        Value::Bool(_) => return Ok(None),
        Value::Object(object) => object,
        _ => return fault("schema is invalid"),
    };
    let reference = match object.get_str("$schema") {
        None => return Ok(None),
        Some(Value::String(url)) => Reference::parse(url)?,
        Some(_) => return fault("$schema must be of type string"),
    };
    Ok(match reference.to_string().as_str() {
        "http://json-schema.org/draft-04/schema" => Some(Draft::Four),
        "http://json-schema.org/draft-06/schema" => Some(Draft::Six),
        "http://json-schema.org/draft-07/schema" => Some(Draft::Seven),
        _ => None,
    })
}
