//! `walk` (OPA's `topdown/walk.go`).

use super::operand;
use super::table::{Builtin, row};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::value::Value;

/// The rows of the family.
pub(super) const ROWS: &[Builtin] =
    &[row!(relation walk::walk, "walk", "(any) => array<array[any], any>")];

/// `walk(x)`: the array of all `[path, value]` below and including `x`, each value before what
/// it holds, members in order.
pub fn walk<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let mut pairs = env.arena.vec();
    // What is still to visit, the next one last: depth is the input's choice, so no recursion.
    let mut pending = env.arena.vec::<(&'a [Value<'a>], Value<'a>)>();
    pending.push((&[], operand::at(operands, 1)));
    while let Some((path, value)) = pending.pop() {
        pairs.push(env.arena.array(&[Value::Array(path), value]));
        let below = |key: Value<'a>| -> &'a [Value<'a>] {
            let mut longer = env.arena.vec_with_capacity(path.len() + 1);
            longer.extend_from_slice(path);
            longer.push(key);
            longer.into_bump_slice()
        };
        match value {
            Value::Array(items) => {
                let indexed = (0_i64..).zip(items).map(|(index, item)| (Value::int(index), *item));
                let first = pending.len();
                pending.extend(indexed.map(|(index, item)| (below(index), item)));
                pending[first..].reverse();
            }
            Value::Object(object) => {
                let pairs = object.pairs().iter().rev();
                pending.extend(pairs.map(|(key, value)| (below(*key), *value)));
            }
            Value::Set(set) => {
                let members = set.members().iter().rev();
                pending.extend(members.map(|member| (below(*member), *member)));
            }
            _ => {}
        }
    }
    Ok(Some(Value::Array(pairs.into_bump_slice())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::collections::{ObjectBuilder, SetBuilder};
    use crate::env::NoHost;

    #[test]
    fn values_come_before_what_they_hold() {
        let arena = Arena::new();
        let env = Env::new(&arena, &NoHost);
        let mut set = SetBuilder::new(&arena);
        set.insert(Value::String("m"));
        let set = set.finish();
        let items = arena.array(&[Value::int(7), set]);
        let mut object = ObjectBuilder::new(&arena);
        object.insert(Value::String("b"), Value::Null);
        object.insert(Value::String("a"), items);
        let object = object.finish();
        let expected = [
            (vec![], object),
            (vec![Value::String("a")], items),
            (vec![Value::String("a"), Value::int(0)], Value::int(7)),
            (vec![Value::String("a"), Value::int(1)], set),
            (vec![Value::String("a"), Value::int(1), Value::String("m")], Value::String("m")),
            (vec![Value::String("b")], Value::Null),
        ];
        let expected: Vec<Value<'_>> = expected
            .iter()
            .map(|(path, value)| arena.array(&[arena.array(path), *value]))
            .collect();
        assert_eq!(walk(&env, &[object]), Ok(Some(arena.array(&expected))));
    }
}
