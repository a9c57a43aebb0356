//! The notation of values as Rego terms, as OPA prints them: `{1, "a"}`, `set()`,
//! `{"k": [1, null]}`.

use core::fmt;

#[cfg(feature = "jwt")]
use crate::arena::Arena;
use crate::budget::{is_over, visit};
use crate::deep::{self, SHALLOW};
use crate::value::Value;

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match print(f, self) {
            // Nobody reads the text, and `to_string` would panic.
            Err(fmt::Error) if is_over() => Ok(()),
            result => result,
        }
    }
}

/// Writes a value. If `out` is a string buffer, this does not involve the standard formatter.
pub(crate) fn print(out: &mut impl fmt::Write, value: &Value<'_>) -> fmt::Result {
    print_at(out, value, 0)
}

/// Writes a member of collections at a level.
fn print_at(out: &mut impl fmt::Write, value: &Value<'_>, level: u32) -> fmt::Result {
    match value {
        Value::Null => out.write_str("null"),
        Value::Bool(true) => out.write_str("true"),
        Value::Bool(false) => out.write_str("false"),
        Value::Number(number) => number.print(out),
        Value::String(text) => quote(out, text),
        Value::Array(_) | Value::Object(_) | Value::Set(_) if level == SHALLOW => {
            deep::print(out, value)
        }
        Value::Array(items) => list(out, "[", items, "]", level),
        Value::Object(object) => {
            out.write_str("{")?;
            charge(object.len())?;
            for (index, (key, value)) in object.pairs().iter().enumerate() {
                out.write_str(if index == 0 { "" } else { ", " })?;
                print_at(out, key, level + 1)?;
                out.write_str(": ")?;
                print_at(out, value, level + 1)?;
            }
            out.write_str("}")
        }
        Value::Set(set) if set.is_empty() => out.write_str("set()"),
        Value::Set(set) => list(out, "{", set.members(), "}", level),
    }
}

/// Charges the writing of a collection to the evaluation that runs on the thread. Without the error,
/// a value with shared parts would be written on for very long.
pub(crate) fn charge(members: usize) -> fmt::Result {
    if visit(members) { Ok(()) } else { Err(fmt::Error) }
}

fn list(
    out: &mut impl fmt::Write,
    open: &str,
    items: &[Value<'_>],
    close: &str,
    level: u32,
) -> fmt::Result {
    charge(items.len())?;
    out.write_str(open)?;
    for (index, item) in items.iter().enumerate() {
        out.write_str(if index == 0 { "" } else { ", " })?;
        print_at(out, item, level + 1)?;
    }
    out.write_str(close)
}

/// Returns `text` in quotes, with the escapes of Go's `strconv.Quote`.
pub fn quoted(text: &str) -> impl fmt::Display + use<'_> {
    fmt::from_fn(|f| quote(f, text))
}

/// Writes a text like [`quoted`].
fn quote(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    out.write_str("\"")?;
    let mut rest = text;
    loop {
        let (plain, behind) = rest.split_at_checked(plain_length(rest)).unwrap_or((rest, ""));
        out.write_str(plain)?;
        let mut characters = behind.chars();
        match characters.next() {
            None => return out.write_str("\""),
            Some(character) if is_plain(character) => out.write_char(character)?,
            Some(character) => escape(out, character)?,
        }
        rest = characters.as_str();
    }
}

/// Returns the number of bytes at the start that are ASCII characters without an escape.
pub(crate) fn plain_length(text: &str) -> usize {
    let (chunks, _) = text.as_bytes().as_chunks();
    let plain = 8 * chunks.iter().take_while(|chunk| are_plain(**chunk)).count();
    let rest = text.as_bytes().get(plain..).unwrap_or_default();
    let stands = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    plain + rest.iter().position(|byte| !stands(byte)).unwrap_or(rest.len())
}

/// Returns `true` if eight bytes are ASCII characters without an escape.
#[inline]
fn are_plain(chunk: [u8; 8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_ne_bytes(chunk);
    // `less` sets the top bit of each byte that is less than `byte`. A borrow can mark the byte
    // above wrongly, but only if the byte below it was found already.
    let less = |word: u64, byte: u8| word.wrapping_sub(ONES * u64::from(byte)) & !word;
    let is = |byte: u8| less(word ^ (ONES * u64::from(byte)), 1);
    let found = word | less(word, b' ') | is(b'"') | is(b'\\') | is(0x7f);
    found & (ONES << 7) == 0
}

fn is_plain(character: char) -> bool {
    match character {
        '"' | '\\' => false,
        ' '..='~' => true,
        _ => !character.is_ascii() && is_printable(character),
    }
}

/// Writes the escape of Go for a character that needs one.
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

/// Returns `true` if `character` is printable: a letter, mark, number, punctuation or symbol. Go's
/// `unicode.IsPrint` and Rust's debug escapes agree on this. Rust exposes its table only through
/// those escapes, which leave a mark unescaped only after another character.
pub(crate) fn is_printable(character: char) -> bool {
    let mut buffer = [b'a'; 5];
    let length = 1 + character.encode_utf8(&mut buffer[1..]).len();
    let text = core::str::from_utf8(&buffer[..length]).unwrap_or_default();
    text.escape_debug().nth(1) == Some(character)
}

/// Decodes `bytes` as Go's JSON decoder does: each byte that is not part of a character becomes
/// U+FFFD. OPA decodes the parts of a token with it.
#[cfg(feature = "jwt")]
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
    use proptest::prelude::*;

    use super::*;
    use crate::arena::Arena;
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

    proptest! {
        #[test]
        fn what_stands_for_itself_is_found_by_eight_bytes_as_by_one(
            text in "[ -~]{0,30}[\\PC\n\u{7f}\"\\\\é]{0,3}[a-z]{0,12}",
        ) {
            let stands = |c: char| c.is_ascii() && is_plain(c);
            let plain = text.find(|c: char| !stands(c)).unwrap_or(text.len());
            prop_assert_eq!(plain_length(&text), plain);
            let mut expected = String::from("\"");
            for character in text.chars() {
                if is_plain(character) {
                    expected.push(character);
                } else {
                    escape(&mut expected, character).expect("memory takes all");
                }
            }
            prop_assert_eq!(quoted(&text).to_string(), expected + "\"");
        }

        #[test]
        fn one_byte_among_eight_is_found(byte in 0..128_u8, place in 0..24_usize) {
            let mut text = [b'a'; 24];
            text[place] = byte;
            let text = core::str::from_utf8(&text).expect("ASCII");
            let plain = if is_plain(char::from(byte)) { 24 } else { place };
            prop_assert_eq!(plain_length(text), plain);
        }
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
