//! Keys of paths as places in arrays.

use crate::env::Env;
use crate::error::BuiltinError;
use crate::value::Value;

/// Reads a key as a place in an array of `length` elements (`toIndex`). The key is an integer, its
/// text without leading zeros, or `-` for the place after the last element. The place may be out of
/// bounds.
pub(super) fn read<'a>(
    env: &Env<'a>,
    length: usize,
    key: &Value<'a>,
) -> Result<i64, BuiltinError<'a>> {
    match key {
        Value::Number(number) => integer(env.arena.format(format_args!("{number}")))
            .ok_or_else(|| env.fail(format_args!("invalid number type for indexing"))),
        Value::String("-") => Ok(i64::try_from(length).unwrap_or(i64::MAX)),
        Value::String(text) => {
            let place = integer(text)
                .ok_or_else(|| env.fail(format_args!("invalid string for indexing")))?;
            if *text != "0" && text.starts_with('0') {
                let message = "leading zeros are not allowed in JSON paths";
                return Err(env.fail(format_args!("{message}")));
            }
            Ok(place)
        }
        _ => Err(env.fail(format_args!("invalid type for indexing"))),
    }
}

/// Parses an integer like OPA's `Atoi64`, which accepts a sign, a point, and zeros after the point.
fn integer(text: &str) -> Option<i64> {
    /// The maximum length of the text without its sign.
    const LONGEST: usize = 19;
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_integer = !digits.is_empty()
        && digits.len() <= LONGEST
        && whole.bytes().all(|byte| byte.is_ascii_digit())
        && fraction.bytes().all(|byte| byte == b'0');
    if !is_integer {
        return None;
    }
    let magnitude: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn integers_are_those_of_atoi64() {
        let cases = [
            ("0", Some(0)),
            ("-12", Some(-12)),
            ("+1", Some(1)),
            ("1.00", Some(1)),
            ("1.", Some(1)),
            (".", Some(0)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("00000000000000000001", None),
            ("", None),
            ("+", None),
            ("1.1", None),
            ("1..", None),
            ("1e2", None),
            ("--1", None),
        ];
        for (text, expected) in cases {
            assert_eq!(integer(text), expected, "{text}");
        }
    }
}
