//! `walk` (OPA's `topdown/walk.go`).

use super::operand;
use super::table::{Builtin, row};
use crate::arena::{Arena, ArenaVec};
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::generated::{Members, members};
use crate::value::Value;

/// The rows of the family.
pub(super) const ROWS: &[Builtin] =
    &[row!(relation walk::walk, "walk", "(any) => array<array[any], any>")];

/// `walk(x)`: the array of all `[path, value]` below and including `x`, each value before what
/// it holds, members in order.
pub fn walk<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let mut pairs = env.arena.vec();
    let mut walk = Walk::new(env.arena, operand::at(operands, 1));
    while let Some(value) = walk.advance() {
        pairs.push(env.arena.array(&[walk.path(), value]));
    }
    Ok(Some(Value::Array(pairs.into_bump_slice())))
}

/// A walk that is going on. It makes a path where it is asked for only.
#[derive(Debug)]
pub struct Walk<'a> {
    arena: &'a Arena,
    /// The value at hand; at first what is given first.
    value: Value<'a>,
    has_begun: bool,
    /// The collections on the way to the value at hand, with what leads on from each, and the
    /// members behind: depth is the input's choice, so no recursion.
    above: ArenaVec<'a, (Value<'a>, Members<'a>)>,
}

impl<'a> Walk<'a> {
    /// A walk over `start` and all below it.
    pub(crate) fn new(arena: &'a Arena, start: Value<'a>) -> Self {
        Self { arena, value: start, has_begun: false, above: arena.vec() }
    }

    /// The next value.
    #[inline]
    pub fn advance(&mut self) -> Option<Value<'a>> {
        if !self.has_begun {
            self.has_begun = true;
            return Some(self.value);
        }
        if self.value.len().is_some_and(|length| length > 0) {
            self.above.push((Value::Null, members(Some(self.value))));
        }
        loop {
            let (key, rest) = self.above.last_mut()?;
            if let Some((next, value)) = rest.next() {
                (*key, self.value) = (next, value);
                return Some(value);
            }
            self.above.pop();
        }
    }

    /// The path to the value that was given last: an array of what leads to it.
    pub fn path(&self) -> Value<'a> {
        let above = &self.above;
        Value::Array(self.arena.slice_with(above.len(), |index| above[index].0))
    }
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

    #[test]
    fn a_walk_that_has_ended_stays_so() {
        let arena = Arena::new();
        for start in [Value::Null, Value::EMPTY_ARRAY, arena.array(&[Value::EMPTY_ARRAY])] {
            let mut walk = Walk::new(&arena, start);
            assert_eq!(walk.advance(), Some(start));
            assert_eq!(walk.path(), Value::EMPTY_ARRAY);
            while walk.advance().is_some() {}
            assert_eq!(walk.advance(), None);
        }
    }
}
