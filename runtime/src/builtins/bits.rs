//! Bitwise operations on integers (`topdown/bits.go`), in two's complement of unlimited width.

use num_bigint::{BigInt, Sign};

use super::operand::{self, Operand};
use super::row::{Builtin, row};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::number::{MAX_BITS, Number};
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(bits::or, "bits.or", "(number, number) => number"),
    row!(bits::and, "bits.and", "(number, number) => number"),
    row!(bits::negate, "bits.negate", "(number) => number"),
    row!(bits::xor, "bits.xor", "(number, number) => number"),
    row!(bits::lsh, "bits.lsh", "(number, number) => number"),
    row!(bits::rsh, "bits.rsh", "(number, number) => number"),
];

/// Implements `bits.or(x, y)`.
pub fn or<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    binary(env, operands, |a, b| a | b)
}

/// Implements `bits.and(x, y)`.
pub fn and<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    binary(env, operands, |a, b| a & b)
}

/// Implements `bits.xor(x, y)`.
pub fn xor<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    binary(env, operands, |a, b| a ^ b)
}

/// Implements `bits.negate(x)`.
pub fn negate<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let number = operand::big_integer(env, operands, 1)?;
    Ok(Some(value(env, &!number)))
}

/// Implements `bits.lsh(x, s)`.
pub fn lsh<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let number = operand::big_integer(env, operands, 1)?;
    let width = shift(env, operands)?.filter(|width| *width <= MAX_BITS);
    match width {
        Some(width) => Ok(Some(value(env, &(number << width)))),
        None if number.sign() == Sign::NoSign => Ok(Some(value(env, &number))),
        None => Err(operand::OUT_OF_RANGE),
    }
}

/// Implements `bits.rsh(x, s)`. Negative numbers shift toward -1.
pub fn rsh<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let number = operand::big_integer(env, operands, 1)?;
    // A shift by more than the width of the number leaves only the sign, as the widest shift does.
    let width = shift(env, operands)?.unwrap_or(u32::MAX);
    Ok(Some(value(env, &(number >> width))))
}

fn binary<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    operation: fn(BigInt, BigInt) -> BigInt,
) -> BuiltinResult<'a> {
    let a = operand::big_integer(env, operands, 1)?;
    let b = operand::big_integer(env, operands, 2)?;
    Ok(Some(value(env, &operation(a, b))))
}

/// Returns the width of a shift, of which OPA reads the low 64 bits. Returns `None` if the width
/// exceeds that of any number.
fn shift<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> Operand<'a, Option<u32>> {
    let width = operand::big_integer(env, operands, 2)?;
    if width.sign() == Sign::Minus {
        return Err(operand::invalid(
            env,
            2,
            format_args!("must be an unsigned integer number but got a negative integer"),
        ));
    }
    let low = width.iter_u64_digits().next().unwrap_or_default();
    Ok(u32::try_from(low).ok())
}

fn value<'a>(env: &Env<'a>, number: &BigInt) -> Value<'a> {
    Value::Number(Number::from_big(env.arena, number))
}
