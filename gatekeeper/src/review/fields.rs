//! The fields of an `AdmissionReview`, and the faults of their values.

use ferrego_runtime::Value;

use crate::fault::{Fault, FaultCode, FieldPath};

/// The fields of an `AdmissionReview`.
pub(super) const REVIEW: &[&str] = &["apiVersion", "kind", "request", "response"];
/// The fields of an `AdmissionRequest`.
pub(super) const REQUEST: &[(&str, Shape, Missing)] = &[
    ("dryRun", Shape::Any, Missing::LeftOut),
    ("kind", Shape::Part(KIND), Missing::Filled(KIND)),
    ("name", Shape::Text, Missing::LeftOut),
    ("namespace", Shape::Text, Missing::LeftOut),
    ("object", Shape::Any, Missing::Is(Value::Null)),
    ("oldObject", Shape::Any, Missing::Is(Value::Null)),
    ("operation", Shape::Text, Missing::Is(Value::String(""))),
    ("options", Shape::Any, Missing::Is(Value::Null)),
    ("requestKind", Shape::Part(KIND), Missing::LeftOut),
    ("requestResource", Shape::Part(RESOURCE), Missing::LeftOut),
    ("requestSubResource", Shape::Text, Missing::LeftOut),
    ("resource", Shape::Part(RESOURCE), Missing::Filled(RESOURCE)),
    ("subResource", Shape::Text, Missing::LeftOut),
    ("uid", Shape::Text, Missing::Is(Value::String(""))),
    ("userInfo", Shape::Part(USER), Missing::Is(Value::EMPTY_OBJECT)),
];
/// The fields of a kind.
const KIND: &[&str] = &["group", "kind", "version"];
/// The fields of a resource.
const RESOURCE: &[&str] = &["group", "resource", "version"];
/// The fields of a user.
const USER: &[&str] = &["extra", "groups", "uid", "username"];

/// The shape of a field that is not null.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Any,
    Text,
    /// An object with these fields, all of which are optional.
    Part(&'static [&'static str]),
}

/// The treatment of a field that is missing or null, as in Go's encoder.
#[derive(Clone, Copy)]
pub(super) enum Missing {
    /// The field is left out, even if it holds an empty text.
    LeftOut,
    Is(Value<'static>),
    /// An object with these fields as empty texts. If a given object misses some of them, they are
    /// added.
    Filled(&'static [&'static str]),
}

/// Returns the fault of a value whose type is not `wanted`.
pub(super) fn wrong_type(path: &[&str], wanted: &str, value: &Value<'_>) -> Fault {
    let message = format!("expected {wanted}, found {}", value.type_name());
    invalid(FieldPath::of(path), message)
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
        for fields in [REVIEW, KIND, RESOURCE, USER] {
            assert!(fields.is_sorted_by(|a, b| a < b));
        }
    }
}
