//! Quotients of integers that are fractions of few digits, such as `2250 / 1000 = 2.25`.
//!
//! Such a fraction is the shortest text of the float nearest to it. Fractions of up to 18 digits
//! lie further apart than floats of 64 bits, so that no other one, and no shorter one, is as near.

use super::Number;
use super::digits::Backwards;
use super::short::{FEW_DIGITS, POWERS_OF_TEN};
use crate::arena::Arena;

/// The least number that is written with an exponent unless it is an integer.
const LARGE: u64 = 1_000_000;
/// The reciprocal of the bound below which numbers are written with an exponent.
const TINY: u64 = 10_000;
/// The least number with more than [`FEW_DIGITS`] digits.
const MANY: u64 = POWERS_OF_TEN[FEW_DIGITS];

/// Returns `a / b` as the shortest text of its float, if it is a fraction of few digits that is
/// written without an exponent.
pub(super) fn short(a: i64, b: i64, arena: &Arena) -> Option<Number<'_>> {
    let divisor = b.unsigned_abs();
    if MANY.checked_rem(divisor)? != 0 {
        return None;
    }
    let power = *POWERS_OF_TEN.iter().find(|power| power.is_multiple_of(divisor))?;
    let digits = a.unsigned_abs().checked_mul(power / divisor)?;
    let (whole, mut rest) = (digits / power, digits % power);
    let is_plain = whole < LARGE && (whole > 0 || rest >= power.div_ceil(TINY));
    if rest == 0 || digits >= MANY || !is_plain {
        return None;
    }
    let mut places = usize::try_from(power.ilog10()).ok()?;
    while rest.is_multiple_of(10) {
        rest /= 10;
        places -= 1;
    }
    let mut text = Backwards::new();
    text.last_digits(rest, places);
    text.byte(b'.');
    text.digits(whole);
    if (a < 0) != (b < 0) {
        text.byte(b'-');
    }
    Some(Number::from_fraction(arena.string(text.as_str())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::number::float::{Float, PRECISION};

    fn divisor() -> impl Strategy<Value = i64> {
        let power = (0..30_u32, 0..19_u32);
        let short = power.prop_map(|(two, five)| {
            let five = 5_i64.checked_pow(five).unwrap_or(1);
            five.checked_shl(two).filter(|product| product >> two == five).unwrap_or(five)
        });
        prop_oneof![short, any::<i64>(), -100..100_i64]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn quotients_are_those_of_floats(
            a in any::<i64>(), narrow in 0..64_u32, divisor in divisor(), negative in any::<bool>(),
        ) {
            let arena = Arena::new();
            let (a, b) = (a >> narrow, if negative { divisor.saturating_neg() } else { divisor });
            let float = |integer| Float::from_number(&Number::from_i64(integer)).expect("small");
            let expected = float(a).over(float(b));
            let expected = expected.and_then(|float| float.to_number(&arena, PRECISION));
            let expected = expected.map(|number| number.to_string());
            if let Some(number) = short(a, b, &arena) {
                prop_assert_eq!(Some(number.to_string()), expected);
            }
        }
    }

    #[test]
    fn what_is_short_is_found() {
        let arena = Arena::new();
        let text = |a, b| short(a, b, &arena).map(|number| number.to_string());
        assert_eq!(text(2_250, 1_000).as_deref(), Some("2.25"));
        assert_eq!(text(-1, 8).as_deref(), Some("-0.125"));
        assert_eq!(text(1, -10_000).as_deref(), Some("-0.0001"));
        assert_eq!(text(1_999_999, 2).as_deref(), Some("999999.5"));
        for (a, b) in [(0, 5), (5, 0), (4, 2), (1, 3), (9, 100_000), (2_000_001, 2), (i64::MIN, -1)]
        {
            assert_eq!(text(a, b), None, "{a} / {b}");
        }
    }
}
