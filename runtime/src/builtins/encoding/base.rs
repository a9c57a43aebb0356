//! Base64 and hexadecimal encodings, built on `data-encoding`.

use std::sync::LazyLock;

use data_encoding::{BASE64, BASE64URL, BASE64URL_NOPAD, Encoding, HEXLOWER, HEXLOWER_PERMISSIVE};

use crate::builtins::{operand, utf8};
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::text;
use crate::value::Value;

/// Base64 as Go decodes it, which ignores line ends and the bits after the last byte.
static LENIENT: LazyLock<Encoding> = LazyLock::new(|| lenient(&BASE64));
static LENIENT_URL: LazyLock<Encoding> = LazyLock::new(|| lenient(&BASE64URL));

fn lenient(strict: &Encoding) -> Encoding {
    let mut specification = strict.specification();
    specification.check_trailing_bits = false;
    specification.ignore.push_str("\r\n");
    specification.encoding().unwrap_or_else(|_| strict.clone())
}

/// Implements `base64.encode(text)`.
pub fn base64_encode<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    encode(env, operands, &BASE64)
}

/// Implements `base64url.encode(text)`.
pub fn base64url_encode<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    encode(env, operands, &BASE64URL)
}

/// Implements `base64url.encode_no_pad(text)`.
pub fn base64url_encode_no_pad<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    encode(env, operands, &BASE64URL_NOPAD)
}

/// Implements `hex.encode(text)`.
pub fn hex_encode<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    encode(env, operands, &HEXLOWER)
}

fn encode<'a>(env: &Env<'a>, operands: &[Value<'a>], encoding: &Encoding) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    let encoded = env.arena.format(format_args!("{}", encoding.encode_display(text.as_bytes())));
    Ok(Some(Value::String(encoded)))
}

/// Implements `base64.decode(text)`.
pub fn base64_decode<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    let bytes = decode_base64(&LENIENT, text).map_err(|place| illegal(env, place))?;
    Ok(Some(Value::String(utf8::string(env, &bytes)?)))
}

/// Implements `base64url.decode(text)`, with or without padding.
pub fn base64url_decode<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    let bytes = base64url_bytes(env, text)?;
    Ok(Some(Value::String(utf8::string(env, &bytes)?)))
}

/// Returns the bytes from which `base64url.decode` makes its string.
pub(in crate::builtins) fn base64url_bytes<'a>(
    env: &Env<'a>,
    text: &str,
) -> Result<Vec<u8>, BuiltinError<'a>> {
    let padding = match text.len() % 4 {
        _ if text.ends_with('=') => "",
        0 => "",
        2 => "==",
        3 => "=",
        _ => return Err(env.fail(format_args!("illegal base64url string: {text}"))),
    };
    let padded = env.arena.format(format_args!("{text}{padding}"));
    decode_base64(&LENIENT_URL, padded).map_err(|place| illegal(env, place))
}

/// Returns the bytes from which `base64.decode` makes its string, or `None` if `text` is not
/// base64.
#[cfg(any(feature = "jwt", feature = "yaml"))]
pub(in crate::builtins) fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    decode_base64(&LENIENT, text).ok()
}

/// Implements `base64.is_valid(text)`, which is `false` if `text` is not a string.
pub fn base64_is_valid<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::text(env, operands, 1)?;
    Ok(Some(Value::Bool(text.is_some_and(|text| decode_base64(&LENIENT, text).is_ok()))))
}

/// Decodes `text`. On failure, returns the byte offset of the first fault. Only line ends may
/// follow the padding, where the library would accept a second text.
fn decode_base64(encoding: &Encoding, text: &str) -> Result<Vec<u8>, usize> {
    let padding = text.find('=').unwrap_or(text.len());
    let tail = text.get(padding..).unwrap_or_default();
    if let Some(place) = tail.find(|c| !matches!(c, '=' | '\r' | '\n')) {
        return Err(padding + place);
    }
    encoding.decode(text.as_bytes()).map_err(|error| error.position)
}

fn illegal<'a>(env: &Env<'a>, place: usize) -> BuiltinError<'a> {
    env.fail(format_args!("illegal base64 data at input byte {place}"))
}

/// Implements `hex.decode(text)`.
pub fn hex_decode<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    match HEXLOWER_PERMISSIVE.decode(text.as_bytes()) {
        Ok(bytes) => Ok(Some(Value::String(utf8::string(env, &bytes)?))),
        Err(_) => Err(hex_fault(env, text)),
    }
}

/// Returns Go's error, which names the first byte that is not a digit. If all are digits, the error
/// is about the length.
fn hex_fault<'a>(env: &Env<'a>, text: &str) -> BuiltinError<'a> {
    let Some(byte) = text.bytes().find(|byte| !byte.is_ascii_hexdigit()) else {
        return env.fail(format_args!("encoding/hex: odd length hex string"));
    };
    let shown = char::from(byte);
    let code = u32::from(byte);
    if shown == ' ' || shown.is_ascii_graphic() || text::is_printable(shown) {
        env.fail(format_args!("encoding/hex: invalid byte: U+{code:04X} '{shown}'"))
    } else {
        env.fail(format_args!("encoding/hex: invalid byte: U+{code:04X}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::builtins::BuiltinFn;
    use crate::env::NoHost;

    #[track_caller]
    fn check(function: BuiltinFn, text: &'static str, expected: &str) {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let result = match function(&env, &[Value::String(text)]) {
            Ok(value) => value.and_then(|value| value.as_str()).unwrap_or_default(),
            Err(error) => error.message,
        };
        assert_eq!(result, expected, "{text:?}");
    }

    #[test]
    fn base64_is_gos() {
        check(base64_encode, "a?é>", "YT/DqT4=");
        check(base64url_encode, "a?é>", "YT_DqT4=");
        check(base64url_encode_no_pad, "a?é>", "YT_DqT4");
        check(base64_decode, "YT/D\nqT4=\n", "a?é>");
        check(base64_decode, "YR==", "a");
        check(base64url_decode, "YT_DqT4", "a?é>");
        check(base64url_decode, "YQ", "a");
        check(base64url_decode, "Y", "illegal base64url string: Y");
        check(base64_decode, "YQ==YQ==", "illegal base64 data at input byte 4");
        check(base64_decode, "Y-==", "illegal base64 data at input byte 1");
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let valid = |value| base64_is_valid(&env, &[value]);
        assert_eq!(valid(Value::String("YQ==")), Ok(Some(Value::Bool(true))));
        assert_eq!(valid(Value::String("YQ")), Ok(Some(Value::Bool(false))));
        assert_eq!(valid(Value::Null), Ok(Some(Value::Bool(false))));
    }

    #[test]
    fn hexadecimal_digits() {
        check(hex_encode, "aé\n", "61c3a90a");
        check(hex_decode, "61C3a90a", "aé\n");
        check(hex_decode, "6g", "encoding/hex: invalid byte: U+0067 'g'");
        check(hex_decode, "616", "encoding/hex: odd length hex string");
        check(hex_decode, "6\u{1}", "encoding/hex: invalid byte: U+0001");
    }
}
