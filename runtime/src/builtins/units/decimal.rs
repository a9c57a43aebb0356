//! Exact decimal numbers.

use core::cmp::Ordering;

use crate::arena::Arena;
use crate::number::Number;
use crate::number::digits::Backwards;
use crate::number::float::Float;
use crate::number::integer::Integer;
use crate::number::short::Short;

/// A decimal number as parsed by Go's `big.Rat` and `big.Float`.
pub(super) struct Decimal<'t> {
    text: &'t str,
    negative: bool,
    whole: &'t str,
    fraction: &'t str,
    exponent: i32,
}

/// A fraction with a positive divisor.
pub(super) struct Fraction {
    dividend: Integer,
    divisor: Integer,
}

/// The maximum magnitude of a power of ten. Go's only limit is the time that the computation takes.
const MAX_POWER: u32 = 78_000;

impl<'t> Decimal<'t> {
    /// Parses a sign, digits with an optional point, and an exponent. At least one digit is
    /// required.
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

    /// Returns the exact product with `dividend / divisor`, or `None` if the exponent is too large.
    pub(super) fn times(&self, dividend: u64, divisor: u64) -> Option<Fraction> {
        let digits = Integer::from_digits(self.whole.bytes().chain(self.fraction.bytes()))?;
        let digits = if self.negative { Integer::Small(0) - digits } else { digits };
        let shift = self.exponent.checked_sub(i32::try_from(self.fraction.len()).ok()?)?;
        let power = shift.unsigned_abs();
        if power > MAX_POWER {
            return None;
        }
        let scale = Integer::power_of_ten(power);
        let (dividend, divisor) =
            (digits * Integer::Small(dividend.into()), Integer::Small(divisor.into()));
        Some(if shift < 0 {
            Fraction { dividend, divisor: divisor * scale }
        } else {
            Fraction { dividend: dividend * scale, divisor }
        })
    }

    /// Returns the nearest 64-bit float, or `None` if the exponent is too large.
    pub(super) fn to_float(&self) -> Option<Float> {
        // An integer that fits is parsed as one only without a plus sign.
        let text = self.text.strip_prefix('+').unwrap_or(self.text);
        Float::from_number(&Number::from_text(text))
    }
}

impl Fraction {
    /// Returns the value as an integer if it is one. Otherwise, returns a decimal with `places`
    /// digits after the point, with halves rounded away from zero.
    pub(super) fn to_number<'a>(&self, arena: &'a Arena, places: u32) -> Option<Number<'a>> {
        let (whole, rest) = self.dividend.clone().divide(self.divisor.clone())?;
        if rest.compare_with_zero() == Ordering::Equal {
            return Some(Number::from_integer(arena, &whole));
        }
        Some(Number::from_text(self.to_fixed(arena, places)?))
    }

    fn to_fixed<'a>(&self, arena: &'a Arena, places: u32) -> Option<&'a str> {
        let (two, divisor) = (|| Integer::from(2), || self.divisor.clone());
        let scaled = self.dividend.clone().abs() * Integer::power_of_ten(places);
        let (rounded, _) = (scaled * two() + divisor()).divide(divisor() * two())?;
        let places = usize::try_from(places).ok()?;
        let digits = arena.format(format_args!("{rounded:0>width$}", width = places + 1));
        let (whole, fraction) = digits.split_at_checked(digits.len() - places)?;
        let sign = if self.dividend.compare_with_zero().is_lt() { "-" } else { "" };
        Some(arena.format(format_args!("{sign}{whole}.{fraction}")))
    }
}

/// Returns the product of a short decimal number and `dividend ÷ 2^shift`, equal to the result of
/// [`Fraction::to_number`] with [`PLACES`]. Returns `None` if the text is not a short decimal
/// number, if it has a fraction and `shift` is not 0, or if 128 bits do not suffice.
pub(super) fn short_product<'a>(
    arena: &'a Arena,
    text: &str,
    dividend: u64,
    shift: u32,
) -> Option<Number<'a>> {
    let short = Short::parse(text)?;
    let product = u128::from(short.digits) * u128::from(dividend);
    let (whole, rest) = match (short.places, shift) {
        (_, 0) => divide(product, short.divisor()),
        (0, shift) => (product >> shift, product & ((1 << shift) - 1)),
        _ => return None,
    };
    if rest == 0 {
        let whole = i128::try_from(whole).ok()?;
        return Some(Number::from_i128(arena, if short.negative { -whole } else { whole }));
    }
    // Ten is even, and so is the divisor, half of which is added for rounding.
    let scaled = product.checked_mul(UNIT.into())?;
    let rounded = match shift {
        0 => divide(scaled.checked_add((short.divisor() / 2).into())?, short.divisor()).0,
        shift => scaled.checked_add(1 << (shift - 1))? >> shift,
    };
    let (whole, behind) = divide(rounded, UNIT);
    let mut text = Backwards::new();
    text.last_digits(u64::try_from(behind).ok()?, PLACES as usize);
    text.byte(b'.');
    text.long_digits(whole);
    if short.negative {
        text.byte(b'-');
    }
    Some(Number::from_fraction(arena.string(text.as_str())))
}

/// Returns a small number of thousandths like [`short_product`]. The number is so small that the
/// difference of the factor from a thousandth does not show in [`PLACES`]. Returns `None` for zero
/// and for any other text.
pub(super) fn few_thousandths<'a>(arena: &'a Arena, text: &str) -> Option<Number<'a>> {
    let short = Short::parse(text).filter(|short| short.places == 0)?;
    if !(1..10_000).contains(&short.digits) {
        return None;
    }
    let digit = |number: u64| char::from(b'0' + u8::try_from(number % 10).unwrap_or_default());
    let mut text = arena.text_with_capacity(LONGEST.len());
    if short.negative {
        text.push('-');
    }
    text.push(digit(short.digits / 1_000));
    text.push('.');
    for power in [100, 10, 1] {
        text.push(digit(short.digits / power));
    }
    text.push_str("0000000");
    Some(Number::from_fraction(text.into_bump_str()))
}

/// A text with the maximum length of the result of [`few_thousandths`].
const LONGEST: &str = "-0.0010000000";

/// The number of digits after the point of a number that is not an integer.
pub(super) const PLACES: u32 = 10;
/// `10^PLACES`
const UNIT: u64 = 10_u64.pow(PLACES);

/// Returns the quotient and the remainder, computed in 64 bits if they suffice.
fn divide(dividend: u128, divisor: u64) -> (u128, u128) {
    if let Ok(dividend) = u64::try_from(dividend) {
        return ((dividend / divisor).into(), (dividend % divisor).into());
    }
    let divisor = u128::from(divisor);
    (dividend / divisor, dividend % divisor)
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::*;

    /// Returns the product of `digits × 10^exponent` and a fraction, computed with big integers.
    fn expected(digits: &str, exponent: i32, dividend: u64, divisor: u64) -> String {
        let power = BigInt::from(10).pow(exponent.unsigned_abs());
        let digits = digits.parse::<BigInt>().expect("digits") * dividend;
        let (dividend, divisor) = match exponent {
            0.. => (digits * power, divisor.into()),
            _ => (digits, power * divisor),
        };
        if &dividend % &divisor == BigInt::ZERO {
            return (dividend / divisor).to_string();
        }
        let scaled = dividend.magnitude() * BigInt::from(10_u64.pow(10)).magnitude();
        let rounded = (scaled * 2_u32 + divisor.magnitude()) / (divisor.magnitude() * 2_u32);
        let text = format!("{:0>11}", rounded.to_string());
        let (whole, fraction) = text.split_at(text.len() - 10);
        let sign = if dividend < BigInt::ZERO { "-" } else { "" };
        format!("{sign}{whole}.{fraction}")
    }

    #[test]
    fn all_few_thousandths_are_products() {
        let mut arena = Arena::new();
        for thousandths in 1..10_000 {
            arena.reset();
            let text = format!("{thousandths}");
            let number = few_thousandths(&arena, &text).expect("few");
            let product = short_product(&arena, &text, 0x0010_624d_d2f1_a9fc, 62).expect("short");
            assert_eq!(number.as_text(), product.as_text());
        }
    }

    proptest! {
        #[test]
        fn products_are_those_of_numbers_of_any_size(
            digits in "-?[0-9]{1,24}", exponent in -30..30_i32,
            factor in prop_oneof![
                Just((1, 1)), Just((1 << 60, 1)), Just((1_000_000, 1)),
                Just((0x0010_624d_d2f1_a9fc, 1 << 62)),
            ],
        ) {
            let arena = Arena::new();
            let text = format!("{digits}e{exponent}");
            let product = Decimal::parse(&text).and_then(|it| it.times(factor.0, factor.1));
            let number = product.and_then(|product| product.to_number(&arena, 10));
            let number = number.expect("in range").to_string();
            prop_assert_eq!(number, expected(&digits, exponent, factor.0, factor.1));
        }

        #[test]
        fn short_products_are_those_of_others(
            text in "-?[0-9]{0,12}[.]?[0-9]{0,11}",
            factor in prop_oneof![
                Just((1_u64, 0_u32)), Just((1 << 30, 0)), Just((1_000_000, 0)),
                Just((0x0010_624d_d2f1_a9fc, 62)),
            ],
        ) {
            let arena = Arena::new();
            let decimal = Decimal::parse(&text);
            let product = decimal.and_then(|it| it.times(factor.0, 1 << factor.1));
            let expected = product.and_then(|it| it.to_number(&arena, PLACES));
            let expected = expected.map(|number| number.to_string());
            let short = short_product(&arena, &text, factor.0, factor.1);
            let short = short.map(|number| number.to_string());
            prop_assert_eq!(short.or_else(|| expected.clone()), expected);
        }

        #[test]
        fn few_thousandths_are_products(text in "-?[0-9]{0,6}|[0-9]{1,3}[.][0-9]{0,2}|[+]1|1e3") {
            let arena = Arena::new();
            if let Some(number) = few_thousandths(&arena, &text) {
                let product = Decimal::parse(&text)
                    .and_then(|it| it.times(0x0010_624d_d2f1_a9fc, 1 << 62))
                    .and_then(|it| it.to_number(&arena, PLACES));
                prop_assert_eq!(Some(number.to_string()), product.map(|it| it.to_string()));
            }
        }
    }
}
