//! The interpretation of the elements of `violation` (the frameworks' `hooks` module and
//! `ToResult`).

use std::fmt::{self, Write as _};

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Value};

/// An element of `violation`, as Gatekeeper interprets it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Element<'a> {
    Violation(Violation<'a>),
    /// An element whose `msg` is not a string, which fails the whole review.
    NoText(Value<'a>),
    /// An element that is not a violation, with the reason.
    Dropped(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Violation<'a> {
    pub(super) msg: &'a str,
    pub(super) details: Value<'a>,
}

/// Reads an element of `violation`.
pub(super) fn read<'a>(element: &Value<'a>) -> Element<'a> {
    let Value::Object(object) = element else {
        return Element::Dropped("expected an object in `violation`");
    };
    let (msg, details) = match object.pairs() {
        [(Value::String("msg"), msg)] => (Some(*msg), None),
        [(Value::String("details"), details), (Value::String("msg"), msg)] => {
            (Some(*msg), Some(*details))
        }
        _ => (object.get_str("msg"), object.get_str("details")),
    };
    let details = details.unwrap_or(Value::EMPTY_OBJECT);
    match msg {
        Some(Value::String(msg)) => Element::Violation(Violation { msg, details }),
        Some(other) => Element::NoText(other),
        None => Element::Dropped("expected an object with `msg` in `violation`"),
    }
}

/// Returns the elements of `violation` as Gatekeeper's hook iterates them with `violation[r]`. They
/// are the members of a set, the keys of an object or the indexes of an array. Any other value has
/// no elements. It is returned as its own element, so that it is dropped with a warning and not
/// silently.
pub(super) fn of<'a>(arena: &'a Arena, violation: &Value<'a>) -> &'a [Value<'a>] {
    let index = |index: usize| Value::int(i64::try_from(index).unwrap_or(i64::MAX));
    match violation {
        Value::Set(set) => set.members(),
        Value::Object(object) => {
            let pairs = object.pairs();
            arena.slice_with(pairs.len(), |place| pairs[place].0)
        }
        Value::Array(items) => arena.slice_with(items.len(), index),
        other => arena.slice_with(1, |_| *other),
    }
}

/// Returns the details in the form that JSON allows: sets become arrays, and the keys of objects
/// become strings.
pub(super) fn plain<'a>(arena: &'a Arena, value: Value<'a>) -> Value<'a> {
    if is_plain(&value) { value } else { made_plain(arena, &value) }
}

fn is_plain(value: &Value<'_>) -> bool {
    match value {
        Value::Set(_) => false,
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(object) => {
            object.pairs().iter().all(|(key, value)| key.as_str().is_some() && is_plain(value))
        }
        _ => true,
    }
}

fn made_plain<'a>(arena: &'a Arena, value: &Value<'a>) -> Value<'a> {
    let all = |values: &[Value<'a>]| {
        Value::Array(arena.slice_with(values.len(), |index| made_plain(arena, &values[index])))
    };
    match value {
        Value::Array(items) => all(items),
        Value::Set(set) => all(set.members()),
        Value::Object(object) => {
            let mut plain = ObjectBuilder::with_capacity(arena, object.len());
            for (key, value) in object.pairs() {
                let key = match key {
                    Value::String(key) => key,
                    other => arena.string(&json::to_string(other, Escape::Html)),
                };
                plain.insert(Value::String(key), made_plain(arena, value));
            }
            plain.finish()
        }
        other => *other,
    }
}

/// Returns Gatekeeper's message for a `msg` that is not a string. It formats the Go value with the
/// verbs `%v` and `%T`. Only the first `limit` bytes of the value are written.
pub(super) fn accessor_error(msg: &Value<'_>, limit: usize) -> String {
    let text = String::from("extracting message binding: .msg accessor error: ");
    let mut out = Beginning { text, left: limit };
    let is_whole = write!(out, "{}", fmt::from_fn(|f| go_value(msg, json::MAX_DEPTH, f))).is_ok();
    let mut text = out.text;
    text.push_str(if is_whole { "" } else { "…" });
    text.push_str(" is of the type ");
    text.push_str(go_type(msg));
    text.push_str(", expected string");
    text
}

/// A text that is no longer than a limit. Writing more fails.
struct Beginning {
    text: String,
    left: usize,
}

impl fmt::Write for Beginning {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let kept = &text[..text.floor_char_boundary(self.left)];
        self.text.push_str(kept);
        self.left -= kept.len();
        if kept.len() == text.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

fn go_type(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(_) => "json.Number",
        Value::String(_) => "string",
        Value::Array(_) | Value::Set(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// Writes a value as Go does. Fails at a value of more than `levels` levels.
fn go_value(value: &Value<'_>, levels: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let levels = match value.len() {
        Some(_) => levels.checked_sub(1).ok_or(fmt::Error)?,
        None => levels,
    };
    let list = |items: &[Value<'_>], f: &mut fmt::Formatter<'_>| {
        f.write_str("[")?;
        for (index, item) in items.iter().enumerate() {
            f.write_str(if index > 0 { " " } else { "" })?;
            go_value(item, levels, f)?;
        }
        f.write_str("]")
    };
    match value {
        Value::Null => f.write_str("<nil>"),
        Value::String(text) => f.write_str(text),
        Value::Array(items) => list(items, f),
        Value::Set(set) => list(set.members(), f),
        Value::Object(object) => {
            f.write_str("map[")?;
            for (index, (key, value)) in object.pairs().iter().enumerate() {
                f.write_str(if index > 0 { " " } else { "" })?;
                go_value(key, levels, f)?;
                f.write_str(":")?;
                go_value(value, levels, f)?;
            }
            f.write_str("]")
        }
        other => write!(f, "{other}"),
    }
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::collections::SetBuilder;

    use super::*;

    fn value<'a>(arena: &'a Arena, text: &'a str) -> Value<'a> {
        json::parse(arena, text.as_bytes()).expect("JSON")
    }

    #[test]
    fn details_are_kept_or_empty() {
        let arena = Arena::new();
        let details = |text: &str| match read(&value(&arena, arena.string(text))) {
            Element::Violation(violation) => violation.details.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(details(r#"{"msg": "m"}"#), "{}");
        assert_eq!(details(r#"{"msg": "m", "details": null}"#), "null");
        assert_eq!(details(r#"{"msg": "m", "details": false, "other": 1}"#), "false");
        assert!(matches!(read(&value(&arena, r#"{"message": "m"}"#)), Element::Dropped(_)));
        assert!(matches!(read(&Value::String("m")), Element::Dropped(_)));
        assert!(matches!(read(&value(&arena, r#"{"msg": null}"#)), Element::NoText(Value::Null)));
    }

    #[test]
    fn sets_in_details_become_arrays() {
        let arena = Arena::new();
        let mut set = SetBuilder::new(&arena);
        set.insert(Value::String("b"));
        set.insert(Value::EMPTY_SET);
        set.insert(Value::String("a"));
        let mut object = ObjectBuilder::new(&arena);
        object.insert(Value::int(1), set.finish());
        object.insert(Value::String("k"), arena.array(&[Value::Null]));
        let details = object.finish();
        assert_eq!(plain(&arena, details).to_string(), r#"{"1": ["a", "b", []], "k": [null]}"#);
    }

    #[test]
    fn a_msg_that_is_no_string_is_told_as_go_tells_it() {
        let arena = Arena::new();
        let told = |text: &str| {
            let value = value(&arena, arena.string(text));
            let told = accessor_error(&value, 100);
            told.strip_prefix("extracting message binding: .msg accessor error: ")
                .map(str::to_owned)
                .expect("prefix")
        };
        assert_eq!(told("1.50"), "1.50 is of the type json.Number, expected string");
        assert_eq!(told("null"), "<nil> is of the type <nil>, expected string");
        assert_eq!(told("true"), "true is of the type bool, expected string");
        assert_eq!(
            told(r#"["a", {"k": [null], "b": 1}]"#),
            "[a map[b:1 k:[<nil>]]] is of the type []interface {}, expected string"
        );
        assert_eq!(told("{}"), "map[] is of the type map[string]interface {}, expected string");
    }
}
