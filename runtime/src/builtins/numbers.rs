//! Ranges of integers (`topdown/numbers.go`).

use num_bigint::{BigInt, Sign};

use super::operand;
use super::row::{Builtin, row};
use crate::budget::CHUNK;
use crate::env::Env;
use crate::error::{BuiltinError, BuiltinResult, ErrorCode};
use crate::number::Number;
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(numbers::range, "numbers.range", "(number, number) => array[number]"),
    row!(numbers::range_step, "numbers.range_step", "(number, number, number) => array[number]"),
];

/// The maximum number of elements, which exceeds any reasonable use. OPA stops only when memory or
/// time runs out.
const MAX_LENGTH: usize = 10_000_000;

/// Implements `numbers.range(a, b)`.
pub fn range<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    if let (Some(from), Some(to)) = (small(operands, 1), small(operands, 2)) {
        return small_range(env, from, to, 1);
    }
    let from = operand::big_integer(env, operands, 1)?;
    let to = operand::big_integer(env, operands, 2)?;
    big_range(env, from, &to, BigInt::from(1))
}

/// Implements `numbers.range_step(a, b, step)`.
pub fn range_step<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let from = operand::big_integer(env, operands, 1)?;
    let to = operand::big_integer(env, operands, 2)?;
    let step = operand::big_integer(env, operands, 3)?;
    if step.sign() != Sign::Plus {
        return Err(env.fail(format_args!("numbers.range_step: step must be a positive integer")));
    }
    match (i64::try_from(&from), i64::try_from(&to), u64::try_from(&step)) {
        (Ok(from), Ok(to), Ok(step)) => small_range(env, from, to, step),
        _ => big_range(env, from, &to, step),
    }
}

fn small(operands: &[Value<'_>], position: usize) -> Option<i64> {
    match operand::at(operands, position) {
        Value::Number(number) => number.as_int(),
        _ => None,
    }
}

fn small_range<'a>(env: &Env<'a>, from: i64, to: i64, step: u64) -> BuiltinResult<'a> {
    let steps = from.abs_diff(to) / step;
    let length = usize::try_from(steps).ok().filter(|steps| *steps < MAX_LENGTH);
    let length = length.ok_or_else(too_long)? + 1;
    env.charge(length)?;
    let items = env.arena.slice_with(length, |index| {
        if index > 0 && index.is_multiple_of(CHUNK) && env.arena.look().is_err() {
            return Value::Null;
        }
        let distance = step.wrapping_mul(index as u64);
        let number = if from <= to {
            from.checked_add_unsigned(distance)
        } else {
            from.checked_sub_unsigned(distance)
        };
        Value::int(number.unwrap_or(to))
    });
    Ok(Some(Value::Array(items)))
}

fn big_range<'a>(env: &Env<'a>, from: BigInt, to: &BigInt, step: BigInt) -> BuiltinResult<'a> {
    let ascending = from <= *to;
    let step = if ascending { step } else { -step };
    let mut items = env.arena.vec();
    let mut next = from;
    while if ascending { next <= *to } else { next >= *to } {
        if items.len() == MAX_LENGTH {
            return Err(too_long());
        }
        env.charge(1 + steps_of(&next))?;
        items.push(Value::Number(Number::from_big(env.arena, &next)));
        next += &step;
    }
    Ok(Some(Value::Array(items.into_bump_slice())))
}

/// Returns the steps that writing a number takes, which grow with the square of its length.
fn steps_of(number: &BigInt) -> usize {
    usize::try_from(number.bits()).map_or(usize::MAX, |bits| (bits / 256).saturating_pow(2))
}

fn too_long<'a>() -> BuiltinError<'a> {
    BuiltinError {
        code: ErrorCode::Internal,
        message: "expected a range of at most 10000000 numbers, found a longer one",
    }
}
