//! The total order of values, as OPA's `ast.Compare` defines it: null < boolean < number < string <
//! array < object < set. Equality agrees with this order, but has a faster implementation.
//!
//! Each visit of a collection is charged to the evaluation that runs on the thread, because values
//! with shared parts are compared in exponential time; see `budget::visits`. A comparison that
//! exceeds the budget returns `Less` or `false`: these results end the comparisons around it.

use core::cmp::Ordering;
use core::ptr;

use crate::budget::{CHUNK, MEMBERS, visit};
use crate::deep::{self, SHALLOW};
use crate::internal::short_str;
use crate::value::{Object, Set, Value};

impl Value<'_> {
    /// Compares values that may borrow from different places.
    #[inline]
    pub fn compare(&self, other: &Value<'_>) -> Ordering {
        match (self, other) {
            (Value::String(a), Value::String(b)) => short_str::compare(a, b),
            (Value::Number(a), Value::Number(b)) => a.compare(b),
            _ => self.compare_any(other, 0),
        }
    }

    /// Compares members of collections at a level.
    #[inline]
    fn compare_at(&self, other: &Value<'_>, level: u32) -> Ordering {
        match (self, other) {
            (Value::String(a), Value::String(b)) => short_str::compare(a, b),
            (Value::Number(a), Value::Number(b)) => a.compare(b),
            _ => self.compare_any(other, level),
        }
    }

    /// Compares values without a call for integers, which policies compare most often.
    #[inline]
    fn compare_soon(&self, other: &Value<'_>) -> Ordering {
        if let (Value::Number(a), Value::Number(b)) = (self, other)
            && let (Some(a), Some(b)) = (a.held(), b.held())
        {
            return a.cmp(&b);
        }
        self.compare(other)
    }

    fn compare_any(&self, other: &Value<'_>, level: u32) -> Ordering {
        match (self, other) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Number(a), Value::Number(b)) => a.compare(b),
            (Value::String(a), Value::String(b)) => short_str::compare(a, b),
            (Value::Array(_) | Value::Object(_) | Value::Set(_), _) if level == SHALLOW => {
                deep::compare(self, other)
            }
            (Value::Array(a), Value::Array(b)) => compare_slices(a, b, level),
            (Value::Object(a), Value::Object(b)) => a.compare(b, level),
            (Value::Set(a), Value::Set(b)) => compare_slices(a.members, b.members, level),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    /// Compares the value with the string `text`.
    pub fn cmp_str(&self, text: &str) -> Ordering {
        match self {
            Value::String(own) => short_str::compare(own, text),
            _ => self.rank().cmp(&Value::String("").rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Number(_) => 2,
            Value::String(_) => 3,
            Value::Array(_) => 4,
            Value::Object(_) => 5,
            Value::Set(_) => 6,
        }
    }
}

impl Object<'_> {
    /// Compares the sorted pairs one by one, key before value, as OPA does. If one object is a
    /// prefix of the other, the shorter is less.
    fn compare(&self, other: &Object<'_>, level: u32) -> Ordering {
        compare_members(self.pairs, other.pairs, |(key, value), (other_key, other_value)| {
            key.compare_at(other_key, level + 1)
                .then_with(|| value.compare_at(other_value, level + 1))
        })
    }
}

fn compare_slices(a: &[Value<'_>], b: &[Value<'_>], level: u32) -> Ordering {
    compare_members(a, b, |a, b| a.compare_at(b, level + 1))
}

/// Compares two slices member by member. If one is a prefix of the other, the shorter is less.
#[inline]
fn compare_members<T: Part>(a: &[T], b: &[T], compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
    if ptr::eq(a, b) {
        return Ordering::Equal;
    }
    if a.len().min(b.len()) <= CHUNK {
        return compare_part(a, b, &compare);
    }
    let parts = a.chunks(CHUNK).zip(b.chunks(CHUNK));
    let mut orders = parts.map(|(a, b)| compare_part(a, b, &compare));
    orders.find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// Compares slices like [`compare_members`], and charges the members once at the end.
#[inline]
fn compare_part<T: Part>(a: &[T], b: &[T], compare: &impl Fn(&T, &T) -> Ordering) -> Ordering {
    let mut nested = 0;
    for (index, (x, y)) in a.iter().zip(b).enumerate() {
        nested += x.collections();
        let ordering = compare(x, y);
        if ordering.is_ne() {
            return if visit_parts(nested, index) { ordering } else { Ordering::Less };
        }
    }
    if visit_parts(nested, a.len()) { a.len().cmp(&b.len()) } else { Ordering::Less }
}

/// Returns `true` if two slices are equal member by member.
#[inline]
fn are_same<T: Part>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if ptr::eq(a, b) {
        return true;
    }
    if a.len() <= CHUNK {
        return is_same_part(a, b, &same);
    }
    a.chunks(CHUNK).zip(b.chunks(CHUNK)).all(|(a, b)| is_same_part(a, b, &same))
}

/// Compares slices like [`are_same`], and charges the members once at the end.
#[inline]
fn is_same_part<T: Part>(a: &[T], b: &[T], same: &impl Fn(&T, &T) -> bool) -> bool {
    let mut nested = 0;
    for (index, (x, y)) in a.iter().zip(b).enumerate() {
        nested += x.collections();
        if !same(x, y) {
            visit_parts(nested, index);
            return false;
        }
    }
    visit_parts(nested, a.len())
}

/// The members that a collection of scalars may have to be compared without a charge.
const FEW: usize = 64;

/// Charges the visit of a collection with `nested` collections among its members. A collection of a
/// few scalars costs nothing of its own, because the collection around it counts it.
#[inline]
fn visit_parts(nested: usize, members: usize) -> bool {
    (nested == 0 && members < FEW) || visit(MEMBERS * nested + members)
}

/// A member of a collection.
trait Part {
    /// Returns the number of collections in the member.
    fn collections(&self) -> usize;
}

impl Part for Value<'_> {
    #[inline]
    fn collections(&self) -> usize {
        usize::from(matches!(self, Value::Array(_) | Value::Object(_) | Value::Set(_)))
    }
}

impl Part for (Value<'_>, Value<'_>) {
    #[inline]
    fn collections(&self) -> usize {
        self.0.collections() + self.1.collections()
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other, 0)
    }
}

impl Value<'_> {
    /// Returns `true` if members of collections at a level are equal.
    fn is_same(&self, other: &Self, level: u32) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::String(a), Value::String(b)) => short_str::same(a, b),
            (Value::Array(_) | Value::Object(_) | Value::Set(_), _) if level == SHALLOW => {
                deep::compare(self, other).is_eq()
            }
            (Value::Array(a), Value::Array(b)) => are_equal(a, b, level),
            (Value::Object(a), Value::Object(b)) => a.is_same(b, level),
            (Value::Set(a), Value::Set(b)) => are_equal(a.members, b.members, level),
            _ => false,
        }
    }
}

impl Eq for Value<'_> {}

impl PartialOrd for Value<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    #[inline]
    fn lt(&self, other: &Self) -> bool {
        self.compare_soon(other).is_lt()
    }

    #[inline]
    fn le(&self, other: &Self) -> bool {
        self.compare_soon(other).is_le()
    }

    #[inline]
    fn gt(&self, other: &Self) -> bool {
        self.compare_soon(other).is_gt()
    }

    #[inline]
    fn ge(&self, other: &Self) -> bool {
        self.compare_soon(other).is_ge()
    }
}

impl Ord for Value<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare(other)
    }
}

impl PartialEq for Set<'_> {
    fn eq(&self, other: &Self) -> bool {
        are_equal(self.members, other.members, 0)
    }
}

impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other, 0)
    }
}

impl Object<'_> {
    fn is_same(&self, other: &Self, level: u32) -> bool {
        are_same(self.pairs, other.pairs, |(key, value), (other_key, other_value)| {
            key.is_same(other_key, level + 1) && value.is_same(other_value, level + 1)
        })
    }
}

fn are_equal(a: &[Value<'_>], b: &[Value<'_>], level: u32) -> bool {
    are_same(a, b, |a, b| a.is_same(b, level + 1))
}

#[cfg(test)]
mod tests {
    use core::cmp::Ordering;

    use proptest::prelude::*;

    use crate::arena::Arena;
    use crate::internal::samples::{Sample, sample};
    use crate::value::Value;

    #[test]
    fn types_are_ordered() {
        let arena = Arena::new();
        let set = Sample::Set(vec![Sample::Null]).build(&arena);
        let ordered = [
            Value::Null,
            Value::Bool(false),
            Value::Bool(true),
            Value::int(9),
            Value::String(""),
            Value::String("a"),
            Value::EMPTY_ARRAY,
            arena.array(&[Value::Null]),
            Value::EMPTY_OBJECT,
            Value::EMPTY_SET,
            set,
        ];
        assert!(ordered.is_sorted_by(|a, b| a < b), "{ordered:?}");
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in sample(), b in sample(), c in sample()) {
            let arena = Arena::new();
            let (a, b, c) = (a.build(&arena), b.build(&arena), c.build(&arena));
            prop_assert_eq!(a.compare(&b), b.compare(&a).reverse());
            prop_assert_eq!(a.compare(&a), Ordering::Equal);
            if a <= b && b <= c {
                prop_assert!(a <= c);
            }
            if a == b {
                prop_assert_eq!(a.compare(&c), b.compare(&c));
            }
        }

        #[test]
        fn operators_are_the_orders(a in sample(), b in sample()) {
            let arena = Arena::new();
            let (a, b) = (a.build(&arena), b.build(&arena));
            let order = a.compare(&b);
            prop_assert_eq!(
                (a < b, a <= b, a > b, a >= b),
                (order.is_lt(), order.is_le(), order.is_gt(), order.is_ge())
            );
        }

        #[test]
        fn equality_is_the_orders(a in sample(), b in sample()) {
            let arena = Arena::new();
            let (a, b) = (a.build(&arena), b.build(&arena));
            prop_assert_eq!(a == b, a.compare(&b).is_eq());
        }

        #[test]
        fn copies_and_what_is_printed_are_equal(value in sample()) {
            let (arena, other) = (Arena::new(), Arena::new());
            let value = value.build(&arena);
            let copy = value.copy_to(&other);
            prop_assert_eq!(value, copy);
            prop_assert_eq!(value.to_string(), copy.to_string());
        }
    }
}
