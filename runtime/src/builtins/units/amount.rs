//! Splitting an amount into its number and its unit.

use crate::env::Env;

/// An amount as its number and its unit, both unparsed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Amount<'t> {
    pub(super) number: &'t str,
    pub(super) unit: &'t str,
}

/// The maximum number of digits in the exponent of an amount.
const MAX_EXPONENT_DIGITS: usize = 6;

impl<'t> Amount<'t> {
    /// Implements OPA's `extractNumAndUnit`. The number consists of digits, points and signs, and
    /// of an `e` before a digit or a sign. Returns `None` if an exponent is too long.
    pub(super) fn split(text: &'t str) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut place = 0;
        while let Some(byte) = bytes.get(place) {
            match byte {
                b'0'..=b'9' | b'.' | b'+' | b'-' => place += 1,
                b'e' | b'E' => match bytes.get(place + 1) {
                    Some(b'0'..=b'9') => place += 1,
                    Some(b'+' | b'-') => place += 2,
                    _ => break,
                },
                _ => break,
            }
            let exponent = matches!(byte, b'e' | b'E').then(|| bytes.get(place..)).flatten();
            let digits = |rest: &[u8]| rest.iter().take_while(|b| b.is_ascii_digit()).count();
            if exponent.is_some_and(|rest| digits(rest) > MAX_EXPONENT_DIGITS) {
                return None;
            }
        }
        let (number, unit) = text.split_at_checked(place)?;
        Some(Self { number, unit })
    }
}

/// Returns `true` if the text contains a double quote or a space.
pub(super) fn has_quote_or_space(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'"' | b' '))
}

/// Removes the double quotes from the text.
pub(super) fn without_quotes<'t, 'a: 't>(env: &Env<'a>, text: &'t str) -> &'t str {
    let mut out = env.arena.text();
    out.extend(text.split('"'));
    out.into_bump_str()
}
