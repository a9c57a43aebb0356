//! Decimal numbers without an exponent whose digits fit 64 bits, as nearly all numbers do.

use core::cmp::Ordering;

use super::{Number, Repr};

/// The number `±digits ÷ 10^places`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Short {
    pub(crate) negative: bool,
    pub(crate) digits: u64,
    /// The number of decimal places: at most [`MOST_DIGITS`], without trailing zeros.
    pub(crate) places: u32,
}

/// The greatest number of decimal digits that always fit 64 bits.
const MOST_DIGITS: usize = 19;

/// The greatest number of decimal digits that always fit 63 bits.
pub(super) const FEW_DIGITS: usize = 18;

/// The powers of ten that fit 64 bits.
pub(super) const POWERS_OF_TEN: [u64; MOST_DIGITS + 1] = powers(10);

/// Returns the first powers of `base`, from one.
pub(super) const fn powers<const COUNT: usize>(base: u64) -> [u64; COUNT] {
    let mut powers = [1; COUNT];
    let mut index = 1;
    while index < COUNT {
        powers[index] = powers[index - 1] * base;
        index += 1;
    }
    powers
}

impl Short {
    /// Parses digits, optionally with `-` in front and a point among them. Returns `None` for any
    /// other text, and for more digits than fit.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, bytes) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            bytes => (false, bytes),
        };
        let point = bytes.iter().position(|&byte| byte == b'.');
        let (whole, fraction) = match point {
            Some(point) => (&bytes[..point], without_zeros(&bytes[point + 1..])),
            None => (bytes, &[][..]),
        };
        let none = bytes.len() == usize::from(point.is_some());
        if none || whole.len() + fraction.len() > MOST_DIGITS {
            return None;
        }
        let digits = append(append(0, whole)?, fraction)?;
        Some(Self { negative, digits, places: u32::try_from(fraction.len()).ok()? })
    }

    /// Returns the number in this form, if it has one.
    pub(super) fn of(number: &Number<'_>) -> Option<Self> {
        match number.0 {
            Repr::Int(integer) => {
                Some(Self { negative: integer < 0, digits: integer.unsigned_abs(), places: 0 })
            }
            Repr::Text(text) => Self::parse(text),
        }
    }

    /// Returns the divisor of the digits.
    pub(crate) fn divisor(&self) -> u64 {
        POWERS_OF_TEN.get(self.places as usize).copied().unwrap_or(u64::MAX)
    }

    /// Compares by value.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        if self.digits == 0 && other.digits == 0 {
            return Ordering::Equal;
        }
        if self.negative != other.negative {
            return other.negative.cmp(&self.negative);
        }
        let (own, others) = (u128::from(self.digits), u128::from(other.digits));
        let magnitude =
            (own * u128::from(other.divisor())).cmp(&(others * u128::from(self.divisor())));
        if self.negative { magnitude.reverse() } else { magnitude }
    }
}

/// Strips the zeros at the end.
fn without_zeros(mut digits: &[u8]) -> &[u8] {
    while let [rest @ .., b'0'] = digits {
        digits = rest;
    }
    digits
}

/// Returns `number` with `digits` appended, or `None` if one of them is not a digit.
pub(super) fn append(number: u64, digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(number, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + u64::from(digit))
    })
}

/// Returns the value of up to 38 decimal digits, which fit 128 bits. Returns `None` if there are
/// more, or if one of them is not a digit.
pub(super) fn digits_of(text: &[u8]) -> Option<u128> {
    const HALF: usize = MOST_DIGITS;
    let (first, last) = text.split_at(text.len().saturating_sub(HALF));
    if first.len() > HALF {
        return None;
    }
    let (first, last) = (append(0, first)?, append(0, last)?);
    Some(u128::from(first) * u128::from(POWERS_OF_TEN[HALF]) + u128::from(last))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::number::decimal::Decimal;

    proptest! {
        #[test]
        fn short_numbers_compare_as_decimals(
            a in "-?(0|[1-9][0-9]{0,12})([.][0-9]{1,9})?", b in "-?[0-9]{1,3}([.][0-9]{0,3})?",
        ) {
            let compare = |a: &str, b: &str| {
                let (x, y) = (Short::parse(a)?, Short::parse(b)?);
                Some(x.compare(&y))
            };
            for (a, b) in [(&a, &b), (&a, &a), (&b, &a)] {
                let expected = Decimal::parse(a).compare(&Decimal::parse(b));
                prop_assert_eq!(compare(a, b).unwrap_or(expected), expected);
            }
            prop_assert!(Short::parse(&b).is_some());
        }

        #[test]
        fn few_digits_are_numbers(text in "[0-9]{0,20}|[0-9.e+_-]{0,4}") {
            if let Some(number) = Number::from_digits(&text) {
                prop_assert_eq!(number.held(), Number::from_text(&text).held());
                prop_assert_eq!(number.as_text(), None);
            } else {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                prop_assert!(!digits || text.is_empty() || text.len() > 18 || text.starts_with('0'));
            }
        }

        #[test]
        fn digits_are_read_in_halves(number in any::<u128>(), narrow in 0..128_u32) {
            let number = number >> narrow;
            let text = number.to_string();
            let expected = (text.len() <= 38).then_some(number);
            prop_assert_eq!(digits_of(text.as_bytes()), expected);
        }
    }

    #[test]
    fn what_is_read_is_short() {
        let parts = |text| {
            let short = Short::parse(text)?;
            Some((short.negative, short.digits, short.places))
        };
        assert_eq!(parts("-0.2500"), Some((true, 25, 2)));
        assert_eq!(parts("10.000"), Some((false, 10, 0)));
        assert_eq!(parts("9999999999999999999"), Some((false, 9_999_999_999_999_999_999, 0)));
        for text in
            ["1e3", "1_0", "+1", "1.2.3", "10000000000000000000", "1.0000000000000000001", "-", "."]
        {
            assert!(parts(text).is_none(), "{text}");
        }
        assert_eq!(digits_of(b"12_3"), None);
    }
}
