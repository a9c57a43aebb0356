//! Packs: objects that share their memory.
//!
//! An object in memory of its own wastes a third of it, because memory comes in pieces that double. A
//! pack holds the objects of several keys in one piece of the right size, with each short string once.
//!
//! ```text
//! insert a, b, c → three objects alone → a pack of a, b and c
//! replace b      → the pack (b unused), and the new b alone → … → a pack with the new b
//! ```
//!
//! An object that leaves a pack still takes memory there. So the others leave too, to join the next
//! pack, once a quarter of a pack is unused. The unused memory of all packs is thus at most a third of
//! the used memory, and each change copies a few objects in the mean.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ferrego_runtime::{Document, Value};

use super::key::ObjectKey;
use super::tree::Tree;

/// The objects of a pack.
pub(super) const PACK: usize = 64;

/// Several objects in one document, which is an array.
pub(super) struct Pack {
    document: Document,
    keys: Vec<ObjectKey>,
    /// The objects that the inventory still has in this pack.
    used: AtomicUsize,
}

impl Pack {
    fn new(keys: Vec<ObjectKey>, objects: &[Value<'_>]) -> Self {
        let used = AtomicUsize::new(keys.len());
        Self { document: Document::compact(&Value::Array(objects)), keys, used }
    }

    /// Returns the number of objects in the memory of the pack, whether or not they have left.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Notes that an object has left. Returns `true` if the others should leave too, which it does
    /// once.
    fn release(&self) -> bool {
        // Only the owner of the inventory's lock changes the number.
        let used = self.used.fetch_sub(1, Ordering::Relaxed).saturating_sub(1);
        used == self.keys.len() * 3 / 4
    }
}

/// The memory of an object.
#[derive(Clone)]
pub(super) enum Stored {
    /// The object has a document of its own.
    Alone(Arc<Document>),
    /// The object is an element of a pack.
    Packed(Arc<Pack>, usize),
}

impl Stored {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Alone(document) => document.value(),
            Self::Packed(pack, index) => {
                let elements = pack.document.value();
                elements.as_array().and_then(|all| all.get(*index).copied()).unwrap_or(Value::Null)
            }
        }
    }

    fn is_in(&self, other: &Arc<Pack>) -> bool {
        matches!(self, Self::Packed(pack, _) if Arc::ptr_eq(pack, other))
    }
}

/// The keys of the objects that the next pack is made of.
#[derive(Default)]
pub(super) struct Loose(BTreeSet<ObjectKey>);

impl Loose {
    /// Adds an object that is alone, and packs the loose ones if they are as many as `size`.
    pub(super) fn add(&mut self, key: ObjectKey, tree: &mut Tree, size: usize) {
        self.0.insert(key);
        if self.0.len() >= size {
            self.pack(tree);
        }
    }

    /// Notes that `tree` no longer has an object in `stored`.
    pub(super) fn release(&mut self, stored: &Stored, tree: &Tree) {
        let Stored::Packed(pack, _) = stored else { return };
        if pack.release() {
            let left =
                |key: &&ObjectKey| tree.get(&key.path()).is_some_and(|stored| stored.is_in(pack));
            self.0.extend(pack.keys.iter().filter(left).cloned());
        }
    }

    /// Moves the loose objects into a pack.
    fn pack(&mut self, tree: &mut Tree) {
        let stored = |key: ObjectKey| Some((tree.get(&key.path())?.clone(), key));
        let (stored, keys): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.0).into_iter().filter_map(stored).unzip();
        let objects: Vec<Value<'_>> = stored.iter().map(Stored::value).collect();
        let pack = Arc::new(Pack::new(keys, &objects));
        for (index, key) in pack.keys.iter().enumerate() {
            let packed = Stored::Packed(Arc::clone(&pack), index);
            if let Some(Stored::Packed(old, _)) = tree.insert(&key.path(), packed) {
                old.used.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }
}
