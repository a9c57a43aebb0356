//! `walk` (OPA's `topdown/walk.go`).

use super::operand;
use super::row::{Builtin, row};
use crate::arena::{Arena, ArenaVec};
use crate::budget::CHUNK;
use crate::env::Env;
use crate::error::BuiltinResult;
use crate::location::{LineColumn, Rule};
use crate::value::Value;

/// The rows of the family in the table of builtins.
pub(super) const ROWS: &[Builtin] = &[
    row!(walk::walk, "walk", "(any) => array<array[any], any>", kind: Relation, effect: Any, cost: Expensive),
];

/// Implements `walk(x)`: the array of `[path, value]` for `x` and all values below it, in preorder
/// with members in order.
pub fn walk<'a>(env: &Env<'a>, operands: &[Value<'a>]) -> BuiltinResult<'a> {
    let mut pairs = env.arena.vec();
    let mut walk = Walk::new(env.arena, operand::at(operands, 1));
    while let Some(value) = walk.advance() {
        pairs.push(env.arena.array(&[walk.path(), value]));
    }
    // Fails if the walk has ended early.
    env.charge(1)?;
    Ok(Some(Value::Array(pairs.into_bump_slice())))
}

/// A traversal in progress, which builds a path only on request.
#[derive(Debug)]
pub struct Walk<'a> {
    arena: &'a Arena,
    /// The last value that was returned, whose members come next.
    value: &'a Value<'a>,
    /// The collection whose members are being visited.
    level: Level<'a>,
    /// The enclosing collections, the outermost first. The outermost one contains only the start.
    /// An explicit stack instead of recursion, because the input decides the depth.
    above: ArenaVec<'a, Level<'a>>,
    /// `true` if a collection was long, so that its level may hold only its first members.
    has_long: bool,
    /// The rule and the place of the walk, unless it is a call of the builtin.
    place: Option<(&'static Rule, LineColumn)>,
}

/// The initial capacity for levels, which suffices for nearly all walks.
const LEVELS: usize = 16;

/// A collection, with the number of visited members.
#[derive(Clone, Copy, Debug)]
enum Level<'a> {
    Items(&'a [Value<'a>], usize),
    Pairs(&'a [(Value<'a>, Value<'a>)], usize),
    Members(&'a [Value<'a>], usize),
}

impl<'a> Walk<'a> {
    /// Creates a walk over `start` and all values below it.
    pub(crate) fn new(arena: &'a Arena, start: Value<'a>) -> Self {
        let level = Level::Items(arena.slice(&[start]), 0);
        let above = arena.vec_with_capacity(LEVELS);
        Self { arena, value: &Value::Null, level, above, has_long: false, place: None }
    }

    /// Creates a walk of a rule. If it exceeds the budget of the evaluation, it ends early, and the
    /// evaluation fails at its end with this place.
    #[inline]
    pub(crate) fn at(
        arena: &'a Arena,
        rule: &'static Rule,
        at: LineColumn,
        start: Value<'a>,
    ) -> Self {
        Self { place: Some((rule, at)), ..Self::new(arena, start) }
    }

    /// Returns the next value.
    #[inline]
    pub fn advance(&mut self) -> Option<Value<'a>> {
        if matches!(self.value, Value::Array(_) | Value::Object(_) | Value::Set(_)) {
            self.descend();
        }
        loop {
            if let Some(value) = self.level.next() {
                self.value = value;
                return Some(*value);
            }
            if !self.ascend() {
                return None;
            }
        }
    }

    #[inline(never)]
    fn descend(&mut self) {
        let Some(level) = Level::of(self.value) else { return };
        let length = level.len();
        if length == 0 {
            return;
        }
        if !self.arena.takes(length) {
            return self.descend_long(level);
        }
        self.above.push(self.level);
        self.level = level;
    }

    /// Descends into a collection after a look at the clock.
    #[cold]
    #[inline(never)]
    fn descend_long(&mut self, level: Level<'a>) {
        if self.arena.charge(level.len()).is_err() {
            return self.end();
        }
        self.above.push(self.level);
        self.level = level.up_to(CHUNK);
        self.has_long |= level.len() > CHUNK;
    }

    /// Looks at the clock in a long collection, and continues with its next members. Returns
    /// `false` at its end.
    #[cold]
    fn extend(&mut self) -> bool {
        let outside = self.above.last().and_then(Level::last);
        let Some(whole) = outside.and_then(Level::of) else { return false };
        if whole.len() <= self.level.len() {
            return false;
        }
        if self.arena.look().is_err() {
            self.end();
            return false;
        }
        self.level = whole.up_to(self.level.len() + CHUNK).behind(self.level);
        true
    }

    #[cold]
    fn end(&mut self) {
        if let Some((rule, at)) = self.place {
            self.arena.note(rule.at(at));
        }
        self.above.clear();
        self.level = Level::Items(&[], 0);
    }

    /// Returns to the enclosing collection, or to the rest of this one. Returns `false` if there is
    /// none.
    #[inline(never)]
    fn ascend(&mut self) -> bool {
        if self.has_long && self.level.len() >= CHUNK && self.extend() {
            return true;
        }
        let Some(level) = self.above.pop() else { return false };
        self.level = level;
        true
    }

    /// Returns the length of the path to the last value.
    #[inline]
    pub fn length(&self) -> Value<'a> {
        Value::int(i64::try_from(self.above.len()).unwrap_or(i64::MAX))
    }

    /// Returns the element at an index of the path to the last value, as a reference into the
    /// path's array would.
    #[inline]
    pub fn step(&self, index: &Value<'_>) -> Option<Value<'a>> {
        let index = index.as_index()?;
        // The last step is requested most often.
        if self.above.len().checked_sub(1) == Some(index) {
            return Some(self.level.key());
        }
        (index < self.above.len()).then(|| self.key(index))
    }

    /// Returns the path to the last value: the array of the keys that lead to it.
    pub fn path(&self) -> Value<'a> {
        Value::Array(self.arena.slice_with(self.above.len(), |index| self.key(index)))
    }

    /// Returns the key at an index of the path. The path must be longer than the index.
    fn key(&self, index: usize) -> Value<'a> {
        // No key leads to the start, the only member of the outermost level.
        self.above.get(index + 1).unwrap_or(&self.level).key()
    }
}

impl<'a> Level<'a> {
    /// Returns the level of a collection, with no member visited.
    #[inline]
    fn of(value: &Value<'a>) -> Option<Self> {
        match value {
            Value::Array(items) => Some(Level::Items(items, 0)),
            Value::Object(object) => Some(Level::Pairs(object.pairs(), 0)),
            Value::Set(set) => Some(Level::Members(set.members(), 0)),
            _ => None,
        }
    }

    /// Returns the level with only the first `length` members.
    fn up_to(self, length: usize) -> Self {
        match self {
            Level::Items(items, visited) => Level::Items(first(items, length), visited),
            Level::Pairs(pairs, visited) => Level::Pairs(first(pairs, length), visited),
            Level::Members(members, visited) => Level::Members(first(members, length), visited),
        }
    }

    /// Returns the level at the place of `other`, the same collection.
    fn behind(self, other: Self) -> Self {
        let (Level::Items(_, visited) | Level::Pairs(_, visited) | Level::Members(_, visited)) =
            other;
        match self {
            Level::Items(items, _) => Level::Items(items, visited),
            Level::Pairs(pairs, _) => Level::Pairs(pairs, visited),
            Level::Members(members, _) => Level::Members(members, visited),
        }
    }

    /// Returns the number of members.
    #[inline]
    fn len(&self) -> usize {
        match self {
            Level::Items(items, _) | Level::Members(items, _) => items.len(),
            Level::Pairs(pairs, _) => pairs.len(),
        }
    }

    /// Returns the last visited member.
    fn last(&self) -> Option<&'a Value<'a>> {
        match self {
            Level::Items(items, visited) | Level::Members(items, visited) => {
                items.get(visited.checked_sub(1)?)
            }
            Level::Pairs(pairs, visited) => {
                pairs.get(visited.checked_sub(1)?).map(|(_, value)| value)
            }
        }
    }

    /// Returns the next member.
    #[inline]
    fn next(&mut self) -> Option<&'a Value<'a>> {
        match self {
            Level::Items(items, visited) | Level::Members(items, visited) => {
                let next = items.get(*visited)?;
                *visited += 1;
                Some(next)
            }
            Level::Pairs(pairs, visited) => {
                let (_, next) = pairs.get(*visited)?;
                *visited += 1;
                Some(next)
            }
        }
    }

    /// Returns the key of the last visited member.
    #[inline]
    fn key(&self) -> Value<'a> {
        let last = |visited: &usize| visited.saturating_sub(1);
        let key = match self {
            Level::Items(_, visited) => i64::try_from(last(visited)).ok().map(Value::int),
            Level::Pairs(pairs, visited) => pairs.get(last(visited)).map(|(key, _)| *key),
            Level::Members(members, visited) => members.get(last(visited)).copied(),
        };
        key.unwrap_or(Value::Null)
    }
}

/// Returns the first `length` items, or all of them.
fn first<T>(items: &[T], length: usize) -> &[T] {
    items.get(..length).unwrap_or(items)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::arena::Arena;
    use crate::codegen_support;
    use crate::collections::{ObjectBuilder, SetBuilder};
    use crate::env::NoHost;
    use crate::internal::samples::sample;

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

    /// Appends all paths and values below and including `value`, by recursion.
    fn expected<'a>(
        arena: &'a Arena,
        path: &mut Vec<Value<'a>>,
        value: Value<'a>,
        into: &mut Vec<(Value<'a>, Value<'a>)>,
    ) {
        into.push((arena.array(path), value));
        for (key, member) in codegen_support::members(Some(value)) {
            path.push(key);
            expected(arena, path, member, into);
            path.pop();
        }
    }

    fn int(number: usize) -> Value<'static> {
        Value::int(i64::try_from(number).expect("a short path"))
    }

    proptest! {
        #[test]
        fn paths_lead_to_their_values_whichever_are_asked_for(
            start in sample(), asked in prop::collection::vec(any::<bool>(), 1..8),
        ) {
            let arena = Arena::new();
            let start = start.build(&arena);
            let mut pairs = Vec::new();
            expected(&arena, &mut Vec::new(), start, &mut pairs);
            let mut walk = Walk::new(&arena, start);
            for ((path, value), asked) in pairs.into_iter().zip(asked.into_iter().cycle()) {
                prop_assert_eq!(walk.advance(), Some(value));
                if asked {
                    prop_assert_eq!(walk.path(), path);
                    prop_assert_eq!(walk.path(), path);
                    prop_assert_eq!(Some(walk.length()), path.len().map(int));
                    for index in -1..9 {
                        let index = Value::int(index);
                        prop_assert_eq!(walk.step(&index), path.get(&index));
                    }
                }
            }
            prop_assert_eq!(walk.advance(), None);
        }
    }
    #[test]
    fn a_long_collection_is_walked_in_parts() {
        let arena = Arena::new();
        for length in [255, 256, 257, 512, 513, 1000] {
            let numbers: Vec<Value<'_>> = (0..length).map(Value::int).collect();
            let mut set = SetBuilder::new(&arena);
            let mut object = ObjectBuilder::new(&arena);
            for &number in &numbers {
                set.insert(number);
                object.insert(number, arena.array(&[number]));
            }
            let start = arena.array(&[arena.array(&numbers), set.finish(), object.finish()]);
            let mut walk = Walk::new(&arena, start);
            let (mut steps, mut sum) = (0, 0);
            while let Some(value) = walk.advance() {
                steps += 1;
                if let (Value::Number(value), Value::Array([_, .., key])) = (value, walk.path()) {
                    sum += i64::from(Value::Number(value) == *key);
                }
            }
            assert_eq!(steps, 4 + 4 * length, "{length}");
            assert_eq!(sum, 2 * length + 1, "{length}");
        }
    }
}
