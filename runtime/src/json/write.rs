//! The JSON writer. It writes values as Go's `encoding/json` writes OPA's conversion of them
//! (`ast.JSON`).

use core::fmt;
use std::borrow::Cow;
use std::collections::BTreeMap;

use super::strings::behind_plain;
use crate::arena::Arena;
use crate::budget::hold_text;
use crate::deep::{self, SHALLOW};
use crate::text::charge;
use crate::value::{Object, Value};

/// The characters of strings that are escaped beyond those that JSON requires.
///
/// ```
/// use ferrego_runtime::Value;
/// use ferrego_runtime::json::{Escape, to_string};
///
/// let value = Value::from("a<b");
/// assert_eq!(to_string(&value, Escape::Plain), r#""a<b""#);
/// assert_eq!(to_string(&value, Escape::Html), r#""a\u003cb""#);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Escape {
    /// None.
    Plain,
    /// `<`, `>` and `&`, and the two line separators of Unicode. Go's encoder escapes them by
    /// default, and so does `json.marshal`.
    Html,
}

/// Writes `value` compactly, with sets as sorted arrays. A key of an object that is not a string
/// becomes its JSON text. If keys are then equal, the last value wins.
///
/// ```
/// use ferrego_runtime::Value;
/// use ferrego_runtime::json::{Escape, write};
///
/// let mut line = String::from("null is ");
/// write(&Value::Null, Escape::Plain, &mut line)?;
/// assert_eq!(line, "null is null");
/// # Ok::<(), std::fmt::Error>(())
/// ```
pub fn write(value: &Value<'_>, escape: Escape, out: &mut impl fmt::Write) -> fmt::Result {
    write_at(value, escape, 0, out)
}

/// Writes a member of collections at a level.
fn write_at(
    value: &Value<'_>,
    escape: Escape,
    level: u32,
    out: &mut impl fmt::Write,
) -> fmt::Result {
    match value {
        Value::Array(_) | Value::Object(_) | Value::Set(_) if level == SHALLOW => {
            deep::write_json(value, escape, out)
        }
        Value::Array(items) => write_array(items, escape, level, out),
        Value::Set(set) => write_array(set.members(), escape, level, out),
        Value::Object(object) => write_object(object, escape, level, out),
        scalar => write_scalar(scalar, escape, out),
    }
}

/// Writes a value that is not a collection.
pub(crate) fn write_scalar(
    value: &Value<'_>,
    escape: Escape,
    out: &mut impl fmt::Write,
) -> fmt::Result {
    match value {
        Value::Bool(true) => out.write_str("true"),
        Value::Bool(false) => out.write_str("false"),
        Value::Number(number) => write!(out, "{number}"),
        Value::String(text) => write_string(text, escape, out),
        _ => out.write_str("null"),
    }
}

/// Returns `value` as JSON.
///
/// ```
/// use ferrego_runtime::json::{self, Escape};
/// use ferrego_runtime::Arena;
///
/// let arena = Arena::new();
/// let value = json::parse(&arena, br#"{"b": 1.50, "a": []}"#)?;
/// assert_eq!(json::to_string(&value, Escape::Plain), r#"{"a":[],"b":1.50}"#);
/// # Ok::<(), json::JsonError>(())
/// ```
pub fn to_string(value: &Value<'_>, escape: Escape) -> String {
    let mut text = String::new();
    // Writing to memory does not fail.
    let _ = write(value, escape, &mut text);
    text
}

/// Returns `value` as JSON in `arena`. If the text exceeds the budget of the evaluation, it is not
/// complete and the evaluation fails.
pub(crate) fn in_arena<'a>(arena: &'a Arena, value: &Value<'_>, escape: Escape) -> &'a str {
    let mut text = arena.text();
    // Writing fails only if the text exceeds the budget.
    let _ = write(value, escape, &mut text);
    text.into_bump_str()
}

fn write_array(
    items: &[Value<'_>],
    escape: Escape,
    level: u32,
    out: &mut impl fmt::Write,
) -> fmt::Result {
    charge(items.len())?;
    out.write_char('[')?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.write_char(',')?;
        }
        write_at(item, escape, level + 1, out)?;
    }
    out.write_char(']')
}

fn write_object(
    object: &Object<'_>,
    escape: Escape,
    level: u32,
    out: &mut impl fmt::Write,
) -> fmt::Result {
    charge(object.len())?;
    if !has_string_keys(object) {
        let pairs = text_keys_at(object, level + 1);
        return write_pairs(pairs.iter().map(|(key, value)| (&**key, *value)), escape, level, out);
    }
    let pairs = object.pairs().iter().map(|(key, value)| (key.as_str().unwrap_or_default(), value));
    write_pairs(pairs, escape, level, out)
}

/// Returns `true` if every key of `object` is a string.
pub(crate) fn has_string_keys(object: &Object<'_>) -> bool {
    object.pairs().iter().all(|(key, _)| key.as_str().is_some())
}

/// Returns the members of `object` by their keys in JSON. A key that is not a string becomes its
/// JSON text. If keys are then equal, the last value wins.
#[cfg(feature = "serde")]
pub(crate) fn text_keys<'a>(object: &Object<'a>) -> BTreeMap<Cow<'a, str>, &'a Value<'a>> {
    text_keys_at(object, 0)
}

/// Returns the members of `object` like [`text_keys`], with keys at a level.
pub(crate) fn text_keys_at<'a>(
    object: &Object<'a>,
    level: u32,
) -> BTreeMap<Cow<'a, str>, &'a Value<'a>> {
    let pairs = object.pairs().iter().map(|(key, value)| match key {
        Value::String(key) => (Cow::Borrowed(*key), value),
        // Go's encoder escapes the text of the key as it does by default.
        other => {
            let mut key = KeyText(String::new());
            // Writing fails if the key exceeds the budget. So does the writing of its object then.
            let _ = write_at(other, Escape::Html, level.min(SHALLOW), &mut key);
            (Cow::Owned(key.0), value)
        }
    });
    pairs.collect()
}

/// The text of a key, which counts as memory of the evaluation.
struct KeyText(String);

impl fmt::Write for KeyText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if !hold_text(text.len()) {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

fn write_pairs<'v, 'a: 'v>(
    pairs: impl Iterator<Item = (&'v str, &'v Value<'a>)>,
    escape: Escape,
    level: u32,
    out: &mut impl fmt::Write,
) -> fmt::Result {
    out.write_char('{')?;
    for (index, (key, value)) in pairs.enumerate() {
        if index > 0 {
            out.write_char(',')?;
        }
        write_string(key, escape, out)?;
        out.write_char(':')?;
        write_at(value, escape, level + 1, out)?;
    }
    out.write_char('}')
}

pub(crate) fn write_string(text: &str, escape: Escape, out: &mut impl fmt::Write) -> fmt::Result {
    out.write_char('"')?;
    let mut rest = text;
    loop {
        let special = behind_plain(rest.as_bytes());
        let (plain, behind) = rest.split_at(rest.len() - special.len());
        write_plain(plain, escape, out)?;
        let mut characters = behind.chars();
        let Some(special) = characters.next() else { break };
        write_escape(special, out)?;
        rest = characters.as_str();
    }
    out.write_char('"')
}

/// Writes text without characters that JSON requires to escape.
fn write_plain(mut text: &str, escape: Escape, out: &mut impl fmt::Write) -> fmt::Result {
    if escape == Escape::Html {
        while let Some(place) = text.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (plain, rest) = text.split_at(place);
            out.write_str(plain)?;
            let mut characters = rest.chars();
            characters.next().map_or(Ok(()), |character| write_escape(character, out))?;
            text = characters.as_str();
        }
    }
    out.write_str(text)
}

fn write_escape(character: char, out: &mut impl fmt::Write) -> fmt::Result {
    match character {
        '"' => out.write_str("\\\""),
        '\\' => out.write_str("\\\\"),
        '\u{8}' => out.write_str("\\b"),
        '\u{c}' => out.write_str("\\f"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        other => write!(out, "\\u{:04x}", u32::from(other)),
    }
}
