//! Indexes that live as long as the data, and are shared by evaluations and threads.

use core::fmt;
use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use self_cell::self_cell;

use crate::arena::Arena;
use crate::context::Context;
use crate::document::Document;
use crate::env::{Env, NoHost};
use crate::generated::members;
use crate::value::Value;

use super::table::{Entry, Table, entries};
use super::{FEW_KEPT, Join, is_same};

/// The collections of base documents that indexes are kept for.
///
/// It borrows the documents, so that no memory of theirs can have become another's while it is
/// asked for a collection by its place.
#[derive(Default)]
pub struct Indexes<'d> {
    places: HashMap<usize, (Value<'d>, Arc<Slots>), BuildHasherDefault<Address>>,
}

impl<'d> Indexes<'d> {
    /// Whether a collection is long enough for an index to serve.
    pub fn serve(of: &Value<'_>) -> bool {
        of.len().is_some_and(|length| length >= FEW_KEPT)
    }

    /// Keeps the indexes of `of` in `slots`, which may be those of an equal collection that
    /// stands elsewhere.
    pub fn insert(&mut self, of: Value<'d>, slots: Arc<Slots>) {
        if Self::serve(&of)
            && let Some(address) = address(&of)
        {
            self.places.insert(address, (of, slots));
        }
    }

    pub(super) fn find(&self, of: &Value<'_>) -> Option<&Slots> {
        let (own, slots) = self.places.get(&address(of)?)?;
        is_same(own, of).then_some(slots)
    }

    /// Finds the collections of a document that are long enough, down to a depth.
    fn collect(&mut self, of: Value<'d>, depth: usize) {
        self.insert(of, Arc::default());
        if let Some(depth) = depth.checked_sub(1) {
            members(Some(of)).for_each(|(_, member)| self.collect(member, depth));
        }
    }
}

impl fmt::Debug for Indexes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Indexes").field("collections", &self.places.len()).finish()
    }
}

/// Where a collection stands.
fn address(of: &Value<'_>) -> Option<usize> {
    match of {
        Value::Array(items) => Some(items.as_ptr().addr()),
        Value::Object(object) => Some(object.pairs.as_ptr().addr()),
        Value::Set(set) => Some(set.members.as_ptr().addr()),
        _ => None,
    }
}

/// Hashes addresses.
#[derive(Default)]
struct Address(u64);

impl Hasher for Address {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, address: usize) {
        // The last bits choose the place in a map, the first ones tell its entries apart.
        let mixed = (self.0 ^ address as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

/// The indexes of one collection, one for each loop that asks for it. A list that only grows, so
/// that reading it takes no lock.
#[derive(Debug, Default)]
pub struct Slots {
    first: OnceLock<Box<Slot>>,
}

#[derive(Debug)]
struct Slot {
    join: &'static Join,
    /// `None` where a key cannot be computed.
    table: Option<Owned>,
    next: OnceLock<Box<Slot>>,
}

#[derive(Debug)]
struct Owned {
    starts: Box<[u32]>,
    sorted: Box<[Entry]>,
}

impl Slots {
    /// The index of `of` for a loop of a policy that has so many memo cells, made at first use.
    pub(super) fn table(
        &self,
        join: &'static Join,
        of: Value<'_>,
        cells: usize,
    ) -> Option<Table<'_>> {
        let mut next = &self.first;
        loop {
            let make =
                || Box::new(Slot { join, table: made(join, of, cells), next: OnceLock::new() });
            let slot = next.get_or_init(make);
            if core::ptr::eq(slot.join, join) {
                let Owned { starts, sorted } = slot.table.as_ref()?;
                return Some(Table::over(starts, sorted));
            }
            next = &slot.next;
        }
    }
}

/// Computes the keys of each member in a context of its own: they depend on nothing else.
fn made(join: &Join, of: Value<'_>, cells: usize) -> Option<Owned> {
    let mut arena = Arena::new();
    let mut found = Vec::with_capacity(of.len()?);
    for (row, member) in (0..).zip(members(Some(of))) {
        arena.reset();
        let env = Env::new(&arena, &NoHost);
        let cx = Context::new(env, None, Value::EMPTY_OBJECT, cells);
        entries(join, &cx, row, member, |entry| found.push(entry))?;
    }
    let mut starts = vec![0; Table::bounds(found.len())].into_boxed_slice();
    let mut sorted = vec![Entry::default(); found.len()].into_boxed_slice();
    Table::build(&found, &mut starts, &mut sorted)?;
    Some(Owned { starts, sorted })
}

self_cell!(
    struct Cell {
        owner: Document,
        #[covariant]
        dependent: Indexes,
    }
);

/// A document that keeps indexes of its collections.
///
/// ```
/// use ferrego_runtime::{Arena, Document, Evaluation, IndexedDocument};
/// let data = IndexedDocument::new(Document::parse(r#"{"inventory": {}}"#).unwrap());
/// let arena = Arena::new();
/// let evaluation = Evaluation::new(&arena).data(data.value()).indexes(data.indexes());
/// # let _ = evaluation;
/// ```
pub struct IndexedDocument(Cell);

impl IndexedDocument {
    /// Indexes are kept of what lies no deeper, which is where an inventory has its objects.
    const DEPTH: usize = 5;

    /// The document, of which indexes are made where policies ask for them.
    pub fn new(document: Document) -> Self {
        Self(Cell::new(document, |document| {
            let mut indexes = Indexes::default();
            indexes.collect(document.value(), Self::DEPTH);
            indexes
        }))
    }

    /// The value.
    pub fn value(&self) -> Value<'_> {
        self.0.borrow_owner().value()
    }

    /// The indexes, for [`crate::Evaluation::indexes`].
    pub fn indexes(&self) -> &Indexes<'_> {
        self.0.borrow_dependent()
    }
}

impl fmt::Debug for IndexedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IndexedDocument").field(&self.value()).finish()
    }
}
