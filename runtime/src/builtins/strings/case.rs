//! Upper and lower case by Go's rules: each code point maps to one code point by Unicode's simple
//! case mapping (`unicode.ToUpper`), regardless of the context.

use super::text;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// Implements `lower(text)`.
pub fn lower<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let source = operand::string(env, operands, 1)?;
    text(map(env, source, |byte| byte.to_ascii_lowercase(), char_to_lower))
}

/// Implements `upper(text)`.
pub fn upper<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let source = operand::string(env, operands, 1)?;
    text(map(env, source, |byte| byte.to_ascii_uppercase(), char_to_upper))
}

/// Maps each character: with `ascii` if the text is ASCII, and with `any` otherwise. If no character
/// changes, `source` itself is returned, without an allocation.
fn map<'a>(
    env: &Env<'a>,
    source: &'a str,
    ascii: impl Fn(u8) -> u8,
    any: impl Fn(char) -> char,
) -> &'a str {
    if source.is_ascii() {
        let bytes = source.as_bytes();
        if bytes.iter().all(|&byte| ascii(byte) == byte) {
            return source;
        }
        let mapped = env.arena.slice_with(bytes.len(), |index| ascii(bytes[index]));
        // A character of ASCII maps to one of ASCII, which is UTF-8.
        return core::str::from_utf8(mapped).unwrap_or_default();
    }
    let Some((first, _)) = source.char_indices().find(|&(_, c)| any(c) != c) else {
        return source;
    };
    let mut out = env.arena.text_with_capacity(source.len());
    let (same, rest) = source.split_at(first);
    out.push_str(same);
    out.extend(rest.chars().map(any));
    out.into_bump_str()
}

/// Converts a character like Go's `unicode.ToLower`.
pub(crate) fn char_to_lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    // Only U+0130 (İ) has a longer full mapping; its simple mapping is `i`.
    single(c.to_lowercase()).unwrap_or('i')
}

/// Converts a character like Go's `unicode.ToUpper`.
pub(crate) fn char_to_upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    single(c.to_uppercase()).unwrap_or_else(|| simple_upper(c))
}

/// Returns the character of `mapping`, or `None` if it has several.
fn single(mut mapping: impl ExactSizeIterator<Item = char>) -> Option<char> {
    if mapping.len() == 1 { mapping.next() } else { None }
}

/// Returns the simple mapping of a character whose full mapping is longer. The small Greek letters
/// with iota subscript have one; all others (ß, ligatures) map to themselves.
fn simple_upper(c: char) -> char {
    let distance = match c {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => 9,
        _ => 0,
    };
    char::from_u32(u32::from(c) + distance).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_and_other_texts_are_mapped_alike() {
        let arena = crate::Arena::new();
        let env = Env::new(&arena, &crate::NoHost);
        for (source, expected) in [
            ("", ""),
            ("registry.io/Team", "registry.io/team"),
            ("a-z @[`{", "a-z @[`{"),
            ("ÄB", "äb"),
            ("aé", "aé"),
        ] {
            let found = lower(&env, &[Value::String(source)]).ok().flatten();
            assert_eq!(found, Some(Value::String(expected)));
        }
        let same = upper(&env, &[Value::String("ABC")]).ok().flatten();
        assert_eq!(same, Some(Value::String("ABC")));
    }

    #[test]
    fn simple_mappings_keep_the_number_of_characters() {
        let upper = |text: &str| text.chars().map(char_to_upper).collect::<String>();
        let lower = |text: &str| text.chars().map(char_to_lower).collect::<String>();
        assert_eq!(upper("straße ǆ ᾳ ᾀ ŉ ﬁ éµ"), "STRAßE Ǆ ᾼ ᾈ ŉ ﬁ ÉΜ");
        assert_eq!(lower("İSTANBUL ΣΑΣ ẞ ÉA"), "istanbul σασ ß éa");
    }
}
