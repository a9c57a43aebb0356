//! Lookups in base documents, by the rules of OPA's storage.
//!
//! There, a reference into a base document is a path of strings (`storage.NewPathForRef`). Thus the
//! key `1` finds the member `"1"` of an object, and the key `"1"` the second element of an array.

use core::fmt::Write as _;

use crate::{Number, Value};

/// Returns the member of a base document at a key, or `None` if there is none.
#[inline]
pub fn member<'a>(base: Value<'a>, key: &Value<'a>) -> Option<Value<'a>> {
    match (base, key) {
        (Value::Object(object), Value::Number(number)) => {
            let is_named = |(own, _): &&(Value<'a>, Value<'a>)| is_text_of(own, number);
            object.get(key).or_else(|| object.pairs().iter().find(is_named).map(|pair| pair.1))
        }
        (Value::Array(items), Value::String(text)) => items.get(array_index(text)?).copied(),
        _ => base.get(key),
    }
}

/// Returns the array index that a string denotes (`util.Atoi`). The string must be an integer of up
/// to 19 characters, optionally with a sign, and with a point and zeros after it.
pub fn array_index(text: &str) -> Option<usize> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let (integer, zeros) = digits.split_once('.').unwrap_or((digits, ""));
    let is_index = integer.bytes().all(|digit| digit.is_ascii_digit())
        && zeros.bytes().all(|digit| digit == b'0');
    if !is_index {
        return None;
    }
    let index = if integer.is_empty() { 0 } else { integer.parse::<i64>().ok()? };
    if text.starts_with('-') && index != 0 {
        return None;
    }
    usize::try_from(index).ok()
}

fn is_text_of(key: &Value<'_>, number: &Number<'_>) -> bool {
    let Value::String(text) = key else { return false };
    let mut rest = Expected(text);
    write!(rest, "{number}").is_ok() && rest.0.is_empty()
}

/// A writer that accepts only the text that it holds, piece by piece.
struct Expected<'t>(&'t str);

impl core::fmt::Write for Expected<'_> {
    fn write_str(&mut self, piece: &str) -> core::fmt::Result {
        self.0 = self.0.strip_prefix(piece).ok_or(core::fmt::Error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_indexes_as_in_go() {
        for (text, index) in [
            ("0", 0),
            ("12", 12),
            ("007", 7),
            ("+1", 1),
            ("-0", 0),
            ("1.", 1),
            ("1.000", 1),
            (".", 0),
            ("-.0", 0),
            ("9223372036854775807", 9_223_372_036_854_775_807),
        ] {
            assert_eq!(array_index(text), Some(index), "{text}");
        }
        for text in
            ["", "+", "-1", "1.5", "1e0", " 1", "1..", "0x1", "1_0", "9223372036854775808", "١"]
        {
            assert_eq!(array_index(text), None, "{text}");
        }
        assert_eq!(array_index(&"0".repeat(20)), None);
    }
}
