//! Typed operands of builtins, with OPA's messages for operands of a wrong type
//! (`topdown/builtins/builtins.go`). Positions count from 1, as in those messages.
//!
//! The functions charge large operands to the evaluation, because nearly all builtins take time in
//! proportion to their operands. A builtin that takes less gets its operand with [`at`], and one
//! that takes more charges the rest itself.

use std::time::Duration;

use num_bigint::BigInt;

use crate::budget::{BYTES, MEMBERS};
use crate::env::Env;
use crate::error::{BuiltinError, ErrorCode};
use crate::number::Number;
use crate::value::{Object, Set, Value};

/// The content of an operand, or the error of a wrong type.
pub type Operand<'a, T> = Result<T, BuiltinError<'a>>;

/// Returns the operand at `position`. The engines check the number of operands in advance. A
/// missing operand reads as null, which every typed builtin rejects.
#[inline]
pub fn at<'a>(operands: &[Value<'a>], position: usize) -> Value<'a> {
    position.checked_sub(1).and_then(|index| operands.get(index)).copied().unwrap_or(Value::Null)
}

/// The bytes of a text, and the members of a collection, for which a builtin charges nothing.
const FEW_BYTES: usize = 1024;
const FEW_MEMBERS: usize = 128;
/// The digits of a number for which arithmetic charges nothing.
const FEW_DIGITS: usize = 256;

/// The most time that a builtin takes for a step of a large operand.
const STEP: Duration = Duration::from_nanos(640);
/// The steps up to which the time of an operand does not matter.
const FEW_STEPS: u32 = 1024;

/// Charges `steps` for a large operand. If it is so large that the builtin would end long after the
/// deadline, the evaluation ends at once.
#[cold]
#[inline(never)]
fn charge<'a>(env: &Env<'a>, steps: usize) -> Operand<'a, ()> {
    env.charge(steps)?;
    let steps = u32::try_from(steps).unwrap_or(u32::MAX);
    if steps > FEW_STEPS { env.leaves(STEP * steps) } else { Ok(()) }
}

/// Charges an operand of `members`, if it is large.
#[inline]
pub fn charge_members<'a>(env: &Env<'a>, members: usize) -> Operand<'a, ()> {
    if members < FEW_MEMBERS { Ok(()) } else { charge(env, members / MEMBERS) }
}

/// Charges a number whose text is long. Arithmetic takes quadratic time.
#[inline]
fn charge_digits<'a>(env: &Env<'a>, number: &Number<'_>) -> Operand<'a, ()> {
    match number.as_text() {
        Some(text) if text.len() >= FEW_DIGITS => env.charge((text.len() / BYTES).pow(2)),
        _ => Ok(()),
    }
}

/// Returns a string operand.
#[inline]
pub fn string<'a>(env: &Env<'a>, operands: &[Value<'a>], position: usize) -> Operand<'a, &'a str> {
    match at(operands, position) {
        Value::String(text) if text.len() < FEW_BYTES => Ok(text),
        Value::String(text) => charge(env, text.len() / BYTES).map(|()| text),
        other => Err(env.operand(position, "string", &other)),
    }
}

/// Returns the text of an operand, or `None` if it is not a string.
#[inline]
pub fn text<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    position: usize,
) -> Operand<'a, Option<&'a str>> {
    match at(operands, position) {
        Value::String(_) => string(env, operands, position).map(Some),
        _ => Ok(None),
    }
}

/// Returns a boolean operand.
#[inline]
pub fn boolean<'a>(env: &Env<'a>, operands: &[Value<'a>], position: usize) -> Operand<'a, bool> {
    match at(operands, position) {
        Value::Bool(truth) => Ok(truth),
        other => Err(env.operand(position, "boolean", &other)),
    }
}

/// Returns a number operand.
#[inline]
pub fn number<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    position: usize,
) -> Operand<'a, Number<'a>> {
    match at(operands, position) {
        Value::Number(number) => charge_digits(env, &number).map(|()| number),
        other => Err(env.operand(position, "number", &other)),
    }
}

/// Returns a number operand that is a 64-bit integer (`IntOperand`): `1.0` is one, `1e3` is not.
#[inline]
pub fn integer<'a>(env: &Env<'a>, operands: &[Value<'a>], position: usize) -> Operand<'a, i64> {
    number(env, operands, position)?.as_int().ok_or_else(|| not_an_integer(env, position))
}

/// Returns a number operand that is an integer of any size (`BigIntOperand`): `1.0` and `1e3` are.
pub fn big_integer<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    position: usize,
) -> Operand<'a, BigInt> {
    let number = match at(operands, position) {
        Value::Number(number) => number,
        other => return Err(env.operand(position, "integer", &other)),
    };
    charge_digits(env, &number)?;
    match number.to_integer() {
        Ok(Some(integer)) => Ok(integer.into()),
        Ok(None) => Err(not_an_integer(env, position)),
        Err(_) => Err(OUT_OF_RANGE),
    }
}

/// The error for arithmetic on numbers that are too large for the runtime, though not for OPA.
pub(crate) const OUT_OF_RANGE: BuiltinError<'_> = BuiltinError {
    code: ErrorCode::Internal,
    message: "expected numbers of at most 262144 bits, found a larger one",
};

/// Returns OPA's error for a number at `position` that must be an integer but is not.
#[cold]
pub fn not_an_integer<'a>(env: &Env<'a>, position: usize) -> BuiltinError<'a> {
    invalid(env, position, format_args!("must be integer number but got floating-point number"))
}

/// Returns an array operand.
pub fn array<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    position: usize,
) -> Operand<'a, &'a [Value<'a>]> {
    match at(operands, position) {
        Value::Array(items) => charge_members(env, items.len()).map(|()| items),
        other => Err(env.operand(position, "array", &other)),
    }
}

/// Returns an object operand.
pub fn object<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    position: usize,
) -> Operand<'a, Object<'a>> {
    match at(operands, position) {
        Value::Object(object) => charge_members(env, object.len()).map(|()| object),
        other => Err(env.operand(position, "object", &other)),
    }
}

/// Returns a set operand.
pub fn set<'a>(env: &Env<'a>, operands: &[Value<'a>], position: usize) -> Operand<'a, Set<'a>> {
    match at(operands, position) {
        Value::Set(set) => charge_members(env, set.len()).map(|()| set),
        other => Err(env.operand(position, "set", &other)),
    }
}

/// Returns the elements of an array or set operand, in order. `wanted` is the phrase of the error
/// message, `one of {array, set}` or `one of {set, array}`, because OPA's builtins differ in it.
pub fn elements<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    position: usize,
    wanted: &str,
) -> Operand<'a, &'a [Value<'a>]> {
    let items = match at(operands, position) {
        Value::Array(items) => items,
        Value::Set(set) => set.members(),
        other => return Err(env.operand(position, wanted, &other)),
    };
    charge_members(env, items.len()).map(|()| items)
}

/// Returns the elements of an array or set operand, all of which must be strings
/// (`StringSliceOperand`).
pub fn strings<'a>(
    env: &Env<'a>,
    operands: &[Value<'a>],
    position: usize,
) -> Operand<'a, impl ExactSizeIterator<Item = &'a str> + Clone + use<'a>> {
    let items = elements(env, operands, position, "one of {array, set}")?;
    if let Some(other) = items.iter().find(|item| item.as_str().is_none()) {
        return Err(element(env, position, &at(operands, position), other, "string"));
    }
    Ok(items.iter().map(|item| item.as_str().unwrap_or_default()))
}

/// Returns OPA's error for a collection at `position` with an element that is not a `wanted`
/// (`NewOperandElementErr`): `operand 1 must be array of strings but got array containing number`.
pub fn element<'a>(
    env: &Env<'a>,
    position: usize,
    collection: &Value<'_>,
    got: &Value<'_>,
    wanted: &str,
) -> BuiltinError<'a> {
    let (collection, got) = (collection.type_name(), got.type_name());
    invalid(
        env,
        position,
        format_args!("must be {collection} of {wanted}s but got {collection} containing {got}"),
    )
}

/// Returns a type error about the operand at `position` (`NewOperandErr`): `operand 2 <message>`.
#[cold]
pub fn invalid<'a>(
    env: &Env<'a>,
    position: usize,
    message: core::fmt::Arguments<'_>,
) -> BuiltinError<'a> {
    BuiltinError {
        code: ErrorCode::Type,
        message: env.reason(format_args!("operand {position} {message}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn errors_read_as_opas() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let operands = [Value::int(1), arena.array(&[Value::String("a"), Value::Null])];
        let text = string(&env, &operands, 1).unwrap_err();
        assert_eq!(text.message, "operand 1 must be string but got number");
        assert_eq!(text.code, ErrorCode::Type);
        let text = strings(&env, &operands, 1).err().expect("a number is not a collection");
        assert_eq!(text.message, "operand 1 must be one of {array, set} but got number");
        let text = strings(&env, &operands, 2).err().expect("one element is null");
        assert_eq!(
            text.message,
            "operand 2 must be array of strings but got array containing null"
        );
        assert_eq!(integer(&env, &operands, 1), Ok(1));
    }
}
