//! The bindings of one branch's variables.

use std::cell::Cell;

use ferrego_runtime::Value;

use crate::program::{GroupId, Slot, Term};

/// What a variable stands for.
#[derive(Clone, Copy)]
pub(super) enum Binding<'m, 'a> {
    Free,
    Value(Value<'a>),
    /// A term that holds free variables: OPA's order of literals can bind one before them.
    Term(&'m Term),
}

/// The variables of a branch while it is evaluated, and the rules it belongs to.
pub(super) struct Frame<'m, 'a> {
    slots: Vec<Cell<Binding<'m, 'a>>>,
    pub(super) group: Option<GroupId>,
}

impl<'m, 'a> Frame<'m, 'a> {
    /// `slots` variables, none of them bound.
    pub(super) fn new(slots: usize, group: Option<GroupId>) -> Self {
        Self { slots: vec![Cell::new(Binding::Free); slots], group }
    }

    pub(super) fn get(&self, slot: Slot) -> Binding<'m, 'a> {
        self.slots[slot].get()
    }

    pub(super) fn set(&self, slot: Slot, binding: Binding<'m, 'a>) {
        self.slots[slot].set(binding);
    }
}
