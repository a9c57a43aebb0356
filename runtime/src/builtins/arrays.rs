//! Arrays (`topdown/array.go`).

use super::operand;
use super::row::{Builtin, row};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

#[rustfmt::skip]
pub(super) const ROWS: &[Builtin] = &[
    row!(arrays::concat, "array.concat", "(array[any], array[any]) => array[any]", builds: true, form: Value("array_concat")),
    row!(arrays::slice, "array.slice", "(array[any], number, number) => array[any]", builds: true, borrows: true, form: Value("array_slice")),
    row!(arrays::reverse, "array.reverse", "(array[any]) => array[any]", builds: true),
    row!(arrays::flatten, "array.flatten", "(array[any]) => array[any]"),
];

/// Implements `array.concat(a, b)`.
pub fn concat<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let first = operand::array(env, operands, 1)?;
    let second = operand::array(env, operands, 2)?;
    let mut items = env.arena.vec_with_capacity(first.len() + second.len());
    items.extend_from_slice_copy(first);
    items.extend_from_slice_copy(second);
    Ok(Some(Value::Array(items.into_bump_slice())))
}

/// Implements `array.slice(array, start, stop)`. Indexes out of bounds are clamped to the bounds.
/// The slice borrows the array.
pub fn slice<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let items = operand::array(env, operands, 1)?;
    let start = operand::integer(env, operands, 2)?;
    let stop = operand::integer(env, operands, 3)?;
    let clamp = |index: i64| usize::try_from(index.max(0)).unwrap_or(usize::MAX);
    let stop = clamp(stop).min(items.len());
    let start = clamp(start).min(stop);
    Ok(Some(Value::Array(items.get(start..stop).unwrap_or_default())))
}

/// Implements `array.reverse(array)`.
pub fn reverse<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let array = operand::array(env, operands, 1)?;
    let mut items = env.arena.vec_with_capacity(array.len());
    items.extend(array.iter().rev().copied());
    Ok(Some(Value::Array(items.into_bump_slice())))
}

/// Implements `array.flatten(array)`, which replaces each element that is an array by its elements,
/// one level deep.
pub fn flatten<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let mut items = env.arena.vec();
    for item in operand::array(env, operands, 1)? {
        match item {
            Value::Array(inner) => items.extend_from_slice_copy(inner),
            other => items.push(*other),
        }
    }
    Ok(Some(Value::Array(items.into_bump_slice())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::env::NoHost;

    #[test]
    fn slices_are_clamped_and_flattening_is_one_level() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let [a, b, c] = ["a", "b", "c"].map(Value::String);
        let list = arena.array(&[a, b, c]);
        let cut = |start, stop| slice(&env, &[list, Value::int(start), Value::int(stop)]);
        assert_eq!(cut(1, 2), Ok(Some(arena.array(&[b]))));
        assert_eq!(cut(-5, 9), Ok(Some(list)));
        assert_eq!(cut(2, 1), Ok(Some(Value::EMPTY_ARRAY)));
        assert_eq!(cut(i64::MIN, i64::MAX), Ok(Some(list)));
        assert_eq!(reverse(&env, &[list]), Ok(Some(arena.array(&[c, b, a]))));
        let nested = arena.array(&[arena.array(&[a, arena.array(&[b])]), c]);
        let flat = arena.array(&[a, arena.array(&[b]), c]);
        assert_eq!(flatten(&env, &[nested]), Ok(Some(flat)));
        assert_eq!(
            concat(&env, &[arena.array(&[a]), arena.array(&[b])]),
            Ok(Some(arena.array(&[a, b])))
        );
    }
}
