//! The variable bindings of one branch.

use std::cell::Cell;

use ferrego_runtime::Value;
use smallvec::{SmallVec, smallvec};

use crate::program::{GroupId, Slot, Term};

/// The binding of a variable.
#[derive(Clone, Copy)]
pub(super) enum Binding<'m, 'a> {
    Free,
    Value(Value<'a>),
    /// A term with free variables. OPA's order of literals can bind a variable to a term before the
    /// term's own variables are bound.
    Term(&'m Term),
}

/// The variables of a branch during its evaluation, and the group of the branch.
pub(super) struct Frame<'m, 'a> {
    slots: SmallVec<[Cell<Binding<'m, 'a>>; 8]>,
    pub(super) group: Option<GroupId>,
}

impl<'m, 'a> Frame<'m, 'a> {
    /// Creates a frame of `slots` free variables.
    pub(super) fn new(slots: usize, group: Option<GroupId>) -> Self {
        Self { slots: smallvec![Cell::new(Binding::Free); slots], group }
    }

    /// Returns a copy for a region, whose changes do not change this frame.
    pub(super) fn copy<'s>(&self) -> Frame<'s, 's>
    where
        'a: 's,
        'm: 's,
    {
        let slots = self.slots.iter().map(|slot| {
            let binding: Binding<'s, 's> = slot.get();
            Cell::new(binding)
        });
        Frame { slots: slots.collect(), group: self.group }
    }

    /// Iterates over the values that variables are bound to.
    pub(super) fn values(&self) -> impl Iterator<Item = Value<'a>> {
        self.slots.iter().filter_map(|slot| match slot.get() {
            Binding::Value(value) => Some(value),
            _ => None,
        })
    }

    pub(super) fn get(&self, slot: Slot) -> Binding<'m, 'a> {
        self.slots[slot].get()
    }

    pub(super) fn set(&self, slot: Slot, binding: Binding<'m, 'a>) {
        self.slots[slot].set(binding);
    }
}
