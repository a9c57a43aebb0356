//! Parameters of constraints that fit the schema of their template.

use serde_json::{Map, Value, json};

use super::edit::Editor;
use crate::draw::Draw;

/// The greatest number of levels.
const DEPTH: usize = 6;

/// Draws a value that fits `schema`, an `openAPIV3Schema`. Formats and patterns are not followed, so
/// a constraint may be refused.
pub(super) fn parameters(draw: &mut Draw, schema: &Value, editor: &Editor) -> Value {
    fitting(draw, schema, editor, DEPTH)
}

fn fitting(draw: &mut Draw, schema: &Value, editor: &Editor, depth: usize) -> Value {
    if let Some(values) = schema["enum"].as_array().filter(|values| !values.is_empty()) {
        return values[draw.below(values.len())].clone();
    }
    if schema["x-kubernetes-int-or-string"] == json!(true) {
        return if draw.chance(50) { integer(draw, schema) } else { editor.text(draw).into() };
    }
    match schema["type"].as_str() {
        Some("object") if depth > 0 => object(draw, schema, editor, depth - 1),
        Some("array") if depth > 0 => {
            let length = draw.below(4);
            (0..length).map(|_| fitting(draw, &schema["items"], editor, depth - 1)).collect()
        }
        Some("object") => json!({}),
        Some("array") => json!([]),
        Some("string") => editor.text(draw).into(),
        Some("integer") => integer(draw, schema),
        Some("number") => draw.pick(&[0.0, 1.0, 0.5, -1.5, 100.0]).into(),
        Some("boolean") => (draw.below(2) == 0).into(),
        _ => editor.value(draw),
    }
}

fn integer(draw: &mut Draw, schema: &Value) -> Value {
    let least = schema["minimum"].as_i64().unwrap_or(0);
    let most = schema["maximum"].as_i64().unwrap_or(least.saturating_add(100));
    let between = least.saturating_add(i64::from(u8::try_from(draw.below(100)).unwrap_or(0)));
    draw.pick(&[least, most, between.min(most)]).into()
}

fn object(draw: &mut Draw, schema: &Value, editor: &Editor, depth: usize) -> Value {
    let mut members = Map::new();
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        if draw.chance(80) {
            members.insert(key.clone(), fitting(draw, property, editor, depth));
        }
    }
    let more = &schema["additionalProperties"];
    if more.is_object() || schema["x-kubernetes-preserve-unknown-fields"] == json!(true) {
        for _ in 0..draw.below(3) {
            members.insert(editor.text(draw), fitting(draw, more, editor, depth));
        }
    }
    Value::Object(members)
}
