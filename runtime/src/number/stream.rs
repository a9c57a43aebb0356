//! A generator of the decimal digits of a binary fraction, for callers that need only the first
//! few.

use super::short::POWERS_OF_TEN;

/// The digits of a number that is not an integer, from the first that is not zero.
pub(super) struct Stream {
    /// The remaining digits before the point, and their number.
    whole: u64,
    whole_digits: u32,
    /// The part after the point, in units of `2^-128`.
    fraction: u128,
}

/// The greatest distance of the last bit of a fraction from the point. It leaves room for a digit
/// above, so that every multiplication by ten is exact.
const MOST_PLACES: u32 = 124;

impl Stream {
    /// Returns the digits of `mantissa × 2^exponent`, and the exponent `point` such that the number
    /// is `0.digits × 10^point`. Returns `None` for an integer, and for a number that is too large
    /// or small.
    pub(super) fn new(mantissa: u128, exponent: i64) -> Option<(Self, i64)> {
        let places = u32::try_from(-exponent).ok()?;
        if !(1..=MOST_PLACES).contains(&places) {
            return None;
        }
        let whole = u64::try_from(mantissa >> places).ok()?;
        let fraction = mantissa << (u128::BITS - places);
        if fraction == 0 {
            return None;
        }
        let whole_digits = whole.checked_ilog10().map_or(0, |last| last + 1);
        let mut stream = Self { whole, whole_digits, fraction };
        let mut point = i64::from(whole_digits);
        while stream.whole_digits == 0 && stream.after_next().0 == 0 {
            stream.fraction = stream.after_next().1;
            point -= 1;
        }
        Some((stream, point))
    }

    /// Returns `true` if only zeros follow.
    pub(super) fn is_done(&self) -> bool {
        self.fraction == 0
    }

    /// Returns the next digit.
    pub(super) fn next(&mut self) -> u8 {
        if let Some(left) = self.whole_digits.checked_sub(1) {
            let unit = POWERS_OF_TEN.get(left as usize).copied().unwrap_or(u64::MAX);
            let digit = self.whole / unit;
            self.whole %= unit;
            self.whole_digits = left;
            return u8::try_from(digit).unwrap_or_default();
        }
        let (digit, fraction) = self.after_next();
        self.fraction = fraction;
        digit
    }

    /// Returns the next digit after the point, and the fraction after it.
    fn after_next(&self) -> (u8, u128) {
        const HALF: u32 = u64::BITS;
        const LOWER: u128 = u64::MAX as u128;
        let low = (self.fraction & LOWER) * 10;
        let high = (self.fraction >> HALF) * 10 + (low >> HALF);
        let digit = u8::try_from(high >> HALF).unwrap_or_default();
        (digit, high << HALF | low & LOWER)
    }
}
