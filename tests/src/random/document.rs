//! Random documents. Most follow their shape, some have faults that real reviews have, and a few
//! have faults that real reviews never have.

use std::fmt::Write as _;

use super::schema::Schema;
use crate::draw::Draw;

/// The percentages of parts that are missing, and of parts with another shape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Faults {
    pub(super) missing: usize,
    pub(super) wrong: usize,
}

/// Whole numbers, fractions, numbers whose text must be kept, and numbers beyond 64 bits.
const ODD_NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1.0",
    "1e3",
    "1E400",
    "123456789012345678901234567890",
    "-0.25",
    "3.14",
    "4294967296",
    "1e-10",
    "0.30000000000000004",
];

const ODD: &[&str] = &[
    "null",
    "[]",
    "{}",
    "\"\"",
    "true",
    "false",
    "0",
    "\"x\"",
    "[null]",
    "{\"\": null}",
    "[[]]",
    "\"\\u0000\"",
    "\"\u{130}ß\"",
    "{\"a\": {\"b\": [1, \"2\", null]}}",
];

/// Writes a document of the shape `schema`, as JSON.
pub(super) fn json(draw: &mut Draw, schema: &Schema, faults: Faults) -> String {
    let mut text = String::new();
    write(draw, schema, faults, &mut text);
    text
}

fn write(draw: &mut Draw, schema: &Schema, faults: Faults, text: &mut String) {
    if draw.chance(faults.wrong) {
        text.push_str(odd(draw));
        return;
    }
    match schema {
        Schema::Any => any(draw, text),
        Schema::Bool => text.push_str(draw.pick(&["true", "false"])),
        Schema::Number(usual) => text.push_str(draw.pick(usual)),
        Schema::Text(usual) => quoted(draw.pick(usual), text),
        Schema::List(item) | Schema::Set(item) => list(draw, item, faults, text),
        Schema::Map(keys, value) => map(draw, keys, value, faults, text),
        Schema::Record(fields) => record(draw, fields, faults, text),
    }
}

fn odd(draw: &mut Draw) -> &'static str {
    let texts = if draw.chance(30) { ODD_NUMBERS } else { ODD };
    draw.pick(texts)
}

fn any(draw: &mut Draw, text: &mut String) {
    text.push_str(odd(draw));
}

fn quoted(value: &str, text: &mut String) {
    let _ = write!(text, "{}", serde_json::Value::from(value));
}

fn list(draw: &mut Draw, item: &Schema, faults: Faults, text: &mut String) {
    text.push('[');
    for index in 0..draw.pick(&[0, 1, 2, 2, 2, 3]) {
        comma(index, text);
        write(draw, item, faults, text);
    }
    text.push(']');
}

fn map(draw: &mut Draw, keys: &[&str], value: &Schema, faults: Faults, text: &mut String) {
    text.push('{');
    let mut written = 0;
    for key in keys.iter().chain(&["", "ключ"]) {
        if draw.chance(if key.is_empty() { 3 } else { 65 }) {
            comma(written, text);
            written += 1;
            quoted(key, text);
            text.push(':');
            write(draw, value, faults, text);
        }
    }
    text.push('}');
}

fn record(draw: &mut Draw, fields: &[(&str, &Schema)], faults: Faults, text: &mut String) {
    text.push('{');
    let mut written = 0;
    for (name, schema) in fields {
        if !draw.chance(faults.missing) {
            comma(written, text);
            written += 1;
            quoted(name, text);
            text.push(':');
            write(draw, schema, faults, text);
        }
    }
    text.push('}');
}

fn comma(written: usize, text: &mut String) {
    if written > 0 {
        text.push(',');
    }
}
