//! Decimal digits as text, without the overhead of the standard formatter.

/// A string buffer that is filled from its end.
pub(crate) struct Backwards {
    bytes: [u8; ROOM],
    start: usize,
}

/// The room for two integers of 128 bits.
const ROOM: usize = 80;
/// The divisor that splits off the last digits of a number. Its remainders fit 64 bits.
const PIECE: u128 = 1_000_000_000_000_000_000;
/// The number of decimal digits of a remainder of [`PIECE`].
const PIECE_DIGITS: usize = 18;

impl Backwards {
    /// Creates an empty buffer.
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; ROOM], start: ROOM }
    }

    /// Prepends a byte, which must be ASCII. If the buffer is full, the byte is dropped.
    #[inline]
    pub(crate) fn byte(&mut self, byte: u8) {
        if let Some(start) = self.start.checked_sub(1)
            && let Some(place) = self.bytes.get_mut(start)
        {
            *place = byte;
            self.start = start;
        }
    }

    /// Prepends the digits of a number, at least one.
    pub(crate) fn digits(&mut self, mut number: u64) {
        loop {
            self.digit(number % 10);
            number /= 10;
            if number == 0 {
                break;
            }
        }
    }

    /// Prepends the last `count` digits of a number, including leading zeros.
    pub(crate) fn last_digits(&mut self, mut number: u64, count: usize) {
        for _ in 0..count {
            self.digit(number % 10);
            number /= 10;
        }
    }

    /// Prepends the digits of a number of 128 bits, at least one.
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

    /// Returns the digits of an integer of 64 bits with its sign.
    pub(crate) fn short(number: i64) -> Self {
        let mut text = Self::new();
        text.digits(number.unsigned_abs());
        if number < 0 {
            text.byte(b'-');
        }
        text
    }

    /// Returns the digits of an integer with its sign.
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

    /// Returns the text.
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
