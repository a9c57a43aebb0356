//! Numbers in schemas, and the texts with which errors show values.

use num_bigint::{BigInt, Sign};

use crate::collections::ObjectBuilder;
use crate::env::Env;
use crate::json::{self, Escape};
use crate::number::Number;
use crate::value::Value;

/// The maximum magnitude of an exponent for which multiples are computed. Numbers of the runtime have
/// at most 262,144 bits, so that only fractions have larger exponents.
const MAX_EXPONENT: i64 = 80_000;

/// Returns `true` if a number is an integer, regardless of its notation.
pub(super) fn is_integer(number: &Number<'_>) -> bool {
    !matches!(number.to_integer(), Ok(None))
}

/// Returns `true` if `number` is an exact multiple of `divisor`.
pub(super) fn is_multiple(number: &Number<'_>, divisor: &Number<'_>) -> bool {
    let parts = exact(number).zip(exact(divisor));
    let Some(((number, exponent), (divisor, divisor_exponent))) = parts else {
        return false;
    };
    let Ok(difference) = u32::try_from((exponent - divisor_exponent).unsigned_abs()) else {
        return false;
    };
    let scale = BigInt::from(10).pow(difference);
    let remainder = if exponent >= divisor_exponent {
        (number * scale) % divisor
    } else {
        number % (divisor * scale)
    };
    remainder == BigInt::ZERO
}

/// Returns the number as an integer and a power of ten by which it is multiplied.
fn exact(number: &Number<'_>) -> Option<(BigInt, i64)> {
    if let Some(integer) = number.as_i64() {
        return Some((integer.into(), 0));
    }
    let text = number.as_text()?;
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}").parse().ok()?;
    let exponent = exponent.parse::<i64>().ok()?.checked_sub_unsigned(fraction.len() as u64)?;
    (exponent.abs() <= MAX_EXPONENT).then_some((digits, exponent))
}

/// Formats a bound for an error, as Go's `%v` prints a `big.Float` (`SetRat`): with all significant
/// digits, and with an exponent below -4 and from 6 on.
///
/// Go prints the fewest digits that denote the float. These are all digits of a number, except for
/// some fractions of more than 18 digits, of which Go leaves out the last.
pub(super) fn bound(number: &Number<'_>) -> String {
    const FIXED: core::ops::Range<i64> = -4..6;
    let Some((integer, power)) = exact(number) else { return number.to_string() };
    let digits = integer.magnitude().to_string();
    let exponent = power.saturating_add_unsigned(digits.len() as u64 - 1);
    let significant = match digits.trim_end_matches('0') {
        "" => return "0".to_owned(),
        significant => significant,
    };
    let sign = if integer.sign() == Sign::Minus { "-" } else { "" };
    let (first, rest) = significant.split_at(1);
    if !FIXED.contains(&exponent) {
        let point = if rest.is_empty() { "" } else { "." };
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}e{exponent_sign}{:02}", exponent.unsigned_abs());
    }
    let whole = usize::try_from(exponent + 1).unwrap_or_default();
    if whole == 0 {
        let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or_default());
        return format!("{sign}0.{zeros}{significant}");
    }
    match significant.split_at_checked(whole) {
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{significant}{}", "0".repeat(whole - significant.len())),
    }
}

/// Returns a value as JSON with its numbers as 64-bit floats, so that equal values have equal
/// texts.
pub(super) fn canonical<'a>(env: &Env<'a>, value: &Value<'a>) -> String {
    json::to_string(&with_floats(env, value), Escape::Html)
}

fn with_floats<'a>(env: &Env<'a>, value: &Value<'a>) -> Value<'a> {
    match value {
        Value::Number(number) => {
            Value::Number(Number::from_text(env.arena.string(&float(number.to_f64()))))
        }
        Value::Array(items) => {
            Value::Array(env.arena.slice_with(items.len(), |index| with_floats(env, &items[index])))
        }
        Value::Object(object) => {
            let mut floats = ObjectBuilder::new(env.arena);
            for (key, value) in object.pairs() {
                floats.insert(*key, with_floats(env, value));
            }
            floats.finish()
        }
        other => *other,
    }
}

/// Formats a `float64` like Go's `encoding/json`.
fn float(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-6..1e21).contains(&magnitude) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{mantissa}e{sign}{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn multiples_are_exact() {
        let multiple =
            |number, divisor| is_multiple(&Number::from_text(number), &Number::from_text(divisor));
        assert!(multiple("0.3", "0.1"));
        assert!(multiple("4.5", "1.5"));
        assert!(multiple("1e3", "1"));
        assert!(!multiple("0.35", "0.1"));
        assert!(!multiple("7", "2"));
        assert!(!multiple("1", "1e-99999999"));
    }

    #[test]
    fn texts() {
        let bound = |text| bound(&Number::from_text(text));
        assert_eq!(bound("5"), "5");
        assert_eq!(bound("100"), "100");
        assert_eq!(bound("0.1"), "0.1");
        assert_eq!(bound("-1250"), "-1250");
        assert_eq!(bound("0.00012"), "0.00012");
        assert_eq!(bound("0.00001"), "1e-05");
        assert_eq!(bound("100000"), "100000");
        assert_eq!(bound("99999.5"), "99999.5");
        assert_eq!(bound("1e6"), "1e+06");
        assert_eq!(bound("12345678901"), "1.2345678901e+10");
        assert_eq!(bound("12345678901234567890"), "1.234567890123456789e+19");
        assert_eq!(bound("0.0"), "0");
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let array = [Value::Number(Number::from_text("1.0")), Value::String("<\n>")];
        assert_eq!(canonical(&env, &arena.array(&array)), r#"[1,"\u003c\n\u003e"]"#);
    }
}
