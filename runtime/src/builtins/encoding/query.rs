//! URL queries by the rules of Go's `net/url`, which keeps `~` and escapes `*`, unlike any library.

use core::fmt::Write;
use core::slice;
use std::collections::BTreeMap;

use crate::builtins::url::Bytes;
use crate::builtins::{operand, utf8};
use crate::collections::ObjectBuilder;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::value::Value;

/// Implements `urlquery.encode(text)`.
pub fn urlquery_encode<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    let mut out = env.arena.text();
    escape(text, &mut out);
    Ok(Some(Value::String(out.into_bump_str())))
}

/// Implements `urlquery.decode(text)`.
pub fn urlquery_decode<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    Ok(Some(Value::String(unescape(env, text)?)))
}

/// Implements `urlquery.encode_object(object)`, whose values are strings, or arrays or sets of
/// strings.
pub fn urlquery_encode_object<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let object = operand::object(env, operands, 1)?;
    // Go writes the keys in the order of their texts. Of several keys with one text, the last one
    // wins.
    let mut fields: BTreeMap<&str, &[Value<'a>]> = BTreeMap::new();
    for (key, value) in object.pairs() {
        let values = match value {
            Value::String(_) => slice::from_ref(value),
            Value::Array(items) => items,
            Value::Set(set) => set.members(),
            _ => return Err(wrong_value(env)),
        };
        if values.iter().any(|value| value.as_str().is_none()) {
            return Err(wrong_value(env));
        }
        fields.insert(env.arena.format(format_args!("{}", Key(key))), values);
    }
    let mut out = env.arena.text();
    for (key, values) in fields {
        for value in values.iter().filter_map(Value::as_str) {
            out.push_str(if out.is_empty() { "" } else { "&" });
            escape(key, &mut out);
            out.push('=');
            escape(value, &mut out);
        }
    }
    Ok(Some(Value::String(out.into_bump_str())))
}

/// An object key as JSON prints it: a string as its text, any other value as its JSON.
struct Key<'k, 'a>(&'k Value<'a>);

impl core::fmt::Display for Key<'_, '_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Value::String(text) => f.write_str(text),
            other => crate::json::write(other, crate::json::Escape::Html, f),
        }
    }
}

fn wrong_value<'a>(env: &Env<'a>) -> BuiltinError<'a> {
    operand::invalid(env, 1, format_args!("values must be string, array[string], or set[string]"))
}

/// Implements `urlquery.decode_object(query)`, which maps each key to the array of its values.
pub fn urlquery_decode_object<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let query = operand::string(env, operands, 1)?;
    // An invalid escape anywhere in the query makes the call fail.
    let mut stopped = None;
    let mut values: BTreeMap<&'a str, Vec<Value<'a>>> = BTreeMap::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        if part.contains(';') {
            return Err(env.fail(format_args!("invalid semicolon separator in query")));
        }
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match (unescape(env, key), unescape(env, value)) {
            (Ok(key), Ok(value)) => values.entry(key).or_default().push(Value::String(value)),
            (Err(error), _) | (_, Err(error)) if !error.stops(false) => return Err(error),
            (Err(error), _) | (_, Err(error)) => stopped = Some(error),
        }
    }
    if let Some(error) = stopped {
        return Err(error);
    }
    let mut object = ObjectBuilder::new(env.arena);
    for (key, values) in values {
        object.insert(Value::String(key), env.arena.array(&values));
    }
    Ok(Some(object.finish()))
}

fn escape(text: &str, out: &mut impl Write) {
    for byte in text.bytes() {
        // Writing to memory does not fail.
        let _ = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.write_char(char::from(byte))
            }
            b' ' => out.write_char('+'),
            other => write!(out, "%{other:02X}"),
        };
    }
}

/// Returns `text` with its escapes decoded.
fn unescape<'a>(env: &Env<'a>, text: &'a str) -> Result<&'a str, BuiltinError<'a>> {
    if !text.contains(['%', '+']) {
        return Ok(text);
    }
    let mut out = env.arena.vec_with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        out.push(match (first, after) {
            (b'+', _) => b' ',
            (b'%', [high, low, after @ ..]) if let Some(byte) = hex(*high, *low) => {
                rest = after;
                byte
            }
            (b'%', _) => {
                let bytes = text.as_bytes();
                let start = bytes.len() - after.len() - 1;
                let part = bytes.get(start..bytes.len().min(start + 3)).unwrap_or_default();
                return Err(invalid(env, part));
            }
            (other, _) => other,
        });
    }
    utf8::string(env, &out)
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let high = char::from(high).to_digit(16)?;
    let low = char::from(low).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

fn invalid<'a>(env: &Env<'a>, part: &[u8]) -> BuiltinError<'a> {
    env.fail(format_args!("invalid URL escape {}", Bytes(part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::testing::object;
    use crate::env::NoHost;

    #[test]
    fn text_is_escaped_and_read_back() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let text = Value::String("a b&c=é~*+-_.");
        let escaped = Value::String("a+b%26c%3D%C3%A9~%2A%2B-_.");
        assert_eq!(urlquery_encode(&env, &[text]), Ok(Some(escaped)));
        assert_eq!(urlquery_decode(&env, &[escaped]), Ok(Some(text)));
        let decode =
            |text| urlquery_decode(&env, &[Value::String(text)]).map_err(|error| error.message);
        assert_eq!(decode("a%zz1"), Err("invalid URL escape \"%zz\""));
        assert_eq!(decode("a%2"), Err("invalid URL escape \"%2\""));
        assert_eq!(decode("%2é"), Err("invalid URL escape \"%2\\xc3\""));
    }

    #[test]
    fn objects_are_queries() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let [a, b] = ["a b", "ü"].map(Value::String);
        let value =
            object(&arena, &[("x", a), ("y", arena.array(&[a, b])), ("z", Value::EMPTY_SET)]);
        let query = Value::String("x=a+b&y=a+b&y=%C3%BC");
        assert_eq!(urlquery_encode_object(&env, &[value]), Ok(Some(query)));
        let back = object(&arena, &[("x", arena.array(&[a])), ("y", arena.array(&[a, b]))]);
        assert_eq!(urlquery_decode_object(&env, &[query]), Ok(Some(back)));
        let mut mixed = ObjectBuilder::new(&arena);
        for (key, value) in [(Value::int(10), "n"), (Value::Null, "z"), (Value::String("Z"), "s")] {
            mixed.insert(key, Value::String(value));
        }
        let query = Value::String("10=n&Z=s&null=z");
        assert_eq!(urlquery_encode_object(&env, &[mixed.finish()]), Ok(Some(query)));
        let wrong = object(&arena, &[("x", Value::Null)]);
        assert!(urlquery_encode_object(&env, &[wrong]).is_err());
        assert!(urlquery_decode_object(&env, &[Value::String("a;b")]).is_err());
    }
}
