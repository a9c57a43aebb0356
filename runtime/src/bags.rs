//! Bags: what sets become that are only iterated, neither sorted nor freed of duplicates.
//!
//! The compiler makes bags only where the order and the number of members cannot show in an answer
//! (`plan::bag`), as long as equal members are the same. They are not where numbers are equal and
//! have different texts; and where an evaluation stops, the order decides which error is met
//! first. `Order` notes what has to be done anew for that.

use core::cell::Cell;

use crate::arena::{self, Arena, ArenaVec};
use crate::bytes;
use crate::collections::SetBuilder;
use crate::value::{Object, Value};

/// In which order the members of bags come, through one evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// In that of sets: each bag is one.
    Sorted,
    /// In any; no bag with more than one member was made yet, and no loop was shared.
    Any,
    /// A bag with several members was made, or bodies shared a loop.
    Mixed,
    /// The same, and a set dropped a member that may have had another text than the one it kept.
    Doubtful,
}

/// The order of one evaluation, which all its contexts share.
#[derive(Debug)]
pub(crate) struct Bags(Cell<Order>);

impl Bags {
    pub(crate) fn new(order: Order) -> Self {
        Self(Cell::new(order))
    }

    /// Whether an answer must be found anew, with sets.
    pub(crate) fn must_repeat(&self, stopped: bool) -> bool {
        match self.0.get() {
            Order::Sorted | Order::Any => false,
            Order::Mixed => stopped,
            Order::Doubtful => true,
        }
    }

    /// Whether members may come in another order than that of definitions; notes that they do.
    #[inline]
    pub(crate) fn may_mix(&self) -> bool {
        if self.0.get() == Order::Any {
            self.0.set(Order::Mixed);
        }
        self.0.get() != Order::Sorted
    }

    /// Notes that a set dropped `member` for an equal one.
    pub(crate) fn dropped(&self, member: &Value<'_>) {
        if self.0.get() == Order::Mixed && !member.is_plain() {
            self.0.set(Order::Doubtful);
        }
    }

    /// Whether these members may stay as they are, of which no more is read than `keys`.
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
            // Of what is no object the keys read nothing, or texts that are members.
            (Some(_), _) => true,
        };
        members.iter().all(is_plain) && self.may_mix()
    }
}

/// A bag in the making.
#[derive(Debug)]
pub struct BagBuilder<'a> {
    arena: &'a Arena,
    bags: &'a Bags,
    /// Where members are read, if not everywhere: equal ones need to be the same there alone.
    keys: Option<&'static [&'static str]>,
    members: ArenaVec<'a, Value<'a>>,
}

impl<'a> BagBuilder<'a> {
    pub(crate) fn new(
        arena: &'a Arena,
        bags: &'a Bags,
        keys: Option<&'static [&'static str]>,
    ) -> Self {
        Self { arena, bags, keys, members: arena.vec() }
    }

    /// Adds a member.
    pub fn insert(&mut self, member: Value<'a>) {
        arena::push(&mut self.members, member);
    }

    /// What iterates the members: an array of them as they came, or the set of them.
    pub fn finish(self) -> Value<'a> {
        if self.bags.admit(&self.members, self.keys) {
            return Value::Array(self.members.into_bump_slice());
        }
        SetBuilder::of(self.arena, self.members, self.bags).finish()
    }
}

/// So many members are compared with each other.
const FEW: usize = 4;

/// Whether there are few members, each of which differs from all others by a text. If they differ,
/// most do so, which is found sooner than what numbers they hold.
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

/// Whether two values are different texts, or objects with different texts at one place of the
/// order of their keys.
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
    matches!((one, other), (Value::String(one), Value::String(other)) if !bytes::same(one, other))
}

/// Whether what stands at these keys is plain. Most values are scalars that are no numbers, whatever
/// their key.
fn is_plain_at(object: &Object<'_>, keys: &[&str]) -> bool {
    object.pairs.iter().all(|(key, value)| match value {
        Value::Null | Value::Bool(_) | Value::String(_) => true,
        _ => !keys.iter().any(|own| key.is_str(own)) || value.is_plain(),
    })
}

impl Value<'_> {
    /// Whether all numbers in the value are plain: no other text stands for an equal number that
    /// is plain. Integers of 64 bits without point and exponent are, and fractions of few digits
    /// that do not end in `0`.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        match self {
            Value::Null | Value::Bool(_) | Value::String(_) => true,
            Value::Number(number) => number.held().is_some() || number.is_plain(),
            Value::Array(_) | Value::Object(_) | Value::Set(_) => self.holds_plain(),
        }
    }

    /// The same of a collection: scalars take no calls.
    fn holds_plain(&self) -> bool {
        match self {
            Value::Array(items) => items.iter().all(Value::is_plain),
            Value::Object(object) => {
                object.pairs.iter().all(|(key, value)| key.is_plain() && value.is_plain())
            }
            Value::Set(set) => set.members.iter().all(Value::is_plain),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Value<'_> {
        Value::Number(crate::number::Number::from_text(text))
    }

    fn bag<'a>(arena: &'a Arena, bags: &'a Bags, members: &[&'a str]) -> String {
        let mut bag = BagBuilder::new(arena, bags, None);
        for member in members {
            bag.insert(number(member));
        }
        bag.finish().to_string()
    }

    #[test]
    fn members_stay_as_they_came() {
        let arena = Arena::new();
        let bags = Bags::new(Order::Any);
        assert_eq!(bag(&arena, &bags, &["2", "1", "2"]), "[2, 1, 2]");
        assert!(bags.must_repeat(true));
        assert!(!bags.must_repeat(false));
    }

    #[test]
    fn numbers_with_several_texts_make_a_set() {
        let arena = Arena::new();
        let bags = Bags::new(Order::Any);
        assert_eq!(bag(&arena, &bags, &["2", "1.0", "1"]), "{1.0, 2}");
        assert_eq!(bag(&arena, &bags, &["1.0"]), "[1.0]");
        assert!(!bags.must_repeat(true), "a set, and one member, come in one order");
    }

    #[test]
    fn members_that_differ_stay_as_they_came() {
        let arena = Arena::new();
        let named = |names: &[&'static str], order| {
            let mut bag = BagBuilder::new(&arena, arena.place(Bags::new(order)), None);
            for name in names {
                let mut member = crate::collections::ObjectBuilder::new(&arena);
                member.insert(Value::String("cpu"), number("1.0"));
                member.insert(Value::String("name"), Value::String(name));
                bag.insert(member.finish());
            }
            matches!(bag.finish(), Value::Array(_))
        };
        assert!(named(&["b", "a", "c", "d"], Order::Any));
        assert!(!named(&["b", "a", "b"], Order::Any));
        assert!(!named(&["b", "a", "c", "d", "e"], Order::Any));
        assert!(!named(&["b", "a"], Order::Sorted));
    }

    #[test]
    fn numbers_that_are_not_read_do_not_show() {
        let arena = Arena::new();
        let bags = Bags::new(Order::Any);
        let read = |keys| {
            let mut bag = BagBuilder::new(&arena, &bags, Some(keys));
            for text in ["1.0", "1"] {
                let mut member = crate::collections::ObjectBuilder::new(&arena);
                member.insert(Value::String("a"), number(text));
                member.insert(Value::String("b"), Value::Null);
                bag.insert(member.finish());
            }
            bag.finish().len()
        };
        assert_eq!(read(&["b", "c"]), Some(2));
        assert_eq!(read(&["a"]), Some(1));
    }

    #[test]
    fn a_dropped_text_after_a_bag_is_doubtful() {
        let arena = Arena::new();
        let bags = Bags::new(Order::Any);
        bags.dropped(&number("1.0"));
        assert!(!bags.must_repeat(false));
        bag(&arena, &bags, &["2", "1"]);
        bags.dropped(&number("1"));
        assert!(!bags.must_repeat(false));
        bags.dropped(&number("1.0"));
        assert!(bags.must_repeat(false));
    }

    #[test]
    fn an_evaluation_with_sets_is_not_repeated() {
        let arena = Arena::new();
        let bags = Bags::new(Order::Sorted);
        assert_eq!(bag(&arena, &bags, &["2", "1", "2"]), "{1, 2}");
        assert!(!bags.must_repeat(true));
    }
}
