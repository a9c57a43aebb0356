//! Indexes that live as long as an evaluation.

use core::cell::Cell;

use crate::arena::Arena;
use crate::codegen_support::members;
use crate::context::Context;
use crate::value::Value;

use super::shared::Indexes;
use super::table::{Entry, Table, hashes};
use super::{Join, is_same};

/// The indexes of an evaluation: those kept with its data, and a list of its own in the arena.
#[derive(Default)]
pub(crate) struct Joins<'a> {
    pub(super) shared: Option<&'a Indexes<'a>>,
    first: Cell<Option<&'a Local<'a>>>,
}

/// The last collection that a loop iterated, with its index.
struct Local<'a> {
    join: &'static Join,
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

    /// Returns the index of `of` for a loop. It is built when the loop meets this collection again.
    pub(super) fn table(
        &self,
        join: &'static Join,
        of: Value<'a>,
        cx: &Context<'a>,
    ) -> Option<Table<'a>> {
        let Some(local) = self.find(join) else {
            let (of, index) = (Cell::new(of), Cell::new(Index::Seen));
            let local = Local { join, of, index, next: self.first.get() };
            self.first.set(Some(cx.env().arena.place(local)));
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
                let table = made(join, of, cx);
                local.index.set(table.map_or(Index::Impossible, Index::Made));
                table
            }
        }
    }

    fn find(&self, join: &'static Join) -> Option<&'a Local<'a>> {
        let mut at = self.first.get();
        while let Some(local) = at {
            if core::ptr::eq(local.join, join) {
                return Some(local);
            }
            at = local.next;
        }
        None
    }
}

fn made<'a>(join: &Join, of: Value<'a>, cx: &Context<'a>) -> Option<Table<'a>> {
    let arena: &'a Arena = cx.env().arena;
    // If the budget is exceeded, the scan without the index fails.
    arena.charge(of.len()?).ok()?;
    let mut found = arena.vec_with_capacity(of.len()?);
    for (row, member) in (0..).zip(members(Some(of))) {
        found.extend(hashes(join, cx, member)?.map(|hash| Entry::new(row, hash)));
    }
    let mut starts = arena.scratch(Table::bounds(found.len()));
    starts.resize(Table::bounds(found.len()), 0);
    let mut sorted = arena.scratch(found.len());
    sorted.resize(found.len(), Entry::default());
    Table::build(&found, starts.into_bump_slice_mut(), sorted.into_bump_slice_mut())
}
