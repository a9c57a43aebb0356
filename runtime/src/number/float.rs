//! Binary floats with a mantissa of 64 bits, rounded to nearest even. They behave like Go's
//! `big.Float` as OPA uses it, from its parsing (`floatconv.go`) to its signed zeros.

use num_bigint::{BigInt, BigUint};

use super::decimal::Decimal;
use super::hexadecimal;
use super::integer::Integer;
use super::short::{self, Short};
use super::wide::{Wide, power_of_five};
use super::{MAX_BITS, Number, Repr};

/// The precision of a `big.Float` that OPA creates from a number's text.
pub const PRECISION: u32 = 64;

/// The float `±mantissa × 2^exponent`. The mantissa is zero, or its top bit is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Float {
    negative: bool,
    mantissa: u64,
    exponent: i64,
}

/// The powers of five that fit 64 bits.
const POWERS_OF_FIVE: [u64; 28] = short::powers(5);

impl Float {
    /// The number one.
    pub const ONE: Float = Float { negative: false, mantissa: 1 << 63, exponent: -63 };
    /// The number one half.
    pub const HALF: Float = Float { negative: false, mantissa: 1 << 63, exponent: -64 };

    /// Returns the float nearest to `number`, or `None` if it is beyond [`MAX_BITS`].
    pub fn from_number(number: &Number<'_>) -> Option<Self> {
        match number.0 {
            Repr::Int(number) => Some(normal(number < 0, number.unsigned_abs(), 0)),
            Repr::Text(text) => match Short::parse(text) {
                Some(short) => Some(of_short(&short)),
                None => match hexadecimal::to_decimal(text) {
                    Some(decimal) => parse(&Decimal::parse(&decimal)),
                    None => parse(&Decimal::parse(text)),
                },
            },
        }
    }

    /// Returns the integer as a float, which is exact.
    pub fn from_u64(integer: u64) -> Self {
        normal(false, integer, 0)
    }

    /// Returns `true` if the value is an integer.
    pub fn is_integer(&self) -> bool {
        self.mantissa == 0 || self.exponent + i64::from(self.mantissa.trailing_zeros()) >= 0
    }

    /// Returns `true` if the sign bit is set, which it may be for zero.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Returns `true` if the value is zero.
    pub fn is_zero(&self) -> bool {
        self.mantissa == 0
    }

    /// Returns the integer part.
    pub fn truncate(&self) -> Integer {
        let mantissa = i128::from(self.mantissa);
        let magnitude = match u32::try_from(self.exponent) {
            Ok(shift @ 0..=63) => Integer::Small(mantissa << shift),
            Ok(shift) => Integer::Big(BigInt::from(self.mantissa) << shift),
            Err(_) => {
                let shift = u32::try_from(-self.exponent).ok();
                let whole = shift.and_then(|shift| mantissa.checked_shr(shift));
                Integer::Small(whole.unwrap_or_default())
            }
        };
        if self.negative { Integer::Small(0) - magnitude } else { magnitude }
    }

    /// Returns the value as an `i64`, if it is one.
    pub fn to_i64(&self) -> Option<i64> {
        if !self.is_integer() || self.exponent > i64::from(u64::BITS) {
            return None;
        }
        self.truncate().to_i64()
    }

    /// Returns the value without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self { negative: false, ..self }
    }

    /// Returns the value with the opposite sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self { negative: !self.negative, ..self }
    }

    /// Returns `self + other`, rounded to `precision` bits.
    #[must_use]
    pub fn plus(self, other: Self, precision: u32) -> Self {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Self { negative: self.negative && other.negative, ..self },
            (true, false) => other,
            (false, true) => self,
            (false, false) => add(self, other, precision),
        }
    }

    /// Returns `self × other`, rounded to `precision` bits.
    #[must_use]
    pub fn times(self, other: Self, precision: u32) -> Self {
        let negative = self.negative != other.negative;
        let product = u128::from(self.mantissa) * u128::from(other.mantissa);
        round(negative, product, self.exponent + other.exponent, false, precision)
    }

    /// Returns `self ÷ divisor`, rounded to 64 bits, or `None` if the divisor is zero.
    pub fn over(self, divisor: Self) -> Option<Self> {
        let negative = self.negative != divisor.negative;
        let dividend = u128::from(self.mantissa) << 64;
        let quotient = dividend.checked_div(divisor.mantissa.into())?;
        let remainder = dividend.checked_rem(divisor.mantissa.into())?;
        let exponent = self.exponent - divisor.exponent - 64;
        // The quotient of two normal mantissas has 64 or 65 bits. One more bit leaves room for the
        // one that decides the rounding.
        let (quotient, remainder) = (quotient << 1, remainder << 1);
        let divisor = u128::from(divisor.mantissa);
        let bit = u128::from(remainder >= divisor);
        let sticky = remainder - bit * divisor != 0;
        Some(round(negative, quotient | bit, exponent - 1, sticky, PRECISION))
    }

    /// Returns the mantissa and the power of two that is its unit.
    pub(super) fn parts(&self) -> (u64, i64) {
        (self.mantissa, self.exponent)
    }

    /// Returns the value if it is an `i64` that is its own shortest text at `precision`, that is,
    /// no wider than the precision. A negative zero is not.
    pub(super) fn small_integer(&self, precision: u32) -> Option<i64> {
        if self.mantissa == 0 {
            return (!self.negative).then_some(0);
        }
        let shift = u32::try_from(-self.exponent).ok()?;
        if shift > self.mantissa.trailing_zeros() {
            return None;
        }
        let magnitude = self.mantissa >> shift;
        if u64::BITS - magnitude.leading_zeros() > precision {
            return None;
        }
        let magnitude = i128::from(magnitude);
        i64::try_from(if self.negative { -magnitude } else { magnitude }).ok()
    }
}

/// Returns `±mantissa × 2^exponent`, which needs no rounding.
fn normal(negative: bool, mantissa: u64, exponent: i64) -> Float {
    if mantissa == 0 {
        return Float { negative, mantissa: 0, exponent: 0 };
    }
    let shift = mantissa.leading_zeros();
    Float { negative, mantissa: mantissa << shift, exponent: exponent - i64::from(shift) }
}

/// Rounds `±mantissa × 2^exponent` to `precision` bits. If `sticky` is set, the true mantissa is
/// slightly larger, and the given one must be wider than the precision.
fn round(negative: bool, mantissa: u128, exponent: i64, sticky: bool, precision: u32) -> Float {
    let width = u128::BITS - mantissa.leading_zeros();
    if width == 0 {
        return Float { negative, mantissa: 0, exponent: 0 };
    }
    let mut kept = mantissa;
    let mut exponent = exponent;
    if let Some(excess @ 1..) = width.checked_sub(precision) {
        kept = mantissa >> excess;
        exponent += i64::from(excess);
        let rest = mantissa & ((1 << excess) - 1);
        let half = 1 << (excess - 1);
        if rest > half || rest == half && (sticky || kept & 1 == 1) {
            kept += 1;
        }
    }
    // Rounding up may have carried into a further bit, which leaves zeros below it.
    let width = u128::BITS - kept.leading_zeros();
    let (mantissa, exponent) = match u64::BITS.checked_sub(width) {
        Some(shift) => (kept << shift, exponent - i64::from(shift)),
        None => (kept >> (width - u64::BITS), exponent + i64::from(width - u64::BITS)),
    };
    Float { negative, mantissa: u64::try_from(mantissa).unwrap_or(u64::MAX), exponent }
}

/// Adds two floats that are not zero.
fn add(a: Float, b: Float, precision: u32) -> Float {
    let (large, small) =
        if (a.exponent, a.mantissa) >= (b.exponent, b.mantissa) { (a, b) } else { (b, a) };
    // The larger mantissa is shifted up by 62 bits. This leaves room below for the bits that decide
    // the rounding, and above for a carry.
    let base = u128::from(large.mantissa) << 62;
    let distance = u32::try_from(large.exponent - small.exponent).unwrap_or(u32::MAX);
    let shifted = u128::from(small.mantissa) << 62;
    let (other, sticky) = match shifted.checked_shr(distance) {
        Some(other) => (other, other << distance != shifted),
        None => (0, true),
    };
    let exponent = large.exponent - 62;
    if large.negative == small.negative {
        return round(large.negative, base + other, exponent, sticky, precision);
    }
    // If bits were cut off, the true difference is slightly smaller: subtract one and set `sticky`.
    let difference = base - other - u128::from(sticky);
    let negative = large.negative && difference != 0;
    round(negative, difference, exponent, sticky, precision)
}

/// Converts a short number like [`parse`]. The powers of two in the divisor only change the
/// exponent.
fn of_short(short: &Short) -> Float {
    let power = i64::from(short.places);
    let five = POWERS_OF_FIVE.get(short.places as usize).copied().unwrap_or(u64::MAX);
    if short.digits.is_multiple_of(five) {
        return normal(short.negative, short.digits / five, -power);
    }
    quotient(short.negative, short.digits.into(), five, -power)
}

/// Returns the product of a text's number and `integer`, both as floats, if it is an integer that
/// [`Float::to_number`] holds as one. Returns `None` if the text is long or denotes an integer.
pub(super) fn short_multiple(text: &str, integer: i64) -> Option<i64> {
    let factor = of_short(&Short::parse(text)?);
    if factor.is_integer() {
        return None;
    }
    let integer = normal(integer < 0, integer.unsigned_abs(), 0);
    factor.times(integer, PRECISION).small_integer(PRECISION)
}

/// Returns `±dividend ÷ divisor × 2^exponent`, rounded once.
fn quotient(negative: bool, dividend: u128, divisor: u64, exponent: i64) -> Float {
    let (shift, divisor) = (dividend.leading_zeros(), u128::from(divisor));
    let dividend = dividend << shift;
    let whole = dividend / divisor;
    let sticky = dividend != whole * divisor;
    round(negative, whole, exponent - i64::from(shift), sticky, PRECISION)
}

/// The greatest number of decimal digits that always fit a mantissa of 128 bits.
const SMALL_DIGITS: u32 = 38;

/// Converts a decimal number like `big.Float.Parse`: it reads the digits exactly, and then
/// multiplies or divides by a power of five.
fn parse(text: &Decimal<'_>) -> Option<Float> {
    let ten_power = text.exponent.checked_sub(text.fraction_digits())?;
    let digits = text.digits().skip_while(|&digit| digit == b'0');
    let mut small = 0_u128;
    let mut count = 0_u32;
    for digit in digits.clone() {
        count += 1;
        if count > SMALL_DIGITS {
            return parse_long(text.negative, &digits.collect::<Vec<_>>(), ten_power);
        }
        small = small * 10 + u128::from(digit - b'0');
    }
    if small == 0 {
        return Some(Float { negative: text.negative, mantissa: 0, exponent: 0 });
    }
    let power = usize::try_from(ten_power.unsigned_abs()).ok()?;
    let Some(&five) = POWERS_OF_FIVE.get(power) else {
        return scale(text.negative, small.into(), ten_power);
    };
    if ten_power >= 0 {
        return Some(round_product(text.negative, small, five, ten_power));
    }
    Some(quotient(text.negative, small, five, ten_power))
}

/// Returns `±mantissa × five × 2^exponent`, rounded once.
fn round_product(negative: bool, mantissa: u128, five: u64, exponent: i64) -> Float {
    let (half, five) = (u64::BITS, u128::from(five));
    if let Some(product) = mantissa.checked_mul(five) {
        return round(negative, product, exponent, false, PRECISION);
    }
    // The product exceeds 128 bits: keep the upper ones, and note whether a lower one is set.
    let lower = u128::from(u64::MAX);
    let low = (mantissa & lower) * five;
    let high = (mantissa >> half) * five + (low >> half);
    let shift = high.leading_zeros();
    let rest = (low & lower) << shift;
    let (upper, sticky) = (high << shift | rest >> half, rest << half != 0);
    round(negative, upper, exponent + i64::from(half) - i64::from(shift), sticky, PRECISION)
}

fn parse_long(negative: bool, digits: &[u8], ten_power: i64) -> Option<Float> {
    if digits.len() > MAX_BITS as usize / 3 {
        return None;
    }
    scale(negative, BigUint::parse_bytes(digits, 10)?, ten_power)
}

/// Returns `±mantissa × 10^ten_power` as `big.Float.scan` computes it.
fn scale(negative: bool, mantissa: BigUint, ten_power: i64) -> Option<Float> {
    let power = u32::try_from(ten_power.unsigned_abs()).ok()?;
    if power > MAX_BITS / 3 {
        return None;
    }
    let five = power_of_five(power);
    let wide = if ten_power >= 0 {
        Wide { mantissa: mantissa * five.mantissa, exponent: ten_power + five.exponent }
            .rounded(PRECISION, false)
    } else {
        let shift = (five.mantissa.bits() + 66).saturating_sub(mantissa.bits());
        let dividend = mantissa << shift;
        let sticky = &dividend % &five.mantissa != BigUint::ZERO;
        let exponent = ten_power - five.exponent - i64::try_from(shift).ok()?;
        Wide { mantissa: dividend / five.mantissa, exponent }.rounded(PRECISION, sticky)
    };
    let kept = u128::try_from(&wide.mantissa).ok()?;
    Some(round(negative, kept, wide.exponent, false, PRECISION))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arena::Arena;

    proptest! {
        #[test]
        fn short_mantissas_are_read_as_long_ones(
            digits in "[1-9][0-9]{0,37}", ten_power in -27..=27_i64, negative in any::<bool>(),
        ) {
            let sign = if negative { "-" } else { "" };
            let text = format!("{sign}{digits}e{ten_power}");
            let expected = parse_long(negative, digits.as_bytes(), ten_power);
            prop_assert_eq!(parse(&Decimal::parse(&text)), expected);
        }

        #[test]
        fn short_texts_are_read_as_others(text in "-?[0-9]{0,12}[.]?[0-9]{0,12}") {
            let short = Short::parse(&text).map(|short| of_short(&short));
            let expected = parse(&Decimal::parse(&text));
            prop_assert_eq!(short.or(expected), expected);
        }

        #[test]
        fn short_multiples_are_products_of_floats(
            text in "-?[0-9]{0,12}[.]?[0-9]{0,12}", integer in any::<i64>(), narrow in 0..64_u32,
        ) {
            let arena = Arena::new();
            let (text, integer) = (arena.string(&text), integer >> narrow);
            if let Some(multiple) = short_multiple(text, integer) {
                let float = Float::from_number(&Number::from_text(text)).expect("short");
                let integer = Float::from_number(&Number::from_i64(integer)).expect("short");
                let expected = float.times(integer, PRECISION).to_number(&arena, PRECISION);
                prop_assert!(!float.is_integer());
                prop_assert_eq!(expected.map(|number| number.held()), Some(Some(multiple)));
            }
        }

        #[test]
        fn integer_parts_are_those_of_any_size(mantissa in any::<u64>(), exponent in -130..200_i64) {
            let float = round(exponent & 1 == 0, mantissa.into(), exponent, false, PRECISION);
            let magnitude = match u32::try_from(float.exponent) {
                Ok(shift) => BigInt::from(float.mantissa) << shift,
                Err(_) => BigInt::from(float.mantissa) >> float.exponent.unsigned_abs(),
            };
            let expected = if float.negative { -magnitude } else { magnitude };
            prop_assert_eq!(BigInt::from(float.truncate()), expected);
        }
    }
}
