//! The resolution of scalars to values (`go-yaml`, `resolve.go`), and their conversion to JSON.

use std::borrow::Cow;

use super::error::YamlError;
use super::syntax::ScalarStyle;
use super::timestamp;
use crate::arena::Arena;
use crate::builtins::encoding::base64_bytes;
use crate::builtins::sprintf::general_float;
use crate::number::Number;
use crate::value::Value;

/// The rules by which scalars are resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Schema {
    /// The rules by which Kubernetes reads files (`sigs.k8s.io/yaml`, based on `go-yaml` 2): `yes`
    /// and `on` are booleans, and a merge overwrites the keys before it.
    #[default]
    Kubernetes,
    /// The rules by which OPA's builtins read text (`internal/yaml`, based on `go-yaml` 3): `yes`
    /// is a string, and a merge overwrites nothing.
    Opa,
    /// The rules by which `gator verify` reads suites (`go-yaml` 3): like OPA's, but dates are
    /// timestamps.
    Gator,
}

/// The value of a scalar.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'t> {
    /// The empty scalar, `~`, or `null`.
    Null,
    /// `true` or `false`, and in Kubernetes' schema the other names of YAML 1.1.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer above the largest `int64`.
    Unsigned(u64),
    /// Any other number, including infinities and NaN.
    Float(f64),
    /// Anything else.
    Text(Cow<'t, str>),
    /// A point in time in the format of JSON. As a key, it is an error.
    Timestamp(String),
}

impl Scalar<'_> {
    /// Returns the value as JSON represents it: 64-bit integers by their digits, other numbers as
    /// Go writes the nearest `float64`.
    ///
    /// # Errors
    /// Returns an error for a number that JSON cannot represent: an infinity or NaN.
    pub fn value<'a>(&self, arena: &'a Arena) -> Result<Value<'a>, YamlError> {
        Ok(match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Int(number) => Value::int(*number),
            Self::Unsigned(number) => {
                Value::Number(Number::from_text(arena.format(format_args!("{number}"))))
            }
            Self::Float(number) => Value::Number(Number::from_text(json_float(arena, *number)?)),
            Self::Text(text) => Value::String(arena.string(text)),
            Self::Timestamp(text) => Value::String(arena.string(text)),
        })
    }

    /// Returns the text of the scalar as a key, or `None` if it cannot be one.
    pub fn key<'a>(&self, arena: &'a Arena, schema: Schema) -> Option<&'a str> {
        match self {
            Self::Unsigned(number) if schema != Schema::Kubernetes => {
                Some(arena.format(format_args!("{number}")))
            }
            Self::Null | Self::Unsigned(_) | Self::Timestamp(_) => None,
            Self::Bool(truth) => Some(if *truth { "true" } else { "false" }),
            Self::Int(number) => Some(arena.format(format_args!("{number}"))),
            Self::Float(number) => Some(float_key(arena, *number)),
            Self::Text(text) => Some(arena.string(text)),
        }
    }

    /// Returns the name of the scalar's type in tags.
    fn tag(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::Unsigned(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "str",
            Self::Timestamp(_) => "timestamp",
        }
    }
}

/// Formats a float like Go's JSON encoder.
fn json_float(arena: &Arena, number: f64) -> Result<&str, YamlError> {
    if !number.is_finite() {
        let name = if number.is_nan() { "NaN" } else { "+Inf" };
        let name = if number < 0.0 { "-Inf" } else { name };
        return Err(YamlError::at(0..0, format!("json: unsupported value: {name}")));
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

/// Formats a float as a key, for which Go's library converts it to 32 bits.
fn float_key(arena: &Arena, number: f64) -> &str {
    #[expect(clippy::cast_possible_truncation, reason = "the library rounds as well")]
    let short = number as f32;
    if short.is_nan() {
        return ".nan";
    }
    if short.is_infinite() {
        return if short > 0.0 { ".inf" } else { "-.inf" };
    }
    let short = format!("{short}").parse().unwrap_or(number);
    arena.string(&general_float(arena, short))
}

const CORE: &str = "tag:yaml.org,2002:";

/// Returns the value of the scalar `text`, which is written in the notation `style` with the tag
/// `tag`.
///
/// # Errors
/// Returns an error for a text that the tag does not allow, such as `!!int x`.
pub fn resolve<'t>(
    text: &'t str,
    style: ScalarStyle,
    tag: Option<&str>,
    schema: Schema,
) -> Result<Scalar<'t>, YamlError> {
    let untagged = match tag {
        None => true,
        // Version 2 treats the tag `!` as a distinct type.
        Some("!") => schema != Schema::Kubernetes,
        Some(_) => false,
    };
    if untagged {
        if style != ScalarStyle::Plain {
            return Ok(Scalar::Text(text.into()));
        }
        let is_timestamp =
            schema == Schema::Gator && text.starts_with(|c: char| c.is_ascii_digit());
        if let Some(time) = timestamp::parse(text).filter(|_| is_timestamp) {
            return Ok(Scalar::Timestamp(time));
        }
        return Ok(plain(text, schema));
    }
    let tag = tag.unwrap_or_default();
    let core = tag.strip_prefix(CORE).or_else(|| {
        // Version 3 resolves the short form even in a verbatim tag.
        tag.strip_prefix("!!").filter(|_| schema != Schema::Kubernetes)
    });
    match core {
        Some("binary") => binary(text),
        Some(core @ ("bool" | "int" | "float" | "null" | "timestamp")) => {
            tagged(text, core, schema)
        }
        _ => Ok(Scalar::Text(text.into())),
    }
}

fn binary(text: &str) -> Result<Scalar<'_>, YamlError> {
    let Some(bytes) = base64_bytes(text) else {
        return Err(YamlError::at(0..0, "!!binary value contains invalid base64 data"));
    };
    // Go's JSON encoder replaces invalid UTF-8 too.
    let mut content = String::new();
    for chunk in bytes.utf8_chunks() {
        content.push_str(chunk.valid());
        content.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Ok(Scalar::Text(content.into()))
}

fn tagged<'t>(text: &'t str, tag: &str, schema: Schema) -> Result<Scalar<'t>, YamlError> {
    let found = match (tag, timestamp::parse(text)) {
        ("timestamp", Some(_)) if schema == Schema::Kubernetes => {
            return Ok(Scalar::Text(text.into()));
        }
        ("timestamp", Some(time)) => Scalar::Timestamp(time),
        _ => plain(text, schema),
    };
    match (tag, found) {
        #[expect(clippy::cast_precision_loss, reason = "the library rounds as well")]
        ("float", Scalar::Int(number)) => Ok(Scalar::Float(number as f64)),
        (tag, found) if found.tag() == tag => Ok(found),
        (tag, found) => {
            let found = if text == "<<" { "merge" } else { found.tag() };
            let message = format!("cannot decode !!{found} `{text}` as a !!{tag}");
            Err(YamlError::at(0..0, message))
        }
    }
}

/// Returns the value of a scalar without quotes and tag.
pub fn plain(text: &str, schema: Schema) -> Scalar<'_> {
    let of_1_1 = schema == Schema::Kubernetes;
    // Most scalars are words whose first letter rules out every other type.
    let may_differ = |first: &u8| b"yYnNtTfFoO~+-.".contains(first) || first.is_ascii_digit();
    if text.as_bytes().first().is_some_and(|first| !may_differ(first)) {
        return Scalar::Text(text.into());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" if of_1_1 => Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" if of_1_1 => Scalar::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ if text.starts_with(|first: char| matches!(first, '+' | '-' | '.' | '0'..='9')) => {
            number(text).unwrap_or(Scalar::Text(text.into()))
        }
        _ => Scalar::Text(text.into()),
    }
}

fn number(text: &str) -> Option<Scalar<'static>> {
    if text.starts_with('.') {
        return float(text);
    }
    let plain: String = text.chars().filter(|&c| c != '_').collect();
    integer(&plain).or_else(|| float(&plain)).or_else(|| signed_digits(&plain))
}

/// Parses an integer like Go's `ParseInt` with base 0: `0x`, `0o`, `0b`, and a leading zero for
/// octal.
fn integer(text: &str) -> Option<Scalar<'static>> {
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
        // Go's `ParseUint` accepts no sign.
        Err(_) => (!text.starts_with(['-', '+'])).then_some(Scalar::Unsigned(magnitude)),
    }
}

/// Parses binary and octal digits with a sign after the prefix, as in `0b-1`. `go-yaml` removes the
/// prefix and parses the rest as an integer.
fn signed_digits(text: &str) -> Option<Scalar<'static>> {
    let (digits, radix) = match text.split_at_checked(2)? {
        ("0b", digits) => (digits, 2),
        ("0o", digits) => (digits, 8),
        _ => return None,
    };
    i64::from_str_radix(digits, radix).ok().map(Scalar::Int)
}

/// Parses `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn float(text: &str) -> Option<Scalar<'static>> {
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

/// Returns `true` for a number in base 60 (`1:30`), which exists in YAML 1.1. `go-yaml` quotes such
/// a text, although it does not parse it as a number.
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
