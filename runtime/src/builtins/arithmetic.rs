//! Arithmetic (`topdown/arithmetic.go`), including `-` as the difference of sets.

use super::operand;
use super::row::{Builtin, row};
use crate::arena::Arena;
use crate::collections;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::number::{ArithmeticError, Number, arithmetic};
use crate::value::Value;

pub(super) const ROWS: &[Builtin] = &[
    row!(arithmetic::plus, "plus", "(number, number) => number", infix: "+", form: Value("plus")),
    row!(arithmetic::minus, "minus", "(any<number, set[any]>, any<number, set[any]>) => any<number, set[any]>", infix: "-", form: Value("minus")),
    row!(arithmetic::mul, "mul", "(number, number) => number", infix: "*", form: Value("mul")),
    row!(arithmetic::div, "div", "(number, number) => number", infix: "/", form: Value("div")),
    row!(arithmetic::rem, "rem", "(number, number) => number", infix: "%", form: Value("rem")),
    row!(arithmetic::ceil, "ceil", "(number) => number", form: Value("ceil")),
    row!(arithmetic::floor, "floor", "(number) => number", form: Value("floor")),
    row!(arithmetic::round, "round", "(number) => number", form: Value("round")),
    row!(arithmetic::abs, "abs", "(number) => number", form: Value("abs")),
];

/// Implements `x + y`.
pub fn plus<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    match short_sum(operands) {
        None => binary(env, operands, arithmetic::add),
        sum => Ok(sum),
    }
}

/// Implements `x - y` for two numbers or two sets.
pub fn minus<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    match short_difference(operands) {
        None => general_minus(env, operands),
        difference => Ok(difference),
    }
}

fn general_minus<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    match (operand::at(operands, 1), operand::at(operands, 2)) {
        (Value::Number(_), Value::Number(_)) => binary(env, operands, arithmetic::subtract),
        (Value::Set(a), Value::Set(b)) => Ok(Some(collections::difference(env.arena, a, b))),
        (Value::Set(_), other @ Value::Number(_)) => Err(env.operand(2, "set", &other)),
        (Value::Number(_) | Value::Set(_), other) => Err(env.operand(2, "number", &other)),
        (other, _) => Err(env.operand(1, "one of {number, set}", &other)),
    }
}

/// Implements `x * y`.
pub fn mul<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    match short_product(operands) {
        None => binary(env, operands, arithmetic::multiply),
        product => Ok(product),
    }
}

/// Implements `x / y`.
pub fn div<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    match short_quotient(operands) {
        None => binary(env, operands, arithmetic::divide),
        quotient => Ok(quotient),
    }
}

/// Implements `x % y`.
pub fn rem<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    match short_remainder(operands) {
        None => binary(env, operands, arithmetic::remainder),
        remainder => Ok(remainder),
    }
}

/// Implements `ceil(x)`.
pub fn ceil<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    unary(env, operands, arithmetic::ceil)
}

/// Implements `floor(x)`.
pub fn floor<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    unary(env, operands, arithmetic::floor)
}

/// Implements `round(x)`.
pub fn round<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    unary(env, operands, arithmetic::round)
}

/// Implements `abs(x)`.
pub fn abs<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    unary(env, operands, arithmetic::absolute)
}

/// Applies `operation` to two 64-bit integers. Returns `None` if an operand is not held as a 64-bit
/// integer, or if the operation has no such result.
#[inline]
fn held<'a>(
    operands: &[Value<'a>],
    operation: impl Fn(i64, i64) -> Option<i64>,
) -> Option<Value<'a>> {
    match operands {
        [Value::Number(a), Value::Number(b)] => operation(a.held()?, b.held()?).map(Value::int),
        _ => None,
    }
}

/// Returns `x + y` if both operands and the sum are 64-bit integers.
#[inline]
pub(crate) fn short_sum<'a>(operands: &[Value<'a>]) -> Option<Value<'a>> {
    held(operands, i64::checked_add)
}

/// Returns `x - y` if both operands and the difference are 64-bit integers.
#[inline]
pub(crate) fn short_difference<'a>(operands: &[Value<'a>]) -> Option<Value<'a>> {
    held(operands, i64::checked_sub)
}

/// Returns `x * y` if both operands and the product are 64-bit integers.
#[inline]
pub(crate) fn short_product<'a>(operands: &[Value<'a>]) -> Option<Value<'a>> {
    held(operands, i64::checked_mul)
}

/// Returns `x / y` if both operands and the exact quotient are 64-bit integers.
#[inline]
pub(crate) fn short_quotient<'a>(operands: &[Value<'a>]) -> Option<Value<'a>> {
    held(operands, arithmetic::exact_quotient)
}

/// Returns `x % y` if both operands and the remainder are 64-bit integers.
#[inline]
pub(crate) fn short_remainder<'a>(operands: &[Value<'a>]) -> Option<Value<'a>> {
    held(operands, i64::checked_rem)
}

#[inline(never)]
fn binary<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    operation: fn(&Number<'_>, &Number<'_>, &'a Arena) -> arithmetic::Outcome<'a>,
) -> BuiltinResult<'a> {
    let a = operand::number(env, operands, 1)?;
    let b = operand::number(env, operands, 2)?;
    result(env, operation(&a, &b, env.arena))
}

fn unary<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    operation: fn(&Number<'_>, &'a Arena) -> arithmetic::Outcome<'a>,
) -> BuiltinResult<'a> {
    let number = operand::number(env, operands, 1)?;
    result(env, operation(&number, env.arena))
}

/// Converts the outcome of an operation into the result of the builtin.
pub(super) fn result<'a>(env: &Env<'a>, outcome: arithmetic::Outcome<'a>) -> BuiltinResult<'a> {
    match outcome {
        Ok(number) => Ok(Some(Value::Number(number))),
        Err(ArithmeticError::OutOfRange) => Err(operand::OUT_OF_RANGE),
        Err(error) => Err(env.fail(format_args!("{}", error.as_str()))),
    }
}
