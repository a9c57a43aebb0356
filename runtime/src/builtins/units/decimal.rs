//! Exact decimal numbers.

use num_bigint::{BigInt, Sign};

use crate::arena::Arena;
use crate::number::Number;
use crate::number::float::Float;

/// A decimal number as Go's `big.Rat` and `big.Float` read it.
pub(super) struct Decimal<'t> {
    text: &'t str,
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
    exponent: i32,
}

/// A fraction; the divisor is positive.
pub(super) struct Fraction {
    dividend: BigInt,
    divisor: BigInt,
}

/// The largest power of ten that numbers are raised to, up and down. Go knows no bound here but
/// the time it takes.
const MAX_POWER: u32 = 20_000;

impl<'t> Decimal<'t> {
    /// Reads sign, digits with perhaps a point, and an exponent; there must be a digit.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let some = !whole.is_empty() || !fraction.is_empty();
        (some && are_digits(whole) && are_digits(fraction)).then_some(Self {
            text,
            negative: text.starts_with('-'),
            whole,
            fraction,
            exponent,
        })
    }

    /// The number times `dividend / divisor`, exactly; `None` if its exponent is too large.
    pub(super) fn times(&self, dividend: &BigInt, divisor: &BigInt) -> Option<Fraction> {
        let digits = format!("0{}{}", self.whole, self.fraction);
        let digits = BigInt::parse_bytes(digits.as_bytes(), 10)?;
        let digits = if self.negative { -digits } else { digits };
        let shift = self.exponent.checked_sub(i32::try_from(self.fraction.len()).ok()?)?;
        let power = shift.unsigned_abs();
        if power > MAX_POWER {
            return None;
        }
        let scale = BigInt::from(10).pow(power);
        let (dividend, divisor) = if shift < 0 {
            (digits * dividend, divisor * scale)
        } else {
            (digits * dividend * scale, divisor.clone())
        };
        Some(Fraction { dividend, divisor })
    }

    /// The nearest float of 64 bits; `None` if its exponent is too large.
    pub(super) fn to_float(&self, arena: &Arena) -> Option<Float> {
        // An integer that fits is read as one only without a sign in front.
        let text = self.text.strip_prefix('+').unwrap_or(self.text);
        Float::from_number(&Number::from_text(arena.string(text)))
    }
}

impl Fraction {
    /// The value, if it is an integer.
    pub(super) fn to_integer(&self) -> Option<BigInt> {
        let whole = &self.dividend / &self.divisor;
        (&whole * &self.divisor == self.dividend).then_some(whole)
    }

    /// The value with `places` digits behind the point, halves rounded away from zero.
    pub(super) fn to_fixed(&self, places: u32) -> String {
        let scaled = self.dividend.magnitude() * BigInt::from(10).pow(places).magnitude();
        let divisor = self.divisor.magnitude();
        let rounded = (scaled * 2_u32 + divisor) / (divisor * 2_u32);
        let sign = if self.dividend.sign() == Sign::Minus { "-" } else { "" };
        let width = usize::try_from(places).unwrap_or_default() + 1;
        let digits = format!("{:0>width$}", rounded.to_string());
        let (whole, fraction) =
            digits.split_at_checked(digits.len() + 1 - width).unwrap_or_default();
        format!("{sign}{whole}.{fraction}")
    }
}
