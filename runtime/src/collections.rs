//! Builders of sets and objects, set operations, and a stable sort that does not allocate on the
//! heap.
//!
//! ```
//! use ferrego_runtime::Arena;
//! use ferrego_runtime::collections::ObjectBuilder;
//!
//! let arena = Arena::new();
//! let mut object = ObjectBuilder::new(&arena);
//! object.insert("kind".into(), "Pod".into());
//! assert_eq!(object.finish()["kind"].as_str(), Some("Pod"));
//! ```

mod set_algebra;
mod sort;

use core::cmp::Ordering;

use crate::arena::{Arena, ArenaVec};
use crate::codegen_support::multiset_order::Multisets;
use crate::value::{Object, Set, Value};

pub(crate) use set_algebra::common;
pub use set_algebra::{difference, intersection, union};
pub(crate) use sort::sort_stable;
use sort::{RUN, dedup};

/// The error that one key has two different values.
///
/// ```
/// use ferrego_runtime::Arena;
/// use ferrego_runtime::collections::{DuplicateKey, ObjectBuilder};
///
/// let arena = Arena::new();
/// let mut ports = ObjectBuilder::new(&arena);
/// ports.insert("http".into(), 80.into());
/// ports.insert("http".into(), 8080.into());
/// assert_eq!(ports.finish_unique(), Err(DuplicateKey));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateKey;

/// A builder of a set.
///
/// ```
/// use ferrego_runtime::Arena;
/// use ferrego_runtime::collections::SetBuilder;
///
/// let arena = Arena::new();
/// let mut names = SetBuilder::new(&arena);
/// for name in ["web", "db", "web"] {
///     names.insert(name.into());
/// }
/// assert_eq!(names.finish().to_string(), r#"{"db", "web"}"#);
/// ```
#[derive(Debug)]
pub struct SetBuilder<'a> {
    arena: &'a Arena,
    members: ArenaVec<'a, Value<'a>>,
    /// The observer of dropped duplicates, if the evaluation has one.
    multisets: Option<&'a Multisets>,
}

impl<'a> SetBuilder<'a> {
    /// Creates a builder of an empty set in `arena`.
    pub fn new(arena: &'a Arena) -> Self {
        Self { arena, members: arena.vec(), multisets: None }
    }

    /// Creates a builder with initial `members`, which reports dropped duplicates to `multisets`.
    pub(crate) fn of(
        arena: &'a Arena,
        members: ArenaVec<'a, Value<'a>>,
        multisets: &'a Multisets,
    ) -> Self {
        Self { arena, members, multisets: Some(multisets) }
    }

    /// Creates a builder of an empty set in `arena` with room for `capacity` members.
    pub fn with_capacity(arena: &'a Arena, capacity: usize) -> Self {
        Self { arena, members: arena.vec_with_capacity(capacity), multisets: None }
    }

    /// Adds a member. [`SetBuilder::finish`] drops duplicates.
    pub fn insert(&mut self, member: Value<'a>) {
        self.members.push(member);
    }

    /// Returns the set. Of equal members, it keeps the first added, with its text: `{1.0, 1}`
    /// becomes `{1.0}`.
    pub fn finish(mut self) -> Value<'a> {
        if self.members.len() > 1 {
            self.sort();
        }
        Value::Set(Set { members: self.members.into_bump_slice() })
    }

    /// Sorts the members and drops duplicates.
    fn sort(&mut self) {
        if self.members.len() <= RUN { self.sort_few() } else { self.sort_many() }
    }

    /// Sorts by insertion, which takes one comparison per member if the members are already in
    /// order.
    fn sort_few(&mut self) {
        let members = &mut *self.members;
        let mut kept: usize = 1;
        for index in 1..members.len() {
            let member = members[index];
            let mut place = kept;
            let order = loop {
                let Some(before) = place.checked_sub(1) else { break Ordering::Less };
                match members[before].cmp(&member) {
                    Ordering::Greater => place = before,
                    order => break order,
                }
            };
            if order.is_eq() {
                dropped(self.multisets, &member, &members[place - 1]);
                continue;
            }
            if place < kept {
                members.copy_within(place..kept, place + 1);
            }
            members[place] = member;
            kept += 1;
        }
        self.members.truncate(kept);
    }

    fn sort_many(&mut self) {
        sort_stable(self.arena, &mut self.members, Value::cmp);
        let multisets = self.multisets;
        dedup(&mut self.members, |later, first| {
            let same = later == first;
            if same {
                dropped(multisets, later, first);
            }
            same
        });
    }
}

/// Reports to `multisets` that `later` is dropped because it equals `first`, whose text the set keeps.
fn dropped(multisets: Option<&Multisets>, later: &Value<'_>, first: &Value<'_>) {
    if let Some(multisets) = multisets {
        multisets.dropped(later);
        multisets.dropped(first);
    }
}

/// A builder of an object.
///
/// ```
/// use ferrego_runtime::Arena;
/// use ferrego_runtime::collections::ObjectBuilder;
///
/// let arena = Arena::new();
/// let mut labels = ObjectBuilder::new(&arena);
/// labels.insert("app".into(), "web".into());
/// labels.insert("app".into(), "db".into());
/// assert_eq!(labels.finish().to_string(), r#"{"app": "db"}"#);
/// ```
#[derive(Debug)]
pub struct ObjectBuilder<'a> {
    arena: &'a Arena,
    pairs: ArenaVec<'a, (Value<'a>, Value<'a>)>,
}

impl<'a> ObjectBuilder<'a> {
    /// Creates a builder of an empty object in `arena`.
    pub fn new(arena: &'a Arena) -> Self {
        Self { arena, pairs: arena.vec() }
    }

    /// Creates a builder of an empty object in `arena` with room for `capacity` keys.
    pub fn with_capacity(arena: &'a Arena, capacity: usize) -> Self {
        Self { arena, pairs: arena.vec_with_capacity(capacity) }
    }

    /// Adds a pair.
    pub fn insert(&mut self, key: Value<'a>, value: Value<'a>) {
        self.pairs.push((key, value));
    }

    /// Returns the object. Of duplicate keys, the last value wins, as in JSON and in object
    /// literals.
    pub fn finish(mut self) -> Value<'a> {
        sort_pairs(self.arena, &mut self.pairs);
        dedup(&mut self.pairs, |later, first| {
            let same = later.0 == first.0;
            if same {
                first.1 = later.1;
            }
            same
        });
        Value::Object(Object { pairs: self.pairs.into_bump_slice() })
    }

    /// Returns the object like [`ObjectBuilder::finish`], but the keys must have been added in
    /// order and without duplicates.
    pub fn finish_sorted(self) -> Value<'a> {
        debug_assert!(self.pairs.is_sorted_by(|a, b| a.0 < b.0));
        Value::Object(Object { pairs: self.pairs.into_bump_slice() })
    }

    /// Returns the object, or an error if a key has two different values. Comprehensions and
    /// partial objects have this rule.
    pub fn finish_unique(mut self) -> Result<Value<'a>, DuplicateKey> {
        sort_pairs(self.arena, &mut self.pairs);
        let mut conflict = false;
        dedup(&mut self.pairs, |later, first| {
            let same = later.0 == first.0;
            conflict |= same && later.1 != first.1;
            same
        });
        if conflict {
            return Err(DuplicateKey);
        }
        Ok(Value::Object(Object { pairs: self.pairs.into_bump_slice() }))
    }

    /// Returns the object with the first value of each key, and the keys that have different
    /// values.
    pub fn finish_keyed(mut self) -> (Value<'a>, ArenaVec<'a, Value<'a>>) {
        sort_pairs(self.arena, &mut self.pairs);
        let mut conflicts: ArenaVec<'a, Value<'a>> = self.arena.vec();
        dedup(&mut self.pairs, |later, first| {
            let same = later.0 == first.0;
            if same && later.1 != first.1 && conflicts.last() != Some(&first.0) {
                conflicts.push(first.0);
            }
            same
        });
        (Value::Object(Object { pairs: self.pairs.into_bump_slice() }), conflicts)
    }
}

/// Returns the items as a sorted array. The sort is stable.
///
/// ```
/// use ferrego_runtime::collections::sorted;
/// use ferrego_runtime::{Arena, Value};
///
/// let arena = Arena::new();
/// let values = sorted(&arena, &["b".into(), Value::Null, 2.into(), "a".into()]);
/// assert_eq!(values.to_string(), r#"[null, 2, "a", "b"]"#);
/// ```
pub fn sorted<'a>(arena: &'a Arena, items: &[Value<'a>]) -> Value<'a> {
    let mut sorted = arena.vec_with_capacity(items.len());
    sorted.extend_from_slice_copy(items);
    sort_stable(arena, &mut sorted, Value::cmp);
    Value::Array(sorted.into_bump_slice())
}

/// Sorts pairs by key. The sort is stable.
fn sort_pairs<'a>(arena: &'a Arena, pairs: &mut [(Value<'a>, Value<'a>)]) {
    sort_stable(arena, pairs, |a, b| a.0.cmp(&b.0));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set<'a>(arena: &'a Arena, members: &[i64]) -> Set<'a> {
        let mut builder = SetBuilder::new(arena);
        for member in members {
            builder.insert(Value::int(*member));
        }
        match builder.finish() {
            Value::Set(set) => set,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_of_equal_members_stays() {
        let arena = Arena::new();
        let number = |text| Value::Number(crate::number::Number::from_text(text));
        let mut builder = SetBuilder::new(&arena);
        for text in ["2", "1.0", "1", "1e0"] {
            builder.insert(number(text));
        }
        assert_eq!(builder.finish().to_string(), "{1.0, 2}");
    }

    #[test]
    fn a_key_with_two_values_takes_the_last_or_is_refused() {
        let arena = Arena::new();
        let build = |values: [i64; 2]| {
            let mut builder = ObjectBuilder::new(&arena);
            for value in values {
                builder.insert(Value::String("k"), Value::int(value));
            }
            builder
        };
        assert_eq!(build([1, 2]).finish().to_string(), r#"{"k": 2}"#);
        assert_eq!(build([1, 2]).finish_unique(), Err(DuplicateKey));
        assert!(build([1, 1]).finish_unique().is_ok());
    }

    proptest! {
        #[test]
        fn sorting_is_stable(items in proptest::collection::vec((0..20_u8, 0..u32::MAX), 0..300)) {
            let arena = Arena::new();
            let mut own = items.clone();
            sort_stable(&arena, &mut own, |a, b| a.0.cmp(&b.0));
            let mut expected = items;
            expected.sort_by_key(|item| item.0);
            prop_assert_eq!(own, expected);
        }

        #[test]
        fn sets_are_sets(
            a in proptest::collection::vec(0..40_i64, 0..60),
            b in proptest::collection::vec(0..40_i64, 0..60),
        ) {
            use std::collections::BTreeSet;
            let arena = Arena::new();
            let (x, y) = (set(&arena, &a), set(&arena, &b));
            let (a, b): (BTreeSet<i64>, BTreeSet<i64>) = (a.into_iter().collect(), b.into_iter().collect());
            let expect = |members: Vec<i64>| Value::Set(set(&arena, &members));
            prop_assert_eq!(union(&arena, x, y), expect(a.union(&b).copied().collect()));
            prop_assert_eq!(intersection(&arena, x, y), expect(a.intersection(&b).copied().collect()));
            prop_assert_eq!(difference(&arena, x, y), expect(a.difference(&b).copied().collect()));
            prop_assert_eq!(x.len(), a.len());
            for number in 0..40 {
                prop_assert_eq!(x.contains(&Value::int(number)), a.contains(&number));
            }
        }
    }
}
