//! Indexes that live as long as an evaluation.

use core::cell::Cell;

use super::shared::{Indexes, LoopId, is_same};
use super::table::Table;
use crate::arena::Arena;
use crate::value::Value;

/// The indexes of an evaluation: those kept with its data, and a list of its own in the arena.
#[derive(Default)]
pub(crate) struct Joins<'a> {
    pub(crate) shared: Option<&'a Indexes<'a>>,
    first: Cell<Option<&'a Local<'a>>>,
}

/// The last collection that a loop iterated, with its index.
struct Local<'a> {
    id: LoopId,
    of: Cell<Value<'a>>,
    index: Cell<Index<'a>>,
    next: Option<&'a Local<'a>>,
}

#[derive(Clone, Copy)]
enum Index<'a> {
    /// The loop has iterated the collection once.
    Seen,
    /// A key cannot be computed, so the collection has no index.
    Impossible,
    Made(Table<'a>),
}

impl<'a> Joins<'a> {
    pub(crate) fn new(shared: Option<&'a Indexes<'a>>) -> Self {
        Self { shared, first: Cell::new(None) }
    }

    /// Returns the index of `of` for a loop. It is built when the loop meets this collection again,
    /// in `arena`.
    pub(super) fn table(
        &self,
        id: LoopId,
        of: Value<'a>,
        arena: &'a Arena,
        build: impl FnOnce() -> Option<Table<'a>>,
    ) -> Option<Table<'a>> {
        let Some(local) = self.find(id) else {
            let (of, index) = (Cell::new(of), Cell::new(Index::Seen));
            let local = Local { id, of, index, next: self.first.get() };
            self.first.set(Some(arena.place(local)));
            return None;
        };
        // The list borrows the collection, so its memory cannot have been reused for another one.
        if !is_same(&local.of.get(), &of) {
            local.of.set(of);
            local.index.set(Index::Seen);
            return None;
        }
        match local.index.get() {
            Index::Made(table) => Some(table),
            Index::Impossible => None,
            Index::Seen => {
                let table = build();
                local.index.set(table.map_or(Index::Impossible, Index::Made));
                table
            }
        }
    }

    fn find(&self, id: LoopId) -> Option<&'a Local<'a>> {
        let mut at = self.first.get();
        while let Some(local) = at {
            if local.id == id {
                return Some(local);
            }
            at = local.next;
        }
        None
    }
}
