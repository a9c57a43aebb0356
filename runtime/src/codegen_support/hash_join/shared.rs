//! Indexes that live as long as the data. Evaluations and threads share them.

use core::fmt;
use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use self_cell::self_cell;

use crate::codegen_support::members::members;
use crate::document::Document;
use crate::value::Value;

use super::table::{Entry, Table};

/// The length from which an index serves that is already built.
pub(super) const FEW_KEPT: usize = 4;

/// The number of scans of a collection before an index above the data is built. Building it takes
/// about as long as these scans.
pub(super) const PATIENCE: u32 = 16;

/// The identity of a loop: the address of its static.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LoopId(usize);

impl LoopId {
    /// Returns the identity of the loop that `of` describes.
    pub(super) fn of<T>(of: &'static T) -> Self {
        Self(core::ptr::from_ref(of).addr())
    }
}

/// The collections of base documents whose indexes are kept.
///
/// The documents are borrowed. Their memory thus cannot be reused for other values as long as
/// collections are looked up by address.
///
/// ```
/// use ferrego_runtime::{Arena, Document, Evaluation, IndexedDocument, Indexes};
///
/// /// Returns an evaluation over `data`, with the indexes that other evaluations built.
/// fn over<'a>(arena: &'a Arena, data: &'a IndexedDocument) -> Evaluation<'a> {
///     let indexes: &Indexes<'_> = data.indexes();
///     Evaluation::new(arena).data(data.value()).indexes(indexes)
/// }
/// # let data = IndexedDocument::new(Document::parse("{}").unwrap());
/// # over(&Arena::new(), &data);
/// ```
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
    id: LoopId,
    /// The number of requests before the index was built.
    asked: AtomicU32,
    table: OnceLock<Option<Shared>>,
    /// The hashes of the keys that the collection has as a member of another.
    hashes: OnceLock<Option<Box<[u32]>>>,
    next: OnceLock<Box<Slot>>,
}

/// An index in memory of its own.
#[derive(Debug)]
pub(super) struct Shared {
    starts: Box<[u32]>,
    sorted: Box<[Entry]>,
}

impl Slots {
    fn slot(&self, id: LoopId) -> &Slot {
        let mut next = &self.first;
        loop {
            let slot = next.get_or_init(|| Box::new(Slot::new(id)));
            if slot.id == id {
                return slot;
            }
            next = &slot.next;
        }
    }
}

impl Slot {
    fn new(id: LoopId) -> Self {
        let (table, hashes, next) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { id, asked: AtomicU32::new(0), table, hashes, next }
    }
}

impl Place<'_> {
    /// Returns the index for a loop, which `build` builds on first use. A patient loop first scans
    /// the collection [`PATIENCE`] times.
    pub(super) fn table(
        &self,
        id: LoopId,
        is_patient: bool,
        build: impl FnOnce(&Self) -> Option<Shared>,
    ) -> Option<Table<'_>> {
        let slot = self.slots.slot(id);
        if is_patient
            && slot.table.get().is_none()
            && slot.asked.fetch_add(1, Ordering::Relaxed) < PATIENCE
        {
            return None;
        }
        let Shared { starts, sorted } = slot.table.get_or_init(|| build(self)).as_ref()?;
        Some(Table::over(starts, sorted))
    }

    /// Builds the index for a loop. `hashes` appends the hashes of a member's keys, or returns
    /// `None` if a key cannot be computed.
    pub(super) fn build<'v>(
        &'v self,
        id: LoopId,
        mut hashes: impl FnMut((Value<'v>, Value<'v>), &mut Vec<u32>) -> Option<()>,
    ) -> Option<Shared> {
        let mut found = Vec::with_capacity(self.of.len()?);
        let mut own = Vec::new();
        for (row, member) in (0..).zip(members(Some(self.of))) {
            own.clear();
            match self.members.get(row as usize) {
                None => {
                    hashes(member, &mut own)?;
                    found.extend(own.iter().map(|&hash| Entry::new(row, hash)));
                }
                Some(slots) => {
                    let make = || hashes(member, &mut own).map(|()| own.as_slice().into());
                    let hashes = slots.slot(id).hashes.get_or_init(make).as_ref()?;
                    found.extend(hashes.iter().map(|&hash| Entry::new(row, hash)));
                }
            }
        }
        let mut starts = vec![0; Table::bounds(found.len())].into_boxed_slice();
        let mut sorted = vec![Entry::default(); found.len()].into_boxed_slice();
        Table::build(&found, &mut starts, &mut sorted)?;
        Some(Shared { starts, sorted })
    }
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

/// Returns `true` if both are one collection at one address.
pub(super) fn is_same(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => core::ptr::eq::<[Value<'_>]>(*a, *b),
        (Value::Object(a), Value::Object(b)) => {
            core::ptr::eq::<[(Value<'_>, Value<'_>)]>(a.pairs, b.pairs)
        }
        (Value::Set(a), Value::Set(b)) => core::ptr::eq::<[Value<'_>]>(a.members, b.members),
        _ => false,
    }
}
