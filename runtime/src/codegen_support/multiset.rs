//! Multisets: unsorted collections with duplicates, in place of sets that are only iterated.
//!
//! For `count({x | x := input.a[_]}) > 0`, for example, neither order nor duplicates matter.
//!
//! The compiler uses multisets only where the order and the number of members cannot change an
//! answer (`passes::unordered_sets`), provided that equal members are also identical. Two cases
//! break this:
//!
//! - Equal numbers may have different texts (`1` and `1.0`), so that the text of the member that a
//!   set keeps can depend on the order.
//! - If an evaluation stops, the order decides which error it meets first.
//!
//! `multiset_order::Order` records whether either case may have occurred. If so, the answer is computed again
//! with sets.

use crate::arena::{Arena, ArenaVec};
use crate::codegen_support::multiset_order::Multisets;
use crate::collections::SetBuilder;
use crate::internal::short_str;
use crate::value::{Object, Value};

impl Multisets {
    /// Returns `true` if `members` may remain a multiset. If `keys` is given, only these keys of
    /// members are read.
    fn admit(&self, members: &[Value<'_>], keys: Option<&[&str]>) -> bool {
        if members.len() <= 1 {
            return true;
        }
        if are_distinct(members) {
            return self.may_mix();
        }
        let is_plain = |member: &Value<'_>| match (keys, member) {
            (None, member) => member.is_plain(),
            (Some(keys), Value::Object(object)) => is_plain_at(object, keys),
            // Of other values, the keys read nothing, or a string that is itself a member.
            (Some(_), _) => true,
        };
        members.iter().all(is_plain) && self.may_mix()
    }
}

/// A builder of a multiset.
#[derive(Debug)]
pub struct MultisetBuilder<'a> {
    arena: &'a Arena,
    multisets: &'a Multisets,
    /// The keys at which members are read, if not all. Equal members need to be identical only
    /// there.
    keys: Option<&'static [&'static str]>,
    members: ArenaVec<'a, Value<'a>>,
}

impl<'a> MultisetBuilder<'a> {
    pub(crate) fn new(
        arena: &'a Arena,
        multisets: &'a Multisets,
        keys: Option<&'static [&'static str]>,
    ) -> Self {
        Self { arena, multisets, keys, members: arena.vec() }
    }

    /// Adds a member.
    pub fn insert(&mut self, member: Value<'a>) {
        self.members.push(member);
    }

    /// Returns the collection to iterate: an array of the members in the order of insertion, or
    /// their set.
    pub fn finish(self) -> Value<'a> {
        if self.multisets.admit(&self.members, self.keys) {
            return Value::Array(self.members.into_bump_slice());
        }
        SetBuilder::of(self.arena, self.members, self.multisets).finish()
    }
}

/// The greatest number of members that are compared pairwise.
const FEW: usize = 4;

/// Returns `true` if there are few members and each differs from all others by a string. Different
/// members usually do, and this check is cheaper than a search for numbers in them.
fn are_distinct(members: &[Value<'_>]) -> bool {
    if members.len() > FEW {
        return false;
    }
    let mut rest = members;
    while let [member, others @ ..] = rest {
        if !others.iter().all(|other| differ_by_text(member, other)) {
            return false;
        }
        rest = others;
    }
    true
}

/// Returns `true` if both values are strings and differ, or if both are objects whose sorted pairs
/// at one position have different strings.
fn differ_by_text(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let mut pairs = one.pairs.iter().zip(other.pairs);
            pairs.any(|((key, value), (own_key, own_value))| {
                are_other_texts(key, own_key) || are_other_texts(value, own_value)
            })
        }
        _ => are_other_texts(one, other),
    }
}

fn are_other_texts(one: &Value<'_>, other: &Value<'_>) -> bool {
    matches!((one, other), (Value::String(one), Value::String(other)) if !short_str::same(one, other))
}

/// Returns `true` if the values at `keys` are plain. It tests the type first, because most values
/// are plain scalars under any key.
fn is_plain_at(object: &Object<'_>, keys: &[&str]) -> bool {
    object.pairs.iter().all(|(key, value)| match value {
        Value::Null | Value::Bool(_) | Value::String(_) => true,
        _ => !keys.iter().any(|own| key.is_str(own)) || value.is_plain(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen_support::multiset_order::Order;

    fn number(text: &str) -> Value<'_> {
        Value::Number(crate::number::Number::from_text(text))
    }

    fn multiset<'a>(arena: &'a Arena, multisets: &'a Multisets, members: &[&'a str]) -> String {
        let mut multiset = MultisetBuilder::new(arena, multisets, None);
        for member in members {
            multiset.insert(number(member));
        }
        multiset.finish().to_string()
    }

    #[test]
    fn members_stay_as_they_came() {
        let arena = Arena::new();
        let multisets = Multisets::new(Order::Any);
        assert_eq!(multiset(&arena, &multisets, &["2", "1", "2"]), "[2, 1, 2]");
        assert!(multisets.must_repeat(true));
        assert!(!multisets.must_repeat(false));
    }

    #[test]
    fn numbers_with_several_texts_make_a_set() {
        let arena = Arena::new();
        let multisets = Multisets::new(Order::Any);
        assert_eq!(multiset(&arena, &multisets, &["2", "1.0", "1"]), "{1.0, 2}");
        assert_eq!(multiset(&arena, &multisets, &["1.0"]), "[1.0]");
        assert!(!multisets.must_repeat(true), "a set, and one member, come in one order");
    }

    #[test]
    fn members_that_differ_stay_as_they_came() {
        let arena = Arena::new();
        let named = |names: &[&'static str], order| {
            let mut multiset =
                MultisetBuilder::new(&arena, arena.place(Multisets::new(order)), None);
            for name in names {
                let mut member = crate::collections::ObjectBuilder::new(&arena);
                member.insert(Value::String("cpu"), number("1.0"));
                member.insert(Value::String("name"), Value::String(name));
                multiset.insert(member.finish());
            }
            matches!(multiset.finish(), Value::Array(_))
        };
        assert!(named(&["b", "a", "c", "d"], Order::Any));
        assert!(!named(&["b", "a", "b"], Order::Any));
        assert!(!named(&["b", "a", "c", "d", "e"], Order::Any));
        assert!(!named(&["b", "a"], Order::Sorted));
    }

    #[test]
    fn numbers_that_are_not_read_do_not_show() {
        let arena = Arena::new();
        let multisets = Multisets::new(Order::Any);
        let read = |keys| {
            let mut multiset = MultisetBuilder::new(&arena, &multisets, Some(keys));
            for text in ["1.0", "1"] {
                let mut member = crate::collections::ObjectBuilder::new(&arena);
                member.insert(Value::String("a"), number(text));
                member.insert(Value::String("b"), Value::Null);
                multiset.insert(member.finish());
            }
            multiset.finish().len()
        };
        assert_eq!(read(&["b", "c"]), Some(2));
        assert_eq!(read(&["a"]), Some(1));
    }

    #[test]
    fn a_dropped_text_after_a_bag_is_doubtful() {
        let arena = Arena::new();
        let multisets = Multisets::new(Order::Any);
        multisets.dropped(&number("1.0"));
        assert!(!multisets.must_repeat(false));
        multiset(&arena, &multisets, &["2", "1"]);
        multisets.dropped(&number("1"));
        assert!(!multisets.must_repeat(false));
        multisets.dropped(&number("1.0"));
        assert!(multisets.must_repeat(false));
    }

    #[test]
    fn an_evaluation_with_sets_is_not_repeated() {
        let arena = Arena::new();
        let multisets = Multisets::new(Order::Sorted);
        assert_eq!(multiset(&arena, &multisets, &["2", "1", "2"]), "{1, 2}");
        assert!(!multisets.must_repeat(true));
    }
}
