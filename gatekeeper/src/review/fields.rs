//! The fields of an `AdmissionReview`, and the faults of their values.

use ferrego_runtime::Value;

use crate::fault::{Fault, FaultCode, FieldPath};

/// The fields of an `AdmissionReview`.
pub(super) const REVIEW: &[&str] = &["apiVersion", "kind", "request", "response"];
/// The fields of an `AdmissionRequest`.
pub(super) const REQUEST: &[(&str, Shape, Missing)] = &[
    ("dryRun", Shape::Truth, Missing::LeftOut),
    ("kind", Shape::Names(KIND), Missing::Filled(KIND)),
    ("name", Shape::Text, Missing::LeftOut),
    ("namespace", Shape::Text, Missing::LeftOut),
    ("object", Shape::Any, Missing::Is(Value::Null)),
    ("oldObject", Shape::Any, Missing::Is(Value::Null)),
    ("operation", Shape::Text, Missing::Is(Value::String(""))),
    ("options", Shape::Any, Missing::Is(Value::Null)),
    ("requestKind", Shape::Names(KIND), Missing::LeftOutOrFilled(KIND)),
    ("requestResource", Shape::Names(RESOURCE), Missing::LeftOutOrFilled(RESOURCE)),
    ("requestSubResource", Shape::Text, Missing::LeftOut),
    ("resource", Shape::Names(RESOURCE), Missing::Filled(RESOURCE)),
    ("subResource", Shape::Text, Missing::LeftOut),
    ("uid", Shape::Text, Missing::Is(Value::String(""))),
    ("userInfo", Shape::User(USER), Missing::Is(Value::EMPTY_OBJECT)),
];
/// The fields of a kind.
const KIND: &[&str] = &["group", "kind", "version"];
/// The fields of a resource.
const RESOURCE: &[&str] = &["group", "resource", "version"];
/// The fields of a user (`k8s.io/api/authentication/v1`).
const USER: &[(&str, Shape)] = &[
    ("extra", Shape::Extra),
    ("groups", Shape::Texts),
    ("uid", Shape::Text),
    ("username", Shape::Text),
];

/// The shape of a field that is not null.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Any,
    Truth,
    Text,
    /// A list of texts.
    Texts,
    /// An object whose values are lists of texts.
    Extra,
    /// An object with these fields, which are texts.
    Names(&'static [&'static str]),
    /// An object with these fields, which Go's encoder leaves out if they are empty.
    User(&'static [(&'static str, Shape)]),
}

/// The treatment of a field that is missing or null, as in Go's encoder.
#[derive(Clone, Copy)]
pub(super) enum Missing {
    /// The field is left out, even if it holds an empty text.
    LeftOut,
    /// The field is left out. If it is an object that misses some of these fields, they are added as
    /// empty texts.
    LeftOutOrFilled(&'static [&'static str]),
    Is(Value<'static>),
    /// An object with these fields as empty texts. If a given object misses some of them, they are
    /// added.
    Filled(&'static [&'static str]),
}

impl Shape {
    /// Returns `true` if the value is written as Go's encoder writes it: its fields are known, in
    /// order and of their types, none is null, and none that would be left out is empty.
    pub(super) fn is_canonical(self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Any, _) | (Self::Truth, Value::Bool(_)) | (Self::Text, Value::String(_)) => true,
            (Self::Texts, Value::Array(items)) => items.iter().all(is_text),
            (Self::Extra, Value::Object(extra)) => extra.pairs().iter().all(|(_, value)| {
                // The list of a key may be null, also in Go.
                matches!(value, Value::Null) || Self::Texts.is_canonical(value)
            }),
            (Self::Names(fields), Value::Object(object)) => {
                let mut left = fields.iter();
                object.pairs().iter().all(|(key, value)| {
                    is_text(value)
                        && key.as_str().is_some_and(|name| left.any(|field| *field == name))
                })
            }
            (Self::User(fields), Value::Object(object)) => {
                let mut left = fields.iter();
                object.pairs().iter().all(|(key, value)| {
                    let field =
                        key.as_str().and_then(|name| left.find(|(field, _)| *field == name));
                    !is_empty(value) && field.is_some_and(|(_, shape)| shape.is_canonical(value))
                })
            }
            _ => false,
        }
    }
}

fn is_text(value: &Value<'_>) -> bool {
    matches!(value, Value::String(_))
}

/// Returns `true` if Go's encoder leaves out a field that has this value and `omitempty`.
pub(super) fn is_empty(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

/// Returns the fault of a value whose type is not `wanted`.
pub(super) fn wrong_type(path: FieldPath, wanted: &str, value: &Value<'_>) -> Fault {
    invalid(path, format!("expected {wanted}, found {}", value.type_name()))
}

/// Returns the fault of an invalid value at `path`.
pub(super) fn invalid(path: FieldPath, message: impl Into<String>) -> Fault {
    Fault::new(FaultCode::InvalidObject, path, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_order() {
        assert!(REQUEST.is_sorted_by(|a, b| a.0 < b.0));
        assert!(USER.is_sorted_by(|a, b| a.0 < b.0));
        for fields in [REVIEW, KIND, RESOURCE] {
            assert!(fields.is_sorted_by(|a, b| a < b));
        }
    }
}
