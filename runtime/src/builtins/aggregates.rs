//! Builtins that compute one value from a collection (`topdown/aggregates.go`).

use super::arithmetic;
use super::operand::{self, Operand};
use super::row::{Builtin, row};
use crate::budget::searched;
use crate::collections;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::internal::short_str;
use crate::number::arithmetic::ArithmeticError;
use crate::number::float::{Float, PRECISION};
use crate::number::integer::Integer;
use crate::number::{MAX_BITS, Number};
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(aggregates::count, "count", "(any<set[any], array[any], object[any: any], string>) => number", reads: Keys, form: Value("count")),
    row!(aggregates::sum, "sum", "(any<set[number], array[number]>) => number", form: Value("sum")),
    row!(aggregates::product, "product", "(any<set[number], array[number]>) => number"),
    row!(aggregates::max, "max", "(any<set[any], array[any]>) => any", member: true, borrows: true, form: Value("max")),
    row!(aggregates::min, "min", "(any<set[any], array[any]>) => any", member: true, borrows: true, form: Value("min")),
    row!(aggregates::sort, "sort", "(any<array[any], set[any]>) => array[any]", builds: true, form: Value("sort")),
    row!(aggregates::all, "all", "(any<set[any], array[any]>) => boolean", deprecated: true, form: Holds("all")),
    row!(aggregates::any, "any", "(any<set[any], array[any]>) => boolean", deprecated: true, form: Holds("any")),
];

/// The precision of `big.NewFloat(1)`, with which OPA starts a product and which every factor
/// keeps.
const PRODUCT_PRECISION: u32 = 53;

/// Implements `count(x)`: the number of elements of a collection, or of code points of a string.
pub fn count<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let value = operand::at(operands, 1);
    let refused = || env.operand(1, "one of {array, object, set, string}", &value);
    counted(&value).map(Some).ok_or_else(refused)
}

/// Returns the number of elements or code points, or `None` if `value` is not a collection or
/// string.
#[inline]
pub(crate) fn counted<'a>(value: &Value<'a>) -> Option<Value<'a>> {
    let count = match value {
        Value::String(text) => short_str::characters(text),
        _ => value.len()?,
    };
    Some(Value::int(i64::try_from(count).unwrap_or(i64::MAX)))
}

/// Implements `sum(x)`.
pub fn sum<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let items = collection(env, operands)?;
    let small = items.iter().try_fold(0_i64, |sum, item| match item {
        Value::Number(number) => sum.checked_add(number.as_int()?),
        _ => None,
    });
    if let Some(sum) = small {
        return Ok(Some(Value::int(sum)));
    }
    accumulate(
        env,
        operands,
        &Accumulation {
            start: Integer::Small(0),
            exact: |sum, number| sum + number,
            rounded: |sum, number| sum.plus(number, PRECISION),
            precision: PRECISION,
        },
    )
}

/// Implements `product(x)`.
pub fn product<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    accumulate(
        env,
        operands,
        &Accumulation {
            start: Integer::Small(1),
            exact: |product, number| product * number,
            rounded: |product, number| product.times(number, PRODUCT_PRECISION),
            precision: PRODUCT_PRECISION,
        },
    )
}

/// Implements `max(x)`, which is undefined for an empty collection. Of equal elements of an array,
/// the last one is returned.
pub fn max<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(collection(env, operands)?.iter().max().copied())
}

/// Implements `min(x)`, which is undefined for an empty collection. Of equal elements of an array,
/// the last one is returned.
pub fn min<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    Ok(collection(env, operands)?.iter().rev().min().copied())
}

/// Implements `sort(x)`.
pub fn sort<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let items = collection(env, operands)?;
    Ok(Some(collections::sorted(env.arena, items)))
}

/// Implements `all(x)`, which is `true` if every element is `true`.
pub fn all<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    truth(env, operands, all_of)
}

/// Implements `any(x)`, which is `true` if some element is `true`.
pub fn any<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    truth(env, operands, any_of)
}

fn truth<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    of: fn(&Value<'a>) -> Option<bool>,
) -> BuiltinResult<'a> {
    let value = operand::at(operands, 1);
    let refused = || env.operand(1, "one of {array, set}", &value);
    of(&value).map(|truth| Some(Value::Bool(truth))).ok_or_else(refused)
}

/// Returns `Some(true)` if every element is `true`, or `None` if `value` is not an array or set.
#[inline]
pub(crate) fn all_of(value: &Value<'_>) -> Option<bool> {
    listed(value).map(|items| searched(items).all(is_true))
}

/// Returns `Some(true)` if some element is `true`, or `None` if `value` is not an array or set.
#[inline]
pub(crate) fn any_of(value: &Value<'_>) -> Option<bool> {
    listed(value).map(|items| searched(items).any(is_true))
}

fn listed<'a>(value: &Value<'a>) -> Option<&'a [Value<'a>]> {
    match value {
        Value::Array(items) => Some(items),
        Value::Set(set) => Some(set.members()),
        _ => None,
    }
}

fn is_true(item: &Value<'_>) -> bool {
    matches!(item, Value::Bool(true))
}

fn collection<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> Operand<'a, &'a [Value<'a>]> {
    operand::elements(env, operands, 1, "one of {set, array}")
}

/// The two ways to compute a sum or a product: with integers or with floats.
struct Accumulation {
    start: Integer,
    exact: fn(Integer, Integer) -> Integer,
    rounded: fn(Float, Float) -> Float,
    precision: u32,
}

/// Accumulates exactly if all elements are integers, and otherwise with floats from the start.
fn accumulate<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    accumulation: &Accumulation,
) -> BuiltinResult<'a> {
    let items = collection(env, operands)?;
    let mut numbers = env.arena.vec_with_capacity(items.len());
    for item in items {
        match item {
            Value::Number(number) => numbers.push(*number),
            other => {
                return Err(operand::element(env, 1, &operand::at(operands, 1), other, "number"));
            }
        }
    }
    let outcome = match accumulation.exactly(env, &numbers) {
        Ok(Some(result)) => Ok(result),
        Ok(None) => accumulation.rounded(env, &numbers).ok_or(ArithmeticError::OutOfRange),
        Err(error) => Err(error),
    };
    arithmetic::result(env, outcome)
}

impl Accumulation {
    /// Returns the exact result, or `None` if some element is not an integer.
    fn exactly<'a>(
        &self,
        env: &Env<'a>,
        numbers: &[Number<'_>],
    ) -> Result<Option<Number<'a>>, ArithmeticError> {
        let mut result = self.start.clone();
        for number in numbers {
            let Some(integer) = number.to_integer()? else { return Ok(None) };
            result = (self.exact)(result, integer);
            if result.bits() > MAX_BITS.into() {
                return Err(ArithmeticError::OutOfRange);
            }
        }
        Ok(Some(Number::from_integer(env.arena, &result)))
    }

    fn rounded<'a>(&self, env: &Env<'a>, numbers: &[Number<'_>]) -> Option<Number<'a>> {
        let mut result = Float::from_number(&Number::from_integer(env.arena, &self.start))?;
        for number in numbers {
            result = (self.rounded)(result, Float::from_number(number)?);
        }
        result.to_number(env.arena, self.precision)
    }
}
