//! Values as Rego terms, the way OPA prints them: `{1, "a"}`, `set()`, `{"k": [1, null]}`.

use core::fmt::{self, Write as _};

use crate::arena::Arena;
use crate::value::Value;

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(truth) => write!(f, "{truth}"),
            Value::Number(number) => number.fmt(f),
            Value::String(text) => quoted(text).fmt(f),
            Value::Array(items) => list(f, "[", items, "]"),
            Value::Object(object) => {
                f.write_char('{')?;
                for (index, (key, value)) in object.pairs().iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{key}: {value}")?;
                }
                f.write_char('}')
            }
            Value::Set(set) if set.is_empty() => f.write_str("set()"),
            Value::Set(set) => list(f, "{", set.members(), "}"),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, open: &str, items: &[Value<'_>], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (index, item) in items.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        write!(f, "{separator}{item}")?;
    }
    f.write_str(close)
}

/// `text` in quotes, with the escapes of Go's `strconv.Quote`.
pub fn quoted(text: &str) -> impl fmt::Display + use<'_> {
    Quoted(text)
}

struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        let mut plain_from = 0;
        for (place, character) in self.0.char_indices() {
            if is_plain(character) {
                continue;
            }
            f.write_str(&self.0[plain_from..place])?;
            plain_from = place + character.len_utf8();
            escape(f, character)?;
        }
        f.write_str(&self.0[plain_from..])?;
        f.write_char('"')
    }
}

fn is_plain(character: char) -> bool {
    match character {
        '"' | '\\' => false,
        ' '..='~' => true,
        _ => !character.is_ascii() && is_printable(character),
    }
}

/// Writes `character` as Go's escape, for characters that do not stand for themselves.
pub(crate) fn escape(f: &mut impl fmt::Write, character: char) -> fmt::Result {
    let short = match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{b}' => "\\v",
        _ => return escape_by_number(f, character.into()),
    };
    f.write_str(short)
}

fn escape_by_number(f: &mut impl fmt::Write, code: u32) -> fmt::Result {
    match code {
        ..=0x7f => write!(f, "\\x{code:02x}"),
        0x80..=0xffff => write!(f, "\\u{code:04x}"),
        _ => write!(f, "\\U{code:08x}"),
    }
}

/// Whether `character` is printable: letters, marks, numbers, punctuation and symbols, which is
/// what both Go's `unicode.IsPrint` and Rust's escapes for debugging call so. Rust shows its
/// table only through those escapes, and there marks only behind another character.
pub(crate) fn is_printable(character: char) -> bool {
    let mut buffer = [b'a'; 5];
    let length = 1 + character.encode_utf8(&mut buffer[1..]).len();
    let text = core::str::from_utf8(&buffer[..length]).unwrap_or_default();
    text.escape_debug().nth(1) == Some(character)
}

/// The text that `bytes` are; each byte that is no part of a character reads as U+FFFD, which is
/// how Go's JSON shows it.
pub(crate) fn from_bytes<'a>(arena: &'a Arena, bytes: &[u8]) -> &'a str {
    if let Ok(text) = core::str::from_utf8(bytes) {
        return arena.string(text);
    }
    let mut out = arena.text();
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    out.into_bump_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collections::{ObjectBuilder, SetBuilder};

    #[test]
    fn values_print_as_opas() {
        let arena = Arena::new();
        let mut set = SetBuilder::new(&arena);
        set.insert(Value::String("a"));
        set.insert(Value::int(1));
        let mut object = ObjectBuilder::new(&arena);
        object.insert(Value::String("b"), arena.array(&[Value::Null, Value::Bool(true)]));
        object.insert(Value::String("a"), set.finish());
        object.insert(Value::int(3), Value::EMPTY_OBJECT);
        assert_eq!(object.finish().to_string(), r#"{3: {}, "a": {1, "a"}, "b": [null, true]}"#);
        assert_eq!(Value::EMPTY_SET.to_string(), "set()");
        assert_eq!(Value::EMPTY_ARRAY.to_string(), "[]");
    }

    #[test]
    fn strings_are_quoted_as_go_quotes_them() {
        let cases = [
            ("", r#""""#),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("\u{7}\u{8}\u{b}\u{c}\n\r\t", r#""\a\b\v\f\n\r\t""#),
            ("\u{1}\u{7f}", r#""\x01\x7f""#),
            ("é日本e\u{301}\u{301}x", "\"é日本e\u{301}\u{301}x\""),
            ("\u{301}", "\"\u{301}\""),
            ("\u{a0}\u{ad}\u{200b}\u{2028}\u{feff}", r#""\u00a0\u00ad\u200b\u2028\ufeff""#),
            ("\u{e000}\u{10ffff}\u{1f600}", "\"\\ue000\\U0010ffff😀\""),
        ];
        for (text, expected) in cases {
            assert_eq!(quoted(text).to_string(), expected);
        }
    }
}
