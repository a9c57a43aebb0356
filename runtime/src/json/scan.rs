//! The scanner, which implements the grammar of JSON and finds the ends of values. Places are
//! passed as arguments and results instead of being kept in the scanner, so that they stay in
//! registers.

use super::{JsonError, JsonErrorKind, MAX_DEPTH, strings};
use crate::number;

/// A scanner over a text. Once the text proves not to be JSON, it keeps the error.
pub(super) struct Scanner<'t> {
    text: &'t str,
    depth: usize,
    fault: Option<JsonError>,
    /// If `true`, numbers may have any exponent.
    any_numbers: bool,
}

/// A place after a scanned part, or `None` if there is an error, which the scanner keeps.
pub(super) type Place = Option<usize>;

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, depth: 0, fault: None, any_numbers: false }
    }

    /// Creates a scanner that accepts numbers with any exponent.
    pub(super) fn of_any_numbers(text: &'t str) -> Self {
        Self { any_numbers: true, ..Self::new(text) }
    }

    /// Checks that the text is one value.
    pub(super) fn document(&mut self) -> Option<()> {
        let end = self.skip(self.token(0))?;
        (self.token(end) == self.text.len()).then_some(())
    }

    /// Returns the error, which is an unexpected end if none was recorded.
    pub(super) fn fault(&self) -> JsonError {
        let fault = JsonError { kind: JsonErrorKind::UnexpectedEnd, offset: self.text.len() };
        self.fault.unwrap_or(fault)
    }

    #[cold]
    pub(super) fn fail<T>(&mut self, kind: JsonErrorKind, offset: usize) -> Option<T> {
        self.fault = Some(JsonError { kind, offset });
        None
    }

    /// Fails because of an unexpected byte at `place`, or because the text ends there.
    #[cold]
    pub(super) fn unexpected<T>(&mut self, place: usize) -> Option<T> {
        self.fail_at(place, JsonErrorKind::UnexpectedByte)
    }

    /// Fails with `kind` if there is a byte at `place`, or because the text ends there.
    #[cold]
    fn fail_at<T>(&mut self, place: usize, kind: JsonErrorKind) -> Option<T> {
        let kind = self.byte(place).map_or(JsonErrorKind::UnexpectedEnd, |_| kind);
        self.fail(kind, place)
    }

    pub(super) fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    #[inline]
    pub(super) fn byte(&self, place: usize) -> Option<u8> {
        self.bytes().get(place).copied()
    }

    /// Returns the text between two places, which must be character boundaries.
    #[inline]
    pub(super) fn text(&self, from: usize, to: usize) -> &'t str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Returns the place at which `rest`, an end of the text, begins.
    #[inline]
    pub(super) fn place_of(&self, rest: &[u8]) -> usize {
        self.text.len() - rest.len()
    }

    /// Returns the place of the next byte that is not white space.
    #[inline]
    pub(super) fn token(&self, place: usize) -> usize {
        self.place_of(token(self.bytes().get(place..).unwrap_or_default()))
    }

    /// Returns the place of the first quote, backslash or control character from `place` on, or the
    /// end of the text. If this is a quote, it ends the string.
    #[inline]
    pub(super) fn plain_end(&self, place: usize) -> usize {
        self.place_of(strings::behind_plain(self.bytes().get(place..).unwrap_or_default()))
    }

    /// Enters an array or an object, or fails if it is nested too deep.
    #[inline]
    pub(super) fn enter(&mut self, place: usize) -> Option<()> {
        if self.depth == MAX_DEPTH {
            return self.fail(JsonErrorKind::TooDeep, place);
        }
        self.depth += 1;
        Some(())
    }

    /// Leaves an array or an object.
    #[inline]
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Scans a comma, and returns the place of the next item; or scans `close`, and returns the
    /// place after it.
    #[inline]
    pub(super) fn after_item(&mut self, place: usize, close: u8) -> Option<After> {
        let rest = token(self.bytes().get(place..).unwrap_or_default());
        match rest.split_first() {
            Some((b',', rest)) => Some(After::Item(self.place_of(token(rest)))),
            Some((&byte, rest)) if byte == close => Some(After::End(self.place_of(rest))),
            _ => self.unexpected(self.place_of(rest)),
        }
    }

    /// Returns the place of the first item after an opening bracket, or the place after `close`.
    #[inline]
    pub(super) fn first_item(&self, open: usize, close: u8) -> After {
        let place = self.token(open + 1);
        if self.byte(place) == Some(close) { After::End(place + 1) } else { After::Item(place) }
    }

    /// Scans the colon after a key that ends at `place`, and returns the place of the value.
    #[inline]
    pub(super) fn colon(&mut self, place: usize) -> Place {
        let rest = token(self.bytes().get(place..).unwrap_or_default());
        match rest {
            [b':', rest @ ..] => Some(self.place_of(token(rest))),
            _ => self.unexpected(self.place_of(rest)),
        }
    }

    pub(super) fn word(&mut self, place: usize, word: &str) -> Place {
        let end = place + word.len();
        if self.bytes().get(place..end) == Some(word.as_bytes()) {
            return Some(end);
        }
        let same = |(own, byte): &(usize, u8)| self.byte(place + own) == Some(*byte);
        let length = word.bytes().enumerate().take_while(same).count();
        self.unexpected(place + length)
    }

    /// Decodes an escape from its backslash. Returns its character and the place after it.
    pub(super) fn escape(&mut self, place: usize) -> Option<(char, usize)> {
        let rest = self.bytes().get(place + 1..).unwrap_or_default();
        match strings::escape(rest) {
            Ok((character, length)) => Some((character, place + 1 + length)),
            Err(kind) => self.fail(kind, place),
        }
    }

    /// Fails because of a byte in a string that is neither plain nor begins an escape, or because
    /// the text ends there.
    #[cold]
    pub(super) fn unfinished<T>(&mut self, place: usize) -> Option<T> {
        self.fail_at(place, JsonErrorKind::ControlCharacter)
    }

    /// Checks a number.
    pub(super) fn number(&mut self, place: usize) -> Place {
        let digits = place + usize::from(self.byte(place) == Some(b'-'));
        let mut end = self.digits_end(digits);
        if end == digits || self.byte(digits) == Some(b'0') && end > digits + 1 {
            return self.fail_at(end, JsonErrorKind::InvalidNumber);
        }
        if self.byte(end) == Some(b'.') {
            end = self.some_digits(end + 1)?;
        }
        if let Some(b'e' | b'E') = self.byte(end) {
            return self.exponent(end);
        }
        Some(end)
    }

    /// Checks the exponent at `mark`. The number must be in OPA's range, unless any number is
    /// accepted. Exponents are rare, so the start of the number is found here by a scan backward.
    /// Keeping it for every number would take a register.
    #[cold]
    #[inline(never)]
    fn exponent(&mut self, mark: usize) -> Place {
        let sign = usize::from(matches!(self.byte(mark + 1), Some(b'+' | b'-')));
        let end = self.some_digits(mark + 1 + sign)?;
        let mantissa = self.bytes().get(..mark).unwrap_or_default();
        let before = mantissa.iter().rposition(|byte| !matches!(byte, b'0'..=b'9' | b'.' | b'-'));
        let start = before.map_or(0, |before| before + 1);
        let text = self.bytes().get(start..end).and_then(|bytes| str::from_utf8(bytes).ok());
        if self.any_numbers || text.is_some_and(number::is_in_range) {
            return Some(end);
        }
        self.fail_at(start, JsonErrorKind::NumberOutOfRange)
    }

    #[inline]
    fn digits_end(&self, mut place: usize) -> usize {
        while let Some(b'0'..=b'9') = self.byte(place) {
            place += 1;
        }
        place
    }

    fn some_digits(&mut self, place: usize) -> Place {
        let end = self.digits_end(place);
        if end == place { self.fail_at(end, JsonErrorKind::InvalidNumber) } else { Some(end) }
    }
}

/// The continuation of an array or an object.
#[derive(Clone, Copy)]
pub(super) enum After {
    /// An item at this place.
    Item(usize),
    /// The end. This is the place after the closing bracket.
    End(usize),
}

impl After {
    pub(super) fn place(self) -> usize {
        match self {
            After::Item(place) | After::End(place) => place,
        }
    }
}

/// Returns the end of a text from the first byte that is not white space on. Most tokens have no
/// space before them, or one.
#[inline]
pub(super) fn token(text: &[u8]) -> &[u8] {
    match text {
        [b' ', rest @ ..] if rest.first().is_some_and(|&byte| byte > b' ') => rest,
        [..=b' ', ..] => behind_white_space(text),
        _ => text,
    }
}

#[cold]
#[inline(never)]
fn behind_white_space(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\n' | b'\t' | b'\r', rest @ ..] = text {
        text = rest;
    }
    text
}
