//! Fields of an `AdmissionReview` that are unknown or have a wrong type.

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Value};

use super::fields::{REQUEST, REVIEW, Shape, wrong_type};
use crate::fault::Fault;

/// Returns a fault for each field of a request that has a wrong type.
#[cold]
pub(super) fn wrong_types(request: &Value<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (field, shape, _) in REQUEST {
        let expected = match (shape, request.get_str(field)) {
            (Shape::Any, _) | (_, None | Some(Value::Null)) => continue,
            (Shape::Text, Some(Value::String(_))) | (Shape::Part(_), Some(Value::Object(_))) => {
                continue;
            }
            (Shape::Text, Some(other)) => ("a string", other),
            (Shape::Part(_), Some(other)) => ("an object", other),
        };
        faults.push(wrong_type(&["request", field], expected.0, &expected.1));
    }
    faults
}

/// Returns the paths of the unknown fields of a review and its request.
#[cold]
pub(super) fn unknown_paths(document: &Value<'_>, request: &Value<'_>) -> Vec<String> {
    let mut paths = Vec::new();
    let mut find = |value: &Value<'_>, known: &[&str], path: &str| {
        let Value::Object(object) = value else { return };
        let names = object.pairs().iter().filter_map(|(key, _)| key.as_str());
        let unknown = names.filter(|name| !known.contains(name));
        paths.extend(unknown.map(|name| format!("{path}{name}")));
    };
    find(document, REVIEW, "");
    let fields: Vec<&str> = REQUEST.iter().map(|(field, ..)| *field).collect();
    find(request, &fields, "request.");
    for (part, shape, _) in REQUEST {
        if let (Shape::Part(fields), Some(value)) = (shape, request.get_str(part)) {
            find(&value, fields, &format!("request.{part}."));
        }
    }
    paths
}

/// Returns the request without its unknown fields.
pub(super) fn known_fields<'a>(arena: &'a Arena, request: &Value<'a>) -> Value<'a> {
    let mut known = ObjectBuilder::with_capacity(arena, REQUEST.len());
    for (field, shape, _) in REQUEST {
        let Some(value) = request.get_str(field) else { continue };
        let value = match (shape, value) {
            (Shape::Part(fields), part @ Value::Object(_)) => {
                let mut all = ObjectBuilder::with_capacity(arena, fields.len());
                for &field in *fields {
                    if let Some(value) = part.get_str(field) {
                        all.insert(Value::String(field), value);
                    }
                }
                all.finish()
            }
            (_, value) => value,
        };
        known.insert(Value::String(field), value);
    }
    known.finish()
}
