//! Numbers as Gatekeeper passes them: through `float64` and Go's format `g`.

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Number, Value};

use super::{Numbers, invalid};
use crate::fault::{Fault, FieldPath};

/// The review with its numbers as `numbers` wants them.
pub(super) fn apply<'a>(
    arena: &'a Arena,
    review: Value<'a>,
    numbers: Numbers,
) -> Result<Value<'a>, Fault> {
    match numbers {
        Numbers::Exact => Ok(review),
        Numbers::Float64 => floats(arena, &review),
    }
}

fn floats<'a>(arena: &'a Arena, value: &Value<'a>) -> Result<Value<'a>, Fault> {
    match value {
        Value::Number(number) => float(arena, number).map(Value::Number),
        Value::Array(items) => {
            let mut converted = arena.vec_with_capacity(items.len());
            for item in *items {
                converted.push(floats(arena, item)?);
            }
            Ok(Value::Array(converted.into_bump_slice()))
        }
        Value::Object(object) => {
            let mut converted = ObjectBuilder::with_capacity(arena, object.len());
            for (key, value) in object.pairs() {
                converted.insert(*key, floats(arena, value)?);
            }
            Ok(converted.finish())
        }
        other => Ok(*other),
    }
}

/// Up to here an integer keeps its text.
const PLAIN: u64 = 1_000_000;

fn float<'a>(arena: &'a Arena, number: &Number<'a>) -> Result<Number<'a>, Fault> {
    if number.as_text().is_none() && number.as_i64().is_some_and(|n| n.unsigned_abs() < PLAIN) {
        return Ok(*number);
    }
    let double = number.to_f64();
    if double.is_finite() {
        return Ok(Number::from_text(arena.string(&go_g(double))));
    }
    let message = format!("the number {number} is too large for a double");
    Err(invalid(FieldPath::default(), message))
}

/// `strconv.FormatFloat(double, 'g', -1, 64)`
fn go_g(double: f64) -> String {
    // Both print the fewest digits that give the double again.
    let shortest = format!("{double:e}");
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return double.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_written_as_go_writes_them() {
        let written = [
            (0.0, "0"),
            (-0.0, "-0"),
            (100_000.0, "100000"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (12_345_678.5, "1.23456785e+07"),
            (1e21, "1e+21"),
            (1e100, "1e+100"),
            (2.5, "2.5"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (9_007_199_254_740_993.0, "9.007199254740992e+15"),
        ];
        for (double, text) in written {
            assert_eq!(go_g(double), text);
        }
    }
}
