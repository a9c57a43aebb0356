//! The functions of templates (`text/template/funcs.go`).

use core::cmp::Ordering;
use core::fmt::Write as _;

use super::Fault;
use super::value::{Item, NO_VALUE};
use crate::arena::Arena;
use crate::builtins::sprintf::{self, Format};
use crate::text::is_printable;
use crate::value::Value;

/// Returns `true` if templates have the function `name`.
pub(super) fn is_known(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not",
        "or", "print", "printf", "println", "slice", "urlquery",
    ];
    NAMES.contains(&name)
}

/// Calls the function `name`.
pub(super) fn call<'a>(
    arena: &'a Arena,
    name: &str,
    arguments: &[Item<'a>],
) -> Result<Item<'a>, Fault> {
    let truth = |truth| Ok(Item::Data(Value::Bool(truth)));
    let text = |text: &str| Ok(Item::Data(Value::String(arena.string(text))));
    match (name, arguments) {
        // `and` and `or` return a deciding operand before the call, so the last operand is left.
        ("and" | "or", [.., last]) => Ok(*last),
        ("not", [value]) => truth(!value.is_true()),
        ("len", [value]) => length(value),
        ("index", [value, ..]) if value.is_nil() => {
            Err(invalid("error calling index: index of untyped nil"))
        }
        ("index", [value, indexes @ ..]) => {
            indexes.iter().try_fold(*value, |value, index| element(&value, index))
        }
        ("slice", [value, bounds @ ..]) => slice(arena, value, bounds),
        ("print", values) => text(&print(arena, values, "<nil>")),
        ("println", values) => {
            let words: Vec<_> = values.iter().map(|value| value.print(arena, "<nil>")).collect();
            text(&format!("{}\n", words.join(" ")))
        }
        ("html", values) => text(&html(&print(arena, values, NO_VALUE))),
        ("js", values) => text(&javascript(&print(arena, values, NO_VALUE))),
        ("urlquery", values) => text(&urlquery(&print(arena, values, NO_VALUE))),
        ("eq", [first, rest @ ..]) if !rest.is_empty() => {
            for other in rest {
                if equal(first, other)? {
                    return truth(true);
                }
            }
            truth(false)
        }
        ("ne", [first, other]) => truth(!equal(first, other)?),
        ("lt", [first, other]) => truth(order(first, other)?.is_lt()),
        ("le", [first, other]) => truth(order(first, other)?.is_le()),
        ("gt", [first, other]) => truth(order(first, other)?.is_gt()),
        ("ge", [first, other]) => truth(order(first, other)?.is_ge()),
        // No JSON value is a function.
        ("call", _) => Err(invalid("error calling call: non-function")),
        ("printf", [Item::Data(Value::String(format)), values @ ..]) => {
            let printed = sprintf::format(arena, Format::parse(format), values);
            let address = || Fault::Unsupported("the address of a value".to_owned());
            printed.map(|text| Item::Data(Value::String(text))).ok_or_else(address)
        }
        ("printf", _) => Err(invalid("wrong type for the format of printf")),
        (
            "and" | "or" | "not" | "len" | "index" | "slice" | "eq" | "ne" | "lt" | "le" | "gt"
            | "ge",
            _,
        ) => Err(invalid(&format!("wrong number of args for {name}"))),
        _ => Err(invalid(&format!("function {name:?} not defined"))),
    }
}

fn length<'a>(value: &Item<'a>) -> Result<Item<'a>, Fault> {
    let length = match value {
        Item::Data(collection @ (Value::Array(_) | Value::Object(_) | Value::Set(_))) => {
            collection.len()
        }
        other => other.text().map(|text| text.len()),
    };
    match length.and_then(|length| i64::try_from(length).ok()) {
        Some(length) => Ok(Item::Integer(length)),
        None => Err(invalid("error calling len: len of such a value")),
    }
}

fn element<'a>(value: &Item<'a>, index: &Item<'a>) -> Result<Item<'a>, Fault> {
    let items = match value {
        Item::Data(Value::Object(object)) => {
            let Item::Data(Value::String(key)) = index else {
                return Err(invalid("error calling index: value has another type than the key"));
            };
            return Ok(object.get_str(key).map_or(Item::Missing, Item::Data));
        }
        Item::Data(Value::Array(items)) => *items,
        Item::Data(Value::Set(set)) => set.members(),
        Item::Missing | Item::Data(Value::Null) => {
            return Err(invalid("error calling index: index of untyped nil"));
        }
        other => {
            let text = other
                .text()
                .ok_or_else(|| invalid("error calling index: can't index item of such a type"))?;
            let bytes: Vec<_> = text.bytes().map(Item::Byte).collect();
            return at(&bytes, index);
        }
    };
    at(items, index).map(Item::Data)
}

/// Returns the item at `index`, or Go's error if `index` is not an integer or is out of range.
fn at<T: Copy>(items: &[T], index: &Item<'_>) -> Result<T, Fault> {
    let Some(index) = index.integer() else {
        return Err(invalid("error calling index: cannot index slice/array with such a type"));
    };
    let item = usize::try_from(index).ok().and_then(|index| items.get(index));
    item.copied()
        .ok_or_else(|| invalid(&format!("error calling index: index out of range: {index}")))
}

fn slice<'a>(arena: &'a Arena, value: &Item<'a>, bounds: &[Item<'a>]) -> Result<Item<'a>, Fault> {
    let mut places = Vec::with_capacity(bounds.len());
    for bound in bounds {
        let place = bound.integer().and_then(|place| usize::try_from(place).ok());
        places.push(place.ok_or_else(|| invalid("error calling slice: bad index"))?);
    }
    let start = places.first().copied().unwrap_or(0);
    let out_of_range = || invalid("error calling slice: index out of range");
    if let Some(text) = value.text() {
        let end = places.get(1).copied().unwrap_or(text.len());
        if places.len() > 2 || start > end || end > text.len() {
            return Err(out_of_range());
        }
        let cut = || Fault::Unsupported("a slice that cuts a character".to_owned());
        let part = text.get(start..end).ok_or_else(cut)?;
        return Ok(Item::Data(Value::String(arena.string(part))));
    }
    match value {
        Item::Data(Value::Array(items)) => {
            let end = places.get(1).copied().unwrap_or(items.len());
            if places.len() > 3 || start > end {
                return Err(out_of_range());
            }
            // A Go slice has spare capacity after its end, into which slicing may reach.
            if places.iter().any(|place| *place > items.len()) {
                return Err(Fault::Unsupported("a slice beyond the end".to_owned()));
            }
            if places.get(2).is_some_and(|limit| *limit < end) {
                return Err(out_of_range());
            }
            let part = items.get(start..end).ok_or_else(out_of_range)?;
            Ok(Item::Data(Value::Array(part)))
        }
        _ => Err(invalid("error calling slice: can't slice item of such a type")),
    }
}

/// Implements `fmt.Sprint`, which writes a space between two operands if neither is a string.
/// Missing values print as `missing`, and count as strings if `missing` is [`NO_VALUE`].
fn print<'a>(arena: &'a Arena, values: &[Item<'a>], missing: &'static str) -> String {
    let is_string = |item: &Item<'_>| item.is_string() || item.is_nil() && missing == NO_VALUE;
    let mut text = String::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 && !is_string(value) && !is_string(&values[index - 1]) {
            text.push(' ');
        }
        text.push_str(value.print(arena, missing));
    }
    text
}

fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\0' => escaped.push('\u{fffd}'),
            '"' => escaped.push_str("&#34;"),
            '\'' => escaped.push_str("&#39;"),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// Escapes `text` like Go's `JSEscapeString`.
fn javascript(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '\'' | '"' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            '<' | '>' | '&' | '=' | '\0'..'\u{20}' => {
                let _ = write!(escaped, "\\u{:04X}", u32::from(letter));
            }
            _ if letter.is_ascii() || is_printable(letter) => escaped.push(letter),
            _ => {
                let _ = write!(escaped, "\\u{:04X}", u32::from(letter));
            }
        }
    }
    escaped
}

/// Escapes `text` like Go's `url.QueryEscape`.
fn urlquery(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(char::from(byte));
            }
            b' ' => escaped.push('+'),
            _ => {
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
    }
    escaped
}

/// Returns `true` if two values are equal. Go compares only values of one kind, and a JSON number
/// counts as a string.
fn equal(one: &Item<'_>, other: &Item<'_>) -> Result<bool, Fault> {
    if one.is_nil() || other.is_nil() {
        return Ok(one.is_nil() && other.is_nil());
    }
    match (one, other) {
        (Item::Data(Value::Bool(one)), Item::Data(Value::Bool(other))) => Ok(one == other),
        #[expect(clippy::float_cmp, reason = "Go compares exactly as well")]
        (Item::Complex(real, imaginary), Item::Complex(other_real, other_imaginary)) => {
            Ok(real == other_real && imaginary == other_imaginary)
        }
        _ => order(one, other).map(Ordering::is_eq),
    }
}

fn order(one: &Item<'_>, other: &Item<'_>) -> Result<Ordering, Fault> {
    if let (Some(one), Some(other)) = (one.integer(), other.integer()) {
        return Ok(one.cmp(&other));
    }
    match (one, other) {
        (Item::Float(one), Item::Float(other)) => {
            one.partial_cmp(other).ok_or_else(|| invalid("no order"))
        }
        _ => match (one.text(), other.text()) {
            (Some(one), Some(other)) => Ok(one.as_bytes().cmp(other.as_bytes())),
            _ => Err(invalid("incompatible types for comparison")),
        },
    }
}

fn invalid(message: &str) -> Fault {
    Fault::Invalid(format!("1: executing \"template\": {message}"))
}
