//! `time.parse_duration_ns`: Go's `time.ParseDuration` with OPA's additional units `d`, `w` and
//! `y`.

use super::quote::Quoted;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

const SECOND: u64 = 1_000_000_000;
const HOUR: u64 = 3600 * SECOND;

/// Go's units in nanoseconds.
const UNITS: &[(&str, u64)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("h", HOUR),
];

/// OPA's units in hours. A day has 24 hours and a year has 365 days.
const EXTENDED_UNITS: &[(&str, f64)] = &[("d", 24.0), ("w", 168.0), ("y", 8760.0)];

/// The magnitude that no duration exceeds; only a negative duration reaches it.
const LIMIT: u64 = 1 << 63;

/// The reason why a text is not a duration.
enum Fault<'t> {
    Invalid,
    MissingUnit,
    UnknownUnit(&'t str),
}

/// Implements `time.parse_duration_ns(duration)`: the nanoseconds of a duration such as `1h30m` or
/// `-1.5h`.
pub fn parse_duration_ns<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let text = operand::string(env, operands, 1)?;
    let quoted = Quoted(text.as_bytes());
    match parse(text) {
        Ok(nanoseconds) => Ok(Some(Value::int(nanoseconds))),
        Err(Fault::Invalid) => Err(env.fail(format_args!("time: invalid duration {quoted}"))),
        Err(Fault::MissingUnit) => {
            Err(env.fail(format_args!("time: missing unit in duration {quoted}")))
        }
        Err(Fault::UnknownUnit(unit)) => {
            let unit = Quoted(unit.as_bytes());
            Err(env.fail(format_args!("time: unknown unit {unit} in duration {quoted}")))
        }
    }
}

fn parse(text: &str) -> Result<i64, Fault<'_>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned == "0" {
        return Ok(0);
    }
    // OPA's parser of durations with its own units accepts only one of the two letters for micro.
    if unsigned.is_empty() || unsigned.contains(['d', 'w', 'y']) && unsigned.contains('\u{3bc}') {
        return Err(Fault::Invalid);
    }
    let mut total: u64 = 0;
    let mut rest = unsigned;
    while !rest.is_empty() {
        let (part, after) = segment(rest)?;
        total = total.checked_add(part).filter(|total| *total <= LIMIT).ok_or(Fault::Invalid)?;
        rest = after;
    }
    if text.starts_with('-') {
        return Ok(0_i64.wrapping_sub_unsigned(total));
    }
    i64::try_from(total).map_err(|_| Fault::Invalid)
}

/// Returns the nanoseconds of the first number and unit, and the text after them.
fn segment(text: &str) -> Result<(u64, &str), Fault<'_>> {
    let (whole, rest) = split(text, |byte| byte.is_ascii_digit());
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => split(rest, |byte| byte.is_ascii_digit()),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(Fault::Invalid);
    }
    // The value is at most 2^63 nanoseconds, for the smallest negative duration.
    let number = if whole.is_empty() { Ok(0) } else { whole.parse::<u64>() };
    let number = number.ok().filter(|number| *number <= LIMIT).ok_or(Fault::Invalid)?;
    let (unit, rest) = split(rest, |byte| byte != b'.' && !byte.is_ascii_digit());
    if unit.is_empty() {
        return Err(Fault::MissingUnit);
    }
    if let Some((_, hours)) = EXTENDED_UNITS.iter().find(|(name, _)| *name == unit) {
        let number = format!("{whole}.{fraction}").parse::<f64>().map_err(|_| Fault::Invalid)?;
        // OPA rewrites the part in hours, in the fewest digits that identify the double.
        let rewritten = format!("{}h", number * hours);
        return segment(&rewritten).map(|(part, _)| (part, rest)).map_err(|_| Fault::Invalid);
    }
    let Some((_, scale)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(Fault::UnknownUnit(unit));
    };
    let whole = number.checked_mul(*scale).filter(|whole| *whole <= LIMIT);
    let sum = whole.and_then(|whole| whole.checked_add(fraction_of(fraction, *scale)));
    Ok((sum.filter(|sum| *sum <= LIMIT).ok_or(Fault::Invalid)?, rest))
}

/// Returns `0.<digits>` of a unit, computed in Go's floating-point arithmetic. Digits that do not
/// fit into 63 bits are dropped.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "Go rounds this way, and the answers must agree"
)]
fn fraction_of(digits: &str, unit: u64) -> u64 {
    let (mut value, mut scale) = (0_u64, 1.0_f64);
    for digit in digits.bytes() {
        if value > (LIMIT - 1) / 10 {
            break;
        }
        let longer = value * 10 + u64::from(digit - b'0');
        if longer > LIMIT {
            break;
        }
        value = longer;
        scale *= 10.0;
    }
    (value as f64 * (unit as f64 / scale)) as u64
}

/// Splits before the first byte that `accept` rejects. The bytes at which it splits must be ASCII,
/// so that the split is between characters.
fn split(text: &str, accept: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|byte| !accept(byte)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    fn answer(text: &str) -> Result<i64, String> {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let value = parse_duration_ns(&env, &[Value::String(env.arena.string(text))]);
        match value.map_err(|error| error.message.to_owned())? {
            Some(Value::Number(number)) => Ok(number.as_i64().expect("an integer")),
            other => panic!("no number: {other:?}"),
        }
    }

    #[test]
    fn durations() {
        for (text, nanoseconds) in [
            ("0", 0),
            ("-0", 0),
            ("1h30m", 5_400_000_000_000),
            ("-1.5h", -5_400_000_000_000),
            (".5s", 500_000_000),
            ("1.s", 1_000_000_000),
            ("1us2\u{b5}s3\u{3bc}s", 6_000),
            ("1d", 86_400_000_000_000),
            ("1w", 604_800_000_000_000),
            ("1y", 31_536_000_000_000_000),
            ("9223372036854775807ns", i64::MAX),
            ("-9223372036854775808ns", i64::MIN),
            ("0.3333333333333333333h", 1_200_000_000_000),
        ] {
            assert_eq!(answer(text), Ok(nanoseconds), "{text}");
        }
    }

    #[test]
    fn faults() {
        for (text, message) in [
            ("", r#"time: invalid duration """#),
            ("-", r#"time: invalid duration "-""#),
            (".s", r#"time: invalid duration ".s""#),
            ("3", r#"time: missing unit in duration "3""#),
            ("1x", r#"time: unknown unit "x" in duration "1x""#),
            ("1 s\"é", r#"time: unknown unit " s\"\xc3\xa9" in duration "1 s\"\xc3\xa9""#),
            ("9223372036854775808ns", r#"time: invalid duration "9223372036854775808ns""#),
            ("99999999999999999999h", r#"time: invalid duration "99999999999999999999h""#),
        ] {
            assert_eq!(answer(text), Err(message.to_owned()), "{text}");
        }
    }
}
