//! Decimal digits as text, without the machinery of formatting.

/// A text that is written from its end.
pub(crate) struct Backwards {
    bytes: [u8; ROOM],
    start: usize,
}

/// Room for two integers of 128 bits.
const ROOM: usize = 80;
/// What fits 64 bits however often it is put before others.
const PIECE: u128 = 1_000_000_000_000_000_000;
/// Digits of a piece.
const PIECE_DIGITS: usize = 18;

impl Backwards {
    /// The empty text.
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; ROOM], start: ROOM }
    }

    /// Puts a byte in front. It must be ASCII; one that finds no room is left out.
    #[inline]
    pub(crate) fn byte(&mut self, byte: u8) {
        if let Some(start) = self.start.checked_sub(1)
            && let Some(place) = self.bytes.get_mut(start)
        {
            *place = byte;
            self.start = start;
        }
    }

    /// Puts the digits of a number in front, one at least.
    pub(crate) fn digits(&mut self, mut number: u64) {
        loop {
            self.digit(number % 10);
            number /= 10;
            if number == 0 {
                break;
            }
        }
    }

    /// Puts the last `count` digits of a number in front, zeros included.
    pub(crate) fn last_digits(&mut self, mut number: u64, count: usize) {
        for _ in 0..count {
            self.digit(number % 10);
            number /= 10;
        }
    }

    /// As [`Backwards::digits`], for more of them.
    pub(crate) fn long_digits(&mut self, mut number: u128) {
        loop {
            if let Ok(number) = u64::try_from(number) {
                return self.digits(number);
            }
            let piece = u64::try_from(number % PIECE).unwrap_or_default();
            self.last_digits(piece, PIECE_DIGITS);
            number /= PIECE;
        }
    }

    /// The digits of an integer of 64 bits, with its sign.
    pub(crate) fn short(number: i64) -> Self {
        let mut text = Self::new();
        text.digits(number.unsigned_abs());
        if number < 0 {
            text.byte(b'-');
        }
        text
    }

    /// The digits of an integer, with its sign.
    pub(crate) fn integer(number: i128) -> Self {
        let mut text = Self::new();
        match u64::try_from(number.unsigned_abs()) {
            Ok(magnitude) => text.digits(magnitude),
            Err(_) => text.long_digits(number.unsigned_abs()),
        }
        if number < 0 {
            text.byte(b'-');
        }
        text
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(self.start..).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }

    #[inline]
    fn digit(&mut self, digit: u64) {
        self.byte(b'0' + u8::try_from(digit).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn integers_are_written_as_everywhere(number in any::<i128>(), narrow in 0..128_u32) {
            let number = number >> narrow;
            let text = Backwards::integer(number);
            prop_assert_eq!(text.as_str(), number.to_string());
            if let Ok(short) = i64::try_from(number) {
                let short = Backwards::short(short);
                prop_assert_eq!(short.as_str(), text.as_str());
            }
        }
    }

    #[test]
    fn zeros_are_written_where_they_are_asked_for() {
        let mut text = Backwards::new();
        text.last_digits(1_234, 3);
        text.byte(b'.');
        text.last_digits(0, 2);
        assert_eq!(text.as_str(), "00.234");
        assert_eq!(Backwards::integer(i128::MIN).as_str(), i128::MIN.to_string());
        assert_eq!(Backwards::integer(0).as_str(), "0");
    }
}
