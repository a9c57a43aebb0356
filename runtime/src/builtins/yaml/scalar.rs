//! What plain scalars mean (`go-yaml` 2, `resolve.go`), and what they are as JSON.

use super::read::YamlError;
use crate::arena::Arena;
use crate::builtins::sprintf::general_float;
use crate::number::Number;
use crate::value::Value;

/// A scalar's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'t> {
    /// Nothing, `~`, `null`.
    Null,
    /// `true`, `false` and the further names of YAML 1.1.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer above the largest `int64`.
    Unsigned(u64),
    /// Any other number, or one that is none.
    Float(f64),
    /// Anything else.
    Text(&'t str),
}

impl Scalar<'_> {
    /// The value as JSON has it: integers of 64 bits by their digits, other numbers as Go writes
    /// the nearest `float64`.
    ///
    /// # Errors
    /// A number that JSON does not have: infinite, or none.
    pub fn value<'a>(&self, arena: &'a Arena) -> Result<Value<'a>, YamlError> {
        Ok(match *self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(truth),
            Self::Int(number) => Value::int(number),
            Self::Unsigned(number) => {
                Value::Number(Number::from_text(arena.format(format_args!("{number}"))))
            }
            Self::Float(number) => Value::Number(Number::from_text(json_float(arena, number)?)),
            Self::Text(text) => Value::String(arena.string(text)),
        })
    }

    /// The text that the scalar is as a key; `None` for what cannot be one.
    pub fn key<'a>(&self, arena: &'a Arena) -> Option<&'a str> {
        match *self {
            Self::Null | Self::Unsigned(_) => None,
            Self::Bool(truth) => Some(if truth { "true" } else { "false" }),
            Self::Int(number) => Some(arena.format(format_args!("{number}"))),
            Self::Float(number) => Some(float_key(arena, number)),
            Self::Text(text) => Some(arena.string(text)),
        }
    }
}

/// A float as Go's JSON writes it.
fn json_float(arena: &Arena, number: f64) -> Result<&str, YamlError> {
    if !number.is_finite() {
        let name = if number.is_nan() { "NaN" } else { "+Inf" };
        let name = if number < 0.0 { "-Inf" } else { name };
        let message = format!("json: unsupported value: {name}");
        return Err(YamlError(format!("error converting YAML to JSON: {message}")));
    }
    let magnitude = number.abs();
    if magnitude == 0.0 || (1e-6..1e21).contains(&magnitude) {
        return Ok(arena.format(format_args!("{number}")));
    }
    let text = arena.format(format_args!("{number:e}"));
    Ok(match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => {
            arena.format(format_args!("{digits}e+{exponent}"))
        }
        _ => text,
    })
}

/// A float as a key, for which Go's library takes it as one of 32 bits.
fn float_key(arena: &Arena, number: f64) -> &str {
    #[expect(clippy::cast_possible_truncation, reason = "what the library does")]
    let short = number as f32;
    let short = format!("{short}").parse().unwrap_or(number);
    arena.string(&general_float(arena, short))
}

/// The value of a plain scalar.
pub fn resolve(text: &str) -> Scalar<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ if text.starts_with(|first: char| matches!(first, '+' | '-' | '.' | '0'..='9')) => {
            number(text).unwrap_or(Scalar::Text(text))
        }
        _ => Scalar::Text(text),
    }
}

fn number(text: &str) -> Option<Scalar<'_>> {
    if text.starts_with('.') {
        return float(text);
    }
    let plain: String = text.chars().filter(|&c| c != '_').collect();
    integer(&plain).or_else(|| {
        float(&plain).map(|float| match float {
            Scalar::Float(number) => Scalar::Float(number),
            _ => Scalar::Text(text),
        })
    })
}

/// An integer as Go's `ParseInt` with base 0 reads it: `0x`, `0o`, `0b`, and a leading zero for
/// octal.
fn integer<'t>(text: &str) -> Option<Scalar<'t>> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = if let Some(digits) = lower.strip_prefix("0x") {
        (16, digits)
    } else if let Some(digits) = lower.strip_prefix("0o") {
        (8, digits)
    } else if let Some(digits) = lower.strip_prefix("0b") {
        (2, digits)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (10, lower.as_str())
    };
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match i64::try_from(magnitude) {
        Ok(number) => Some(Scalar::Int(if negative { -number } else { number })),
        Err(_) if negative && magnitude == 1 << 63 => Some(Scalar::Int(i64::MIN)),
        // Go's `ParseUint` takes no sign.
        Err(_) => (!text.starts_with(['-', '+'])).then_some(Scalar::Unsigned(magnitude)),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn float<'t>(text: &str) -> Option<Scalar<'t>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            (mantissa, exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
        }
        None => (unsigned, "0"),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let some = !whole.is_empty() || !fraction.is_empty();
    let all = digits(whole) && digits(fraction) && digits(exponent) && !exponent.is_empty();
    let number: f64 = if some && all { text.parse().ok()? } else { return None };
    number.is_finite().then_some(Scalar::Float(number))
}

/// A number of base 60 (`1:30`), which YAML 1.1 has and `go-yaml` quotes though it does not read
/// it.
pub(super) fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.contains(':') || !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let (parts, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut parts = parts.split(':');
    let digits = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'_'));
    parts.next().is_some_and(digits)
        && digits(fraction)
        && parts.all(|part| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
}
