//! Operations on sets (`topdown/sets.go`, `topdown/binary.go`). [`super::arithmetic::minus`]
//! computes differences too.

use super::operand;
use super::row::{Builtin, row};
use crate::collections::{self, SetBuilder};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::{Set, Value};

pub(super) const ROWS: &[Builtin] = &[
    row!(sets::and, "and", "(set[any], set[any]) => set[any]", infix: "&", builds: true),
    row!(sets::or, "or", "(set[any], set[any]) => set[any]", infix: "|", builds: true),
    row!(sets::intersection, "intersection", "(set[set[any]]) => set[any]", builds: true),
    row!(sets::union, "union", "(set[set[any]]) => set[any]", builds: true),
    row!(sets::set_diff, "set_diff", "(set[any], set[any]) => set[any]", deprecated: true),
];

/// Implements `x & y`.
pub fn and<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let a = operand::set(env, operands, 1)?;
    let b = operand::set(env, operands, 2)?;
    Ok(Some(collections::intersection(env.arena, a, b)))
}

/// Implements `x | y`.
pub fn or<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let a = operand::set(env, operands, 1)?;
    let b = operand::set(env, operands, 2)?;
    Ok(Some(collections::union(env.arena, a, b)))
}

/// Implements `set_diff(x, y)`.
pub fn set_diff<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let a = operand::set(env, operands, 1)?;
    let b = operand::set(env, operands, 2)?;
    Ok(Some(collections::difference(env.arena, a, b)))
}

/// Implements `intersection(xs)` of the sets in a set. The intersection of no sets is the empty
/// set.
pub fn intersection<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let sets = operand::set(env, operands, 1)?;
    let mut result: Option<Set<'a>> = None;
    for member in sets.members() {
        let set = operand::set(env, &[*member], 1)?;
        result = Some(match result {
            None => set,
            Some(common) => collections::common(env.arena, common, set),
        });
    }
    Ok(Some(result.map_or(Value::EMPTY_SET, Value::Set)))
}

/// Implements `union(xs)` of the sets in a set.
pub fn union<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let sets = operand::set(env, operands, 1)?;
    let mut result = SetBuilder::new(env.arena);
    for member in sets.members() {
        for value in operand::set(env, &[*member], 1)?.members() {
            result.insert(*value);
        }
    }
    Ok(Some(result.finish()))
}
