//! The bindings of one branch's variables.

use std::cell::Cell;

use ferrego_runtime::Value;

use crate::program::{GroupId, Slot};

/// The variables of a branch while it is evaluated, and the rules it belongs to.
pub(super) struct Frame<'a> {
    slots: Vec<Cell<Option<Value<'a>>>>,
    pub(super) group: Option<GroupId>,
}

impl<'a> Frame<'a> {
    /// `slots` variables, none of them bound.
    pub(super) fn new(slots: usize, group: Option<GroupId>) -> Self {
        Self { slots: vec![Cell::new(None); slots], group }
    }

    pub(super) fn get(&self, slot: Slot) -> Option<Value<'a>> {
        self.slots[slot].get()
    }

    pub(super) fn set(&self, slot: Slot, value: Option<Value<'a>>) {
        self.slots[slot].set(value);
    }
}
