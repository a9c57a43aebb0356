//! Conversions between types (`topdown/casts.go`).

use super::operand;
use super::row::{Builtin, row};
use crate::collections::SetBuilder;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult};
use crate::number::short::Short;
use crate::number::{self, Number, hexadecimal};
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(casts::to_number, "to_number", "(any<number, string, boolean, null>) => number", form: Value("to_number")),
    row!(casts::cast_array, "cast_array", "(any) => array[any]", deprecated: true),
    row!(casts::cast_set, "cast_set", "(any) => set[any]", deprecated: true),
    row!(casts::cast_string, "cast_string", "(any) => string", deprecated: true),
    row!(casts::cast_boolean, "cast_boolean", "(any) => boolean", deprecated: true),
    row!(casts::cast_null, "cast_null", "(any) => null", deprecated: true),
    row!(casts::cast_object, "cast_object", "(any) => object[any: any]", deprecated: true),
];

/// Implements `to_number(x)`. A string that Go's `strconv.ParseFloat` accepts becomes a number with
/// that text.
pub fn to_number<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let number = match operand::at(operands, 1) {
        Value::Null | Value::Bool(false) => Number::from_i64(0),
        Value::Bool(true) => Number::from_i64(1),
        Value::Number(number) => number,
        Value::String(_) => parse(env, operand::string(env, operands, 1)?)?,
        other => {
            return Err(env.operand(1, "one of {null, boolean, number, string}", &other));
        }
    };
    Ok(Some(Value::Number(number)))
}

/// Returns the number of a string of a few digits, or `value` itself if it is a number.
#[inline]
pub(crate) fn short_number<'a>(value: &Value<'a>) -> Option<Value<'a>> {
    match value {
        Value::String(text) => digits(text).map(Value::int),
        Value::Number(_) => Some(*value),
        _ => None,
    }
}

#[inline(never)]
fn digits(text: &str) -> Option<i64> {
    Number::from_digits(text)?.held()
}

fn parse<'a>(env: &Env<'a>, text: &'a str) -> Result<Number<'a>, BuiltinError<'a>> {
    if let Some(number) = Number::from_digits(text) {
        return Ok(number);
    }
    if Short::parse(text).is_some() {
        return Ok(Number::from_text(text));
    }
    let word = text.trim_start_matches(['+', '-']);
    if ["inf", "infinity", "nan"].iter().any(|name| word.eq_ignore_ascii_case(name)) {
        return Err(env.operand(1, "valid number string", &Value::String(text)));
    }
    let is_hexadecimal = hexadecimal::to_decimal(text).is_some();
    if !is_hexadecimal && !is_decimal_float(text) {
        let quoted = crate::text::quoted(text);
        return Err(env.fail(format_args!("strconv.ParseFloat: parsing {quoted}: invalid syntax")));
    }
    let number = Number::from_text(text);
    if number.to_f64().is_infinite() {
        let quoted = crate::text::quoted(text);
        return Err(
            env.fail(format_args!("strconv.ParseFloat: parsing {quoted}: value out of range"))
        );
    }
    if !is_hexadecimal && !number::is_in_range(text) {
        return Err(env.fail(format_args!("invalid number: number too big")));
    }
    Ok(number)
}

/// Returns `true` for Go's decimal floating-point literals with an optional sign: digits with a
/// point anywhere, an exponent, and `_` between digits.
fn is_decimal_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.map(|digits| digits.strip_prefix(['+', '-']).unwrap_or(digits));
    mantissa.bytes().any(|byte| byte.is_ascii_digit())
        && [whole, fraction].iter().all(|digits| digits.is_empty() || is_digits(digits))
        && exponent.is_none_or(is_digits)
}

/// Returns `true` for one digit or more with single `_` between them.
fn is_digits(text: &str) -> bool {
    text.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Implements `cast_array(x)` for an array or a set.
pub fn cast_array<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    operand::elements(env, operands, 1, "one of {array, set}")
        .map(|items| Some(Value::Array(items)))
}

/// Implements `cast_set(x)` for an array or a set.
pub fn cast_set<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let items = operand::elements(env, operands, 1, "one of {array, set}")?;
    let mut set = SetBuilder::with_capacity(env.arena, items.len());
    for item in items {
        set.insert(*item);
    }
    Ok(Some(set.finish()))
}

/// Implements `cast_string(x)` for a string.
pub fn cast_string<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    operand::string(env, operands, 1).map(|text| Some(Value::String(text)))
}

/// Implements `cast_boolean(x)` for a boolean.
pub fn cast_boolean<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    operand::boolean(env, operands, 1).map(|truth| Some(Value::Bool(truth)))
}

/// Implements `cast_null(x)` for null.
pub fn cast_null<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    match operand::at(operands, 1) {
        Value::Null => Ok(Some(Value::Null)),
        other => Err(env.operand(1, "null", &other)),
    }
}

/// Implements `cast_object(x)` for an object.
pub fn cast_object<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    operand::object(env, operands, 1).map(|object| Some(Value::Object(object)))
}
