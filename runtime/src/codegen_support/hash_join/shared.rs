//! Indexes that live as long as the data. Evaluations and threads share them.

use core::fmt;
use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use self_cell::self_cell;

use crate::arena::Arena;
use crate::codegen_support::members;
use crate::context::Context;
use crate::document::Document;
use crate::env::{Env, NoHost};
use crate::value::Value;

use super::table::{Entry, Table, hashes};
use super::{FEW_KEPT, Join, Kept, is_same};

/// The number of scans of a collection before an index above the data is built. Building it takes
/// about as long as these scans.
pub(super) const PATIENCE: u32 = 16;

/// The collections of base documents whose indexes are kept.
///
/// The documents are borrowed. Their memory thus cannot be reused for other values as long as
/// collections are looked up by address.
#[derive(Default)]
pub struct Indexes<'d> {
    places: HashMap<usize, Place<'d>, BuildHasherDefault<Address>>,
}

/// A collection with its indexes.
pub(super) struct Place<'d> {
    of: Value<'d>,
    slots: Arc<Slots>,
    /// The indexes of its members, if they are kept when other members change.
    members: Vec<Arc<Slots>>,
}

impl<'d> Indexes<'d> {
    /// Returns `true` if a collection is long enough to benefit from an index.
    pub fn serve(of: &Value<'_>) -> bool {
        of.len().is_some_and(|length| length >= FEW_KEPT)
    }

    /// Keeps the indexes of `of` in `slots`. If `members` is not empty, it keeps the key hashes of
    /// each member of `of` in that member's slots. All slots must belong to these very values.
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

    /// Inserts the collections of a document that are long enough, down to a depth.
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

/// Returns the address of a collection.
fn address(of: &Value<'_>) -> Option<usize> {
    match of {
        Value::Array(items) => Some(items.as_ptr().addr()),
        Value::Object(object) => Some(object.pairs.as_ptr().addr()),
        Value::Set(set) => Some(set.members.as_ptr().addr()),
        _ => None,
    }
}

/// A hasher of addresses.
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
        // A map takes the bucket from the low bits, and tells its entries apart by the high bits.
        let mixed = (self.0 ^ address as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

/// The indexes of one collection, one for each loop that uses it. The list only grows, so that
/// readers need no lock.
#[derive(Debug, Default)]
pub struct Slots {
    first: OnceLock<Box<Slot>>,
}

/// The data kept of a collection for one loop. A cell holds `None` if a key cannot be computed.
#[derive(Debug)]
struct Slot {
    join: &'static Join,
    /// The number of requests before the index was built.
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
    /// Returns the index for a loop of a policy with `cells` memo cells, and builds it on first
    /// use.
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

/// Creates a context for computing the keys of a member, which depend only on that member.
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
    /// The greatest depth of indexed collections, at which an inventory has its objects.
    const DEPTH: usize = 5;

    /// Wraps a document. Its indexes are built when policies need them.
    pub fn new(document: Document) -> Self {
        Self(Cell::new(document, |document| {
            let mut indexes = Indexes::default();
            indexes.collect(document.value(), Self::DEPTH);
            indexes
        }))
    }

    /// Returns the value.
    pub fn value(&self) -> Value<'_> {
        self.0.borrow_owner().value()
    }

    /// Returns the indexes, for [`crate::Evaluation::indexes`].
    pub fn indexes(&self) -> &Indexes<'_> {
        self.0.borrow_dependent()
    }
}

impl fmt::Debug for IndexedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IndexedDocument").field(&self.value()).finish()
    }
}
