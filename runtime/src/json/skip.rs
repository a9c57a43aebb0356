//! The part of the scanner that checks values without building them. A policy reads few fields of a
//! review, so most of the text is skipped.
//!
//! The functions take and return the text that is left. Its first byte can be read with one test of
//! its length, where a place needs two.

use super::scan::{Place, Scanner, token};
use super::strings;

impl<'t> Scanner<'t> {
    /// Checks the value at `place` without building it.
    #[inline]
    pub(super) fn skip(&mut self, place: usize) -> Place {
        let rest = match self.bytes().get(place..).unwrap_or_default() {
            // Most values are strings, and need no call.
            [b'"', tail @ ..] => self.skip_string(tail)?,
            text => self.skip_value(text)?,
        };
        Some(self.place_of(rest))
    }

    /// Checks the value at the beginning of `text`. The kinds of the open collections are bits, so
    /// that only every 64th level is a call.
    fn skip_value(&mut self, text: &'t [u8]) -> Option<&'t [u8]> {
        let (mut rest, mut kinds, mut levels) = (text, 0_u64, 0);
        let mut is_key = false;
        loop {
            let Some((&first, tail)) = rest.split_first() else {
                return self.unexpected_in(rest);
            };
            if first == b'"' {
                rest = self.skip_string(tail)?;
                if is_key {
                    is_key = false;
                    rest = token(self.skip_colon(rest)?);
                    continue;
                }
            } else if is_key {
                return self.unexpected_in(rest);
            } else if matches!(first, b'{' | b'[') && levels < u64::BITS {
                self.enter(self.place_of(rest))?;
                rest = token(tail);
                if rest.first() != Some(&closing(first)) {
                    levels += 1;
                    is_key = first == b'{';
                    kinds = kinds << 1 | u64::from(is_key);
                    continue;
                }
                self.leave();
                rest = &rest[1..];
            } else {
                rest = self.skip_other(rest)?;
            }
            // The value has ended, and so may the collections that it is the last item of.
            loop {
                if levels == 0 {
                    return Some(rest);
                }
                is_key = kinds & 1 == 1;
                match rest.split_first() {
                    Some((b',', tail)) => {
                        rest = token(tail);
                        break;
                    }
                    Some((&close, tail)) if close == closing(if is_key { b'{' } else { b'[' }) => {
                        self.leave();
                        levels -= 1;
                        kinds >>= 1;
                        rest = tail;
                    }
                    _ => rest = self.skip_white_space(rest)?,
                }
            }
        }
    }

    /// Checks a value that is neither a string nor within the levels that one call checks.
    #[inline(never)]
    fn skip_other(&mut self, text: &'t [u8]) -> Option<&'t [u8]> {
        let place = self.place_of(text);
        let end = match text.first() {
            Some(b'{' | b'[') => return self.skip_value(text),
            Some(b'-' | b'0'..=b'9') => self.number(place)?,
            Some(b't') => self.word(place, "true")?,
            Some(b'f') => self.word(place, "false")?,
            Some(b'n') => self.word(place, "null")?,
            _ => return self.unexpected(place),
        };
        self.bytes().get(end..)
    }

    /// Checks the colon after a key.
    #[inline]
    fn skip_colon(&mut self, text: &'t [u8]) -> Option<&'t [u8]> {
        match text {
            [b':', rest @ ..] => Some(rest),
            _ => match token(text) {
                [b':', rest @ ..] => Some(rest),
                rest => self.unexpected_in(rest),
            },
        }
    }

    /// Skips white space. There must be some.
    #[inline(never)]
    fn skip_white_space(&mut self, text: &'t [u8]) -> Option<&'t [u8]> {
        let rest = token(text);
        if rest.len() == text.len() { self.unexpected_in(text) } else { Some(rest) }
    }

    /// Checks a string from after its opening quote.
    #[inline]
    fn skip_string(&mut self, text: &'t [u8]) -> Option<&'t [u8]> {
        let mut rest = text;
        while let Some((chunk, behind)) = rest.split_first_chunk() {
            match strings::plain_length(*chunk) {
                None => rest = behind,
                Some(length) if rest[length] == b'"' => return rest.get(length + 1..),
                Some(_) => break,
            }
        }
        let end = self.skip_escapes(self.plain_end(self.place_of(rest)))?;
        self.bytes().get(end..)
    }

    #[cold]
    fn skip_escapes(&mut self, mut place: usize) -> Place {
        loop {
            match self.byte(place) {
                Some(b'"') => return Some(place + 1),
                Some(b'\\') => (_, place) = self.escape(place)?,
                _ => return self.unfinished(place),
            }
            place = self.plain_end(place);
        }
    }

    /// Fails because of the first byte of `rest`, or because the text ends there.
    #[cold]
    fn unexpected_in<T>(&mut self, rest: &[u8]) -> Option<T> {
        self.unexpected(self.place_of(rest))
    }
}

/// Returns the closing bracket of an opening one.
#[inline]
const fn closing(open: u8) -> u8 {
    // In ASCII, these are two apart: `[` and `]`, `{` and `}`.
    open + 2
}
