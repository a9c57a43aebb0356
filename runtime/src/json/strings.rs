//! The contents of JSON strings: finding their end, and decoding escapes.

use super::JsonErrorKind;

/// Returns the end of a text from the first byte on that is a quote, a backslash or a control
/// character. It tests eight bytes at a time.
#[inline]
pub(super) fn behind_plain(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        if let Some(length) = plain_length(*chunk) {
            return &rest[length..];
        }
        rest = behind;
    }
    behind_last_plain(rest)
}

/// Returns the number of bytes before the first special byte of a chunk, or `None` if all are plain.
#[inline]
pub(super) fn plain_length(chunk: [u8; 8]) -> Option<usize> {
    let special = special_bytes(u64::from_le_bytes(chunk));
    (special != 0).then(|| special.trailing_zeros() as usize / 8)
}

#[cold]
fn behind_last_plain(text: &[u8]) -> &[u8] {
    let length = text.iter().position(|&byte| is_special(byte)).unwrap_or(text.len());
    &text[length..]
}

fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Returns the top bit of each special byte of `chunk`. Bytes after the first special one may be
/// marked wrongly.
#[inline]
fn special_bytes(chunk: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([0x01; 8]);
    const TOPS: u64 = u64::from_le_bytes([0x80; 8]);
    // A byte less than `n` borrows from its top bit when `n` is subtracted.
    let below = |chunk: u64, n: u64| chunk.wrapping_sub(ONES * n);
    // With its second bit inverted, the quote follows the control characters, which stay below 0x20.
    let quotes_and_controls = below(chunk ^ (ONES * 2), 0x21);
    let backslashes = below(chunk ^ (ONES * u64::from(b'\\')), 1);
    (quotes_and_controls | backslashes) & !chunk & TOPS
}

/// Decodes the escape whose backslash precedes `bytes`. Returns the character and the number of
/// bytes of the escape without its backslash.
pub(super) fn escape(bytes: &[u8]) -> Result<(char, usize), JsonErrorKind> {
    let character = match bytes.first() {
        None => return Err(JsonErrorKind::UnexpectedEnd),
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes),
        Some(_) => return Err(JsonErrorKind::InvalidEscape),
    };
    Ok((character, 1))
}

/// Decodes `uXXXX`, and a second escape if the first is the leading half of a surrogate pair.
fn unicode(bytes: &[u8]) -> Result<(char, usize), JsonErrorKind> {
    const SHORT: usize = 5;
    let first = hex(bytes, 1)?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, SHORT));
    }
    let second = match bytes.get(SHORT..SHORT + 2) {
        Some(b"\\u") => hex(bytes, SHORT + 2)?,
        _ => 0,
    };
    if (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second) {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        return Ok((character, 2 * SHORT + 1));
    }
    Ok((char::REPLACEMENT_CHARACTER, SHORT))
}

fn hex(bytes: &[u8], from: usize) -> Result<u32, JsonErrorKind> {
    let digits = bytes.get(from..from + 4).ok_or(JsonErrorKind::UnexpectedEnd)?;
    let mut code = 0;
    for &byte in digits {
        let digit = char::from(byte).to_digit(16).ok_or(JsonErrorKind::InvalidEscape)?;
        code = code << 4 | digit;
    }
    Ok(code)
}
