//! Where an amount ends and its unit begins.

use crate::env::Env;

/// An amount and its unit, as they are written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Amount<'t> {
    pub(super) number: &'t str,
    pub(super) unit: &'t str,
}

/// How many digits the exponent of an amount may have.
const MAX_EXPONENT_DIGITS: usize = 6;

impl<'t> Amount<'t> {
    /// OPA's `extractNumAndUnit`: the number ends before the first character that is no digit,
    /// point or sign, nor an `e` that a digit or a sign follows. `None` if an exponent is long.
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

/// Whether a text has a double quote or a space.
pub(super) fn has_quote_or_space(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'"' | b' '))
}

/// The text without its double quotes.
pub(super) fn without_quotes<'t, 'a: 't>(env: &Env<'a>, text: &'t str) -> &'t str {
    let mut out = env.arena.text();
    out.extend(text.split('"'));
    out.into_bump_str()
}
