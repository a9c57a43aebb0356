//! Arithmetic on numbers (`topdown/arithmetic.go`): exact for integers, otherwise with floats.

use core::cmp::Ordering;

use super::float::{self, Float, PRECISION};
use super::integer::Integer;
use super::{MAX_BITS, Number, Repr, quotient};
use crate::arena::Arena;

/// The reason why an operation on numbers has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArithmeticError {
    /// The divisor of a division is zero.
    DivideByZero,
    /// The divisor of a remainder is zero.
    ModuloByZero,
    /// An operand of a remainder is not an integer.
    ModuloOnFloat,
    /// An operand or the result is beyond [`MAX_BITS`].
    OutOfRange,
}

impl ArithmeticError {
    /// Returns the error in OPA's words, except for [`ArithmeticError::OutOfRange`], which OPA does
    /// not have.
    pub const fn as_str(self) -> &'static str {
        match self {
            ArithmeticError::DivideByZero => "divide by zero",
            ArithmeticError::ModuloByZero => "modulo by zero",
            ArithmeticError::ModuloOnFloat => "modulo on floating-point number",
            ArithmeticError::OutOfRange => "number out of range",
        }
    }
}

/// The result of an operation. If its text is long, it is in the arena.
pub type Outcome<'a> = Result<Number<'a>, ArithmeticError>;

/// Returns `a + b`.
pub fn add<'a>(a: &Number<'_>, b: &Number<'_>, arena: &'a Arena) -> Outcome<'a> {
    match small(a, b, i64::checked_add) {
        Some(sum) => Ok(sum),
        None => combine(a, b, arena, |a, b| a + b, |a, b| a.plus(b, PRECISION)),
    }
}

/// Returns `a - b`.
pub fn subtract<'a>(a: &Number<'_>, b: &Number<'_>, arena: &'a Arena) -> Outcome<'a> {
    match small(a, b, i64::checked_sub) {
        Some(difference) => Ok(difference),
        None => combine(a, b, arena, |a, b| a - b, |a, b| a.plus(b.negated(), PRECISION)),
    }
}

/// Returns `a * b`.
pub fn multiply<'a>(a: &Number<'_>, b: &Number<'_>, arena: &'a Arena) -> Outcome<'a> {
    match small(a, b, i64::checked_mul).or_else(|| short_multiple(a, b)) {
        Some(product) => Ok(product),
        None => combine(a, b, arena, |a, b| a * b, |a, b| a.times(b, PRECISION)),
    }
}

/// Returns `a / b` as a float, which is exact if the division of integers leaves no remainder. Zero
/// divided by a negative number is `-0`.
pub fn divide<'a>(a: &Number<'_>, b: &Number<'_>, arena: &'a Arena) -> Outcome<'a> {
    if let Some(quotient) = small(a, b, exact_quotient) {
        return Ok(quotient);
    }
    if let (Repr::Int(a), Repr::Int(b)) = (a.0, b.0)
        && let Some(quotient) = quotient::short(a, b, arena)
    {
        return Ok(quotient);
    }
    let quotient = float(a)?.over(float(b)?).ok_or(ArithmeticError::DivideByZero)?;
    quotient.to_number(arena, PRECISION).ok_or(ArithmeticError::OutOfRange)
}

/// Returns `a / b`, if it is an integer of 64 bits other than zero, which may have a sign.
#[inline]
pub(crate) fn exact_quotient(a: i64, b: i64) -> Option<i64> {
    (a != 0 && a.checked_rem(b)? == 0).then(|| a / b)
}

/// Returns `a % b` with the sign of `a`. Both must be integers.
pub fn remainder<'a>(a: &Number<'_>, b: &Number<'_>, arena: &'a Arena) -> Outcome<'a> {
    if let Some(remainder) = small(a, b, i64::checked_rem) {
        return Ok(remainder);
    }
    let (Some(a), Some(b)) = (a.to_integer()?, b.to_integer()?) else {
        return Err(ArithmeticError::ModuloOnFloat);
    };
    let (_, remainder) = a.divide(b).ok_or(ArithmeticError::ModuloByZero)?;
    Ok(Number::from_integer(arena, &remainder))
}

/// Returns the absolute value.
pub fn absolute<'a>(number: &Number<'_>, arena: &'a Arena) -> Outcome<'a> {
    if let Repr::Int(integer) = number.0
        && let Some(absolute) = integer.checked_abs()
    {
        return Ok(Number::from_i64(absolute));
    }
    float(number)?.abs().to_number(arena, PRECISION).ok_or(ArithmeticError::OutOfRange)
}

/// Returns the nearest integer, with halves rounded away from zero.
pub fn round<'a>(number: &Number<'_>, arena: &'a Arena) -> Outcome<'a> {
    whole(number, arena, |number| {
        let half = if number.is_negative() { Float::HALF.negated() } else { Float::HALF };
        number.plus(half, PRECISION).truncate()
    })
}

/// Implements OPA's `ceil`. For a number between -1 and 0, the integer part loses its sign, and one
/// is added to it.
pub fn ceil<'a>(number: &Number<'_>, arena: &'a Arena) -> Outcome<'a> {
    whole(number, arena, |number| {
        let whole = number.truncate();
        let keep = number.is_integer() || whole.compare_with_zero() == Ordering::Less;
        if keep { whole } else { whole + Integer::from(1) }
    })
}

/// Implements OPA's `floor`. For a number between -1 and 0, the integer part is zero, and remains.
pub fn floor<'a>(number: &Number<'_>, arena: &'a Arena) -> Outcome<'a> {
    whole(number, arena, |number| {
        let whole = number.truncate();
        let keep = number.is_integer() || whole.compare_with_zero() != Ordering::Less;
        if keep { whole } else { whole - Integer::from(1) }
    })
}

fn whole<'a>(number: &Number<'_>, arena: &'a Arena, convert: fn(Float) -> Integer) -> Outcome<'a> {
    if let Repr::Int(integer) = number.0 {
        return Ok(Number::from_i64(integer));
    }
    let float = float(number)?;
    if float.parts().1 > i64::from(MAX_BITS) {
        return Err(ArithmeticError::OutOfRange);
    }
    Ok(Number::from_integer(arena, &convert(float)))
}

/// Returns the result of an operation on integers of 64 bits, if both numbers are and it has one.
fn small<'a>(
    a: &Number<'_>,
    b: &Number<'_>,
    operation: impl Fn(i64, i64) -> Option<i64>,
) -> Option<Number<'a>> {
    match (a.0, b.0) {
        (Repr::Int(a), Repr::Int(b)) => operation(a, b).map(Number::from_i64),
        _ => None,
    }
}

fn float(number: &Number<'_>) -> Result<Float, ArithmeticError> {
    Float::from_number(number).ok_or(ArithmeticError::OutOfRange)
}

/// Returns the product of an integer and a fraction of few digits, as [`combine`] computes it, if
/// it is an integer.
fn short_multiple<'a>(a: &Number<'_>, b: &Number<'_>) -> Option<Number<'a>> {
    match (a.0, b.0) {
        (Repr::Text(fraction), Repr::Int(integer)) | (Repr::Int(integer), Repr::Text(fraction)) => {
            float::short_multiple(fraction, integer).map(Number::from_i64)
        }
        _ => None,
    }
}

/// Applies the exact operation if both numbers are integers, otherwise the one on floats.
fn combine<'a>(
    a: &Number<'_>,
    b: &Number<'_>,
    arena: &'a Arena,
    exact: fn(Integer, Integer) -> Integer,
    rounded: fn(Float, Float) -> Float,
) -> Outcome<'a> {
    if let Some(first) = a.to_integer()?
        && let Some(second) = b.to_integer()?
    {
        let result = exact(first, second);
        if result.bits() > MAX_BITS.into() {
            return Err(ArithmeticError::OutOfRange);
        }
        return Ok(Number::from_integer(arena, &result));
    }
    let result = rounded(float(a)?, float(b)?);
    result.to_number(arena, PRECISION).ok_or(ArithmeticError::OutOfRange)
}
