//! Unions of objects, which merge recursively if both values of a key are objects.

use crate::arena::Arena;
use crate::budget::exceed_depth;
use crate::builtins::operand;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::json::MAX_DEPTH;
use crate::value::{Object, Value};

/// Implements `object.union(a, b)`. Of two values of one key, `b`'s wins.
pub fn union<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let left = operand::object(env, operands, 1)?;
    let right = operand::object(env, operands, 2)?;
    Ok(Some(Value::Object(merge(env.arena, left, right, Keep::Left, 0))))
}

/// Implements `object.union_n(objects)`. Of several values of one key, the last one wins.
pub fn union_n<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let items = operand::array(env, operands, 1)?;
    let mut merged = Object { pairs: &[] };
    for item in items {
        if !matches!(item, Value::Object(_)) {
            return Err(operand::element(env, 1, &operand::at(operands, 1), item, "object"));
        }
    }
    for item in items {
        if let Value::Object(object) = item {
            merged = merge(env.arena, merged, *object, Keep::Right, 0);
        }
    }
    Ok(Some(Value::Object(merged)))
}

/// The choice which of two equal keys (`1`, `1.0`) is kept.
#[derive(Clone, Copy)]
enum Keep {
    Left,
    Right,
}

/// Merges two sorted lists of pairs.
fn merge<'a>(
    arena: &'a Arena,
    left: Object<'a>,
    right: Object<'a>,
    keep: Keep,
    level: usize,
) -> Object<'a> {
    if level == MAX_DEPTH {
        exceed_depth();
        return right;
    }
    if right.is_empty() {
        return left;
    }
    // Parts that several members share are merged again for each of them.
    if left.is_empty() || arena.charge(1 + left.len().min(right.len())).is_err() {
        return right;
    }
    let (mut a, mut b) = (left.pairs(), right.pairs());
    let mut pairs = arena.vec_with_capacity(a.len() + b.len());
    loop {
        match (a.split_first(), b.split_first()) {
            (Some((x, rest)), None) => {
                pairs.push(*x);
                a = rest;
            }
            (None, Some((y, rest))) => {
                pairs.push(*y);
                b = rest;
            }
            (None, None) => return Object { pairs: pairs.into_bump_slice() },
            (Some((x, rest_a)), Some((y, rest_b))) => {
                let order = x.0.compare(&y.0);
                if order.is_le() {
                    a = rest_a;
                }
                if order.is_ge() {
                    b = rest_b;
                }
                pairs.push(match order {
                    core::cmp::Ordering::Less => *x,
                    core::cmp::Ordering::Greater => *y,
                    core::cmp::Ordering::Equal => {
                        let key = if matches!(keep, Keep::Left) { x.0 } else { y.0 };
                        (key, merge_values(arena, x.1, y.1, keep, level + 1))
                    }
                });
            }
        }
    }
}

fn merge_values<'a>(
    arena: &'a Arena,
    left: Value<'a>,
    right: Value<'a>,
    keep: Keep,
    level: usize,
) -> Value<'a> {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            Value::Object(merge(arena, left, right, keep, level))
        }
        (_, right) => right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtins::testing::object;
    use crate::env::NoHost;

    #[test]
    fn nested_objects_merge_and_other_values_replace() {
        let arena = Arena::new();
        let env = Env::strict(&arena, &NoHost);
        let (one, two) = (Value::int(1), Value::int(2));
        let left = object(&arena, &[("a", object(&arena, &[("x", one), ("y", one)])), ("b", one)]);
        let right = object(&arena, &[("a", object(&arena, &[("y", two)])), ("c", two)]);
        let both = object(
            &arena,
            &[("a", object(&arena, &[("x", one), ("y", two)])), ("b", one), ("c", two)],
        );
        assert_eq!(union(&env, &[left, right]), Ok(Some(both)));
        let flat = object(&arena, &[("a", one)]);
        let list = arena.array(&[left, flat, right]);
        let frozen =
            object(&arena, &[("a", object(&arena, &[("y", two)])), ("b", one), ("c", two)]);
        assert_eq!(union_n(&env, &[list]), Ok(Some(frozen)));
        let error =
            union_n(&env, &[arena.array(&[left, one, Value::Null])]).map_err(|error| error.message);
        let expected = "operand 1 must be array of objects but got array containing number";
        assert_eq!(error, Err(expected));
    }
}
