//! Fields of an `AdmissionReview` that are unknown, have a wrong type, or are written otherwise than
//! Go writes them.

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::value::Object;
use ferrego_runtime::{Arena, Value};

use super::fields::{REQUEST, REVIEW, Shape, is_empty, wrong_type};
use crate::fault::{Fault, FieldPath};

/// Returns a fault for each field of a request that has a wrong type.
#[cold]
pub(super) fn wrong_types(request: &Value<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (field, shape, _) in REQUEST {
        if let Some(value) = request.get_str(field) {
            find_wrong(*shape, &value, &FieldPath::of(&["request", field]), &mut faults);
        }
    }
    faults
}

/// Adds the faults of a value. Null fits every shape, as in Go's decoder.
fn find_wrong(shape: Shape, value: &Value<'_>, path: &FieldPath, faults: &mut Vec<Fault>) {
    let expected = match (shape, value) {
        (_, Value::Null)
        | (Shape::Any, _)
        | (Shape::Truth, Value::Bool(_))
        | (Shape::Text, Value::String(_)) => return,
        (Shape::Texts, Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                find_wrong(Shape::Text, item, &path.index(index), faults);
            }
            return;
        }
        (Shape::Extra, Value::Object(extra)) => {
            for (key, value) in extra.pairs() {
                let key = key.as_str().unwrap_or_default();
                find_wrong(Shape::Texts, value, &path.key(key), faults);
            }
            return;
        }
        (Shape::Names(_) | Shape::User(_), Value::Object(object)) => {
            for (field, shape) in shape.fields() {
                if let Some(value) = object.get_str(field) {
                    find_wrong(shape, &value, &path.key(field), faults);
                }
            }
            return;
        }
        (Shape::Truth, _) => "a boolean",
        (Shape::Text, _) => "a string",
        (Shape::Texts, _) => "an array",
        (Shape::Extra | Shape::Names(_) | Shape::User(_), _) => "an object",
    };
    faults.push(wrong_type(path.clone(), expected, value));
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
        if let (Shape::Names(_) | Shape::User(_), Some(value)) = (shape, request.get_str(part)) {
            let fields: Vec<&str> = shape.fields().map(|(field, _)| field).collect();
            find(&value, &fields, &format!("request.{part}."));
        }
    }
    paths
}

/// Returns the request without its unknown fields, and with its parts as Go writes them. No field may
/// have a wrong type.
pub(super) fn normalized<'a>(arena: &'a Arena, request: &Value<'a>) -> Value<'a> {
    let mut known = ObjectBuilder::with_capacity(arena, REQUEST.len());
    for (field, shape, _) in REQUEST {
        let Some(value) = request.get_str(field) else { continue };
        let value = if matches!(value, Value::Null) { value } else { shape.written(arena, value) };
        known.insert(Value::String(field), value);
    }
    known.finish()
}

impl Shape {
    /// Returns the fields of an object with fixed fields.
    fn fields(self) -> impl Iterator<Item = (&'static str, Self)> {
        let (names, user): (&[&str], &[(&str, Self)]) = match self {
            Self::Names(fields) => (fields, &[]),
            Self::User(fields) => (&[], fields),
            _ => (&[], &[]),
        };
        names.iter().map(|name| (*name, Self::Text)).chain(user.iter().copied())
    }

    /// Returns the value as Go decodes it and encodes it again.
    fn written<'a>(self, arena: &'a Arena, value: Value<'a>) -> Value<'a> {
        match (self, value) {
            (Self::Text, Value::Null) => Value::String(""),
            (Self::Texts, Value::Array(items)) => {
                let written = |index: usize| Self::Text.written(arena, items[index]);
                Value::Array(arena.slice_with(items.len(), written))
            }
            (Self::Extra, Value::Object(extra)) => {
                let mut written = ObjectBuilder::with_capacity(arena, extra.len());
                for (key, value) in extra.pairs() {
                    written.insert(*key, Self::Texts.written(arena, *value));
                }
                written.finish()
            }
            (Self::Names(_) | Self::User(_), Value::Object(object)) => {
                self.written_fields(arena, object)
            }
            (_, value) => value,
        }
    }

    fn written_fields<'a>(self, arena: &'a Arena, object: Object<'a>) -> Value<'a> {
        let mut written = ObjectBuilder::with_capacity(arena, object.len());
        for (field, shape) in self.fields() {
            let Some(value) = object.get_str(field) else { continue };
            if matches!(self, Self::Names(_)) || !is_empty(&value) {
                written.insert(Value::String(field), shape.written(arena, value));
            }
        }
        written.finish()
    }
}
