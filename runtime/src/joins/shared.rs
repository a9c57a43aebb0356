//! Indexes that live as long as the data, and are shared by evaluations and threads.

use core::fmt;
use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use self_cell::self_cell;

use crate::arena::Arena;
use crate::context::Context;
use crate::document::Document;
use crate::env::{Env, NoHost};
use crate::generated::members;
use crate::value::Value;

use super::table::{Entry, Table, hashes};
use super::{FEW_KEPT, Join, Kept, is_same};

/// So often is a collection gone through before the index above data is made, which takes about
/// as long.
pub(super) const PATIENCE: u32 = 16;

/// The collections of base documents that indexes are kept for.
///
/// It borrows the documents, so that no memory of theirs can have become another's while it is
/// asked for a collection by its place.
#[derive(Default)]
pub struct Indexes<'d> {
    places: HashMap<usize, Place<'d>, BuildHasherDefault<Address>>,
}

/// A collection with its indexes.
pub(super) struct Place<'d> {
    of: Value<'d>,
    slots: Arc<Slots>,
    /// Those of its members, where they are kept when other members change.
    members: Vec<Arc<Slots>>,
}

impl<'d> Indexes<'d> {
    /// Whether a collection is long enough for an index to serve.
    pub fn serve(of: &Value<'_>) -> bool {
        of.len().is_some_and(|length| length >= FEW_KEPT)
    }

    /// Keeps the indexes of `of` in `slots`, and what is found of each of its members in those of
    /// the member, where there are any: what they hold must be of the very same values.
    pub fn insert(&mut self, of: Value<'d>, slots: Arc<Slots>, members: Vec<Arc<Slots>>) {
        if Self::serve(&of)
            && let Some(address) = address(&of)
        {
            self.places.insert(address, Place { of, slots, members });
        }
    }

    pub(super) fn find(&self, of: &Value<'_>) -> Option<&Place<'d>> {
        self.places.get(&address(of)?).filter(|place| is_same(&place.of, of))
    }

    /// Finds the collections of a document that are long enough, down to a depth.
    fn collect(&mut self, of: Value<'d>, depth: usize) {
        self.insert(of, Arc::default(), Vec::new());
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

/// What is kept of a collection for one loop; `None` where a key cannot be computed.
#[derive(Debug)]
struct Slot {
    join: &'static Join,
    /// How often it was asked for before it was made.
    asked: AtomicU32,
    table: OnceLock<Option<Owned>>,
    /// The hashes of the keys that the collection has as a member of another.
    hashes: OnceLock<Option<Box<[u32]>>>,
    next: OnceLock<Box<Slot>>,
}

#[derive(Debug)]
struct Owned {
    starts: Box<[u32]>,
    sorted: Box<[Entry]>,
}

impl Slots {
    fn slot(&self, join: &'static Join) -> &Slot {
        let mut next = &self.first;
        loop {
            let slot = next.get_or_init(|| Box::new(Slot::new(join)));
            if core::ptr::eq(slot.join, join) {
                return slot;
            }
            next = &slot.next;
        }
    }
}

impl Slot {
    fn new(join: &'static Join) -> Self {
        let (table, hashes, next) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { join, asked: AtomicU32::new(0), table, hashes, next }
    }
}

impl Place<'_> {
    /// The index for a loop of a policy that has so many memo cells, made when it is asked for.
    pub(super) fn table(&self, join: &'static Join, cells: usize) -> Option<Table<'_>> {
        let slot = self.slots.slot(join);
        if join.kept == Kept::AboveData
            && slot.table.get().is_none()
            && slot.asked.fetch_add(1, Ordering::Relaxed) < PATIENCE
        {
            return None;
        }
        let Owned { starts, sorted } =
            slot.table.get_or_init(|| self.made(join, cells)).as_ref()?;
        Some(Table::over(starts, sorted))
    }

    fn made(&self, join: &'static Join, cells: usize) -> Option<Owned> {
        let mut arena = Arena::new();
        let mut found = Vec::with_capacity(self.of.len()?);
        for (row, member) in (0..).zip(members(Some(self.of))) {
            match self.members.get(row as usize) {
                None => {
                    arena.reset();
                    let cx = alone(&arena, cells);
                    found.extend(hashes(join, &cx, member)?.map(|hash| Entry::new(row, hash)));
                }
                Some(slots) => {
                    let make =
                        || Some(hashes(join, &alone(&Arena::new(), cells), member)?.collect());
                    let hashes = slots.slot(join).hashes.get_or_init(make).as_ref()?;
                    found.extend(hashes.iter().map(|&hash| Entry::new(row, hash)));
                }
            }
        }
        let mut starts = vec![0; Table::bounds(found.len())].into_boxed_slice();
        let mut sorted = vec![Entry::default(); found.len()].into_boxed_slice();
        Table::build(&found, &mut starts, &mut sorted)?;
        Some(Owned { starts, sorted })
    }
}

/// A context for the keys of a member, which depend on nothing else.
fn alone(arena: &Arena, cells: usize) -> Context<'_> {
    Context::new(Env::new(arena, &NoHost), None, Value::EMPTY_OBJECT, cells)
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
