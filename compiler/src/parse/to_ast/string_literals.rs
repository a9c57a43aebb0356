//! The values of string literals.

use std::sync::Arc;

use pest::iterators::Pair;

use crate::source::Span;

use super::super::errors::parse_error;
use super::super::grammar::Rule;
use super::ParseResult;

/// Returns the value of a string in double quotes.
pub(super) fn quoted(pair: &Pair<'_, Rule>, span: Span) -> ParseResult<Arc<str>> {
    let literal = pair.as_str();
    let inner =
        literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(literal);
    if !inner.contains('\\') {
        return Ok(inner.into());
    }
    unescape(inner).ok_or_else(|| parse_error(span, format!("illegal string literal: {literal}")))
}

/// Returns the value of a string in backquotes.
pub(super) fn raw(literal: &str) -> Arc<str> {
    literal.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).unwrap_or(literal).into()
}

/// Returns the value of text in a template string.
pub(super) fn template(text: &str, span: Span) -> ParseResult<Arc<str>> {
    if !text.contains('\\') {
        return Ok(text.into());
    }
    unescape(text).ok_or_else(|| parse_error(span, format!("illegal template-string part: {text}")))
}

/// Resolves escapes as Go's `encoding/json` does. Lone surrogates become the replacement character.
/// A text with escapes must not hold control characters.
fn unescape(text: &str) -> Option<Arc<str>> {
    let mut value = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => value.push(escaped(&mut characters)?),
            control if control < ' ' => return None,
            other => value.push(other),
        }
    }
    Some(value.into())
}

fn escaped(characters: &mut std::str::Chars<'_>) -> Option<char> {
    Some(match characters.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(characters),
        other @ ('"' | '\\' | '/' | '{') => other,
        _ => return None,
    })
}

fn unicode(characters: &mut std::str::Chars<'_>) -> Option<char> {
    let first = four_digits(characters)?;
    if let Some(character) = char::from_u32(first) {
        return Some(character);
    }
    let mut ahead = characters.clone();
    let pair = (ahead.next() == Some('\\') && ahead.next() == Some('u'))
        .then(|| four_digits(&mut ahead))
        .flatten()
        .and_then(|second| surrogates(first, second));
    if pair.is_some() {
        *characters = ahead;
    }
    Some(pair.unwrap_or(char::REPLACEMENT_CHARACTER))
}

fn surrogates(high: u32, low: u32) -> Option<char> {
    let high = high.checked_sub(0xd800).filter(|&bits| bits < 0x400)?;
    let low = low.checked_sub(0xdc00).filter(|&bits| bits < 0x400)?;
    char::from_u32(0x1_0000 + (high << 10) + low)
}

fn four_digits(characters: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |value, _| Some(value * 16 + characters.next()?.to_digit(16)?))
}
