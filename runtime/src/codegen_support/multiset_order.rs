//! The order of the members of multisets, and whether it may decide an answer.

use core::cell::Cell;

use crate::budget::visit;
use crate::deep::SHALLOW;
use crate::value::Value;

/// The order of the members of multisets in one evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Sorted: each multiset is a set.
    Sorted,
    /// Any order. So far, no multiset with several members was built, and no loop was shared.
    Any,
    /// A multiset with several members was built, or bodies shared a loop.
    Mixed,
    /// Like [`Order::Mixed`], and a set dropped a member whose text may differ from the text it
    /// kept.
    Doubtful,
}

/// The order of one evaluation, which all its contexts share.
#[derive(Debug)]
pub(crate) struct Multisets(Cell<Order>);

impl Multisets {
    pub(crate) fn new(order: Order) -> Self {
        Self(Cell::new(order))
    }

    /// Returns `true` if the answer must be computed again with sets. `stopped` tells whether the
    /// evaluation stopped with an error.
    pub(crate) fn must_repeat(&self, stopped: bool) -> bool {
        match self.0.get() {
            Order::Sorted | Order::Any => false,
            Order::Mixed => stopped,
            Order::Doubtful => true,
        }
    }

    /// Returns `true` if members may come in an order other than that of the definitions. Records
    /// that they do.
    #[inline]
    pub(crate) fn may_mix(&self) -> bool {
        if self.0.get() == Order::Any {
            self.0.set(Order::Mixed);
        }
        self.0.get() != Order::Sorted
    }

    /// Records that a set dropped `member` because of an equal one.
    pub(crate) fn dropped(&self, member: &Value<'_>) {
        if self.0.get() == Order::Mixed && !member.is_plain() {
            self.0.set(Order::Doubtful);
        }
    }
}

impl Value<'_> {
    /// Returns `true` if every number in the value is plain, that is, no other plain number is
    /// equal to it and has another text. Plain numbers are integers of 64 bits without point and
    /// exponent, and fractions of few digits that do not end in `0`.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain_at(0)
    }

    /// Returns `true` if a member of collections at a level is plain. A deep value counts as not
    /// plain.
    #[inline]
    fn is_plain_at(&self, level: u32) -> bool {
        match self {
            Value::Null | Value::Bool(_) | Value::String(_) => true,
            Value::Number(number) => number.held().is_some() || number.is_plain(),
            Value::Array(_) | Value::Object(_) | Value::Set(_) => {
                level < SHALLOW && self.holds_plain(level + 1)
            }
        }
    }

    /// Returns `true` if every number in a collection is plain. It is apart, so that scalars need
    /// no call.
    fn holds_plain(&self, level: u32) -> bool {
        if !visit(self.len().unwrap_or_default()) {
            return false;
        }
        match self {
            Value::Array(items) => items.iter().all(|item| item.is_plain_at(level)),
            Value::Object(object) => object
                .pairs
                .iter()
                .all(|(key, value)| key.is_plain_at(level) && value.is_plain_at(level)),
            Value::Set(set) => set.members.iter().all(|member| member.is_plain_at(level)),
            _ => true,
        }
    }
}
