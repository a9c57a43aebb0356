//! The objects of the cluster, which policies see as `data.inventory`.
//!
//! Writers change the [`Inventory`], and readers hold a [`Snapshot`]. A snapshot is a tree of
//! shared nodes over shared objects. The next snapshot shares all parts that an update did not
//! touch with the last one. Objects are copied only when they come in and when they are packed, so
//! that they take little memory (`pack`).
//!
//! ```
//! use std::sync::Arc;
//!
//! use ferrego_gatekeeper::Inventory;
//! use ferrego_runtime::Document;
//!
//! let namespace = Document::parse(
//!     r#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "web"}}"#,
//! )?;
//! let inventory = Inventory::new();
//! inventory.replace([Arc::new(namespace)])?;
//! assert_eq!(inventory.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod key;
mod namespace;
mod node;
mod pack;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;
mod tree;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use ferrego_runtime::json::{Demand, Needs};
use ferrego_runtime::{Arena, Document, Indexes, Value};
use self_cell::self_cell;

use crate::fault::{Fault, Faults};
use crate::numbers::Numbers;
pub use key::ObjectKey;
#[doc(hidden)]
pub use namespace::namespace_faults;
use node::Node;
use pack::{Loose, PACK, Stored};
use tree::Tree;

/// The objects that policies see in addition to the one they judge. It can be used from any thread.
///
/// ```
/// use std::sync::Arc;
///
/// use ferrego_gatekeeper::Inventory;
/// use ferrego_gatekeeper::inventory::ObjectKey;
/// use ferrego_runtime::Document;
///
/// let inventory = Inventory::new();
/// let json = r#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "web"}}"#;
/// let namespace = Arc::new(Document::parse(json)?);
/// inventory.insert(Arc::clone(&namespace))?;
/// assert!(inventory.snapshot().namespace_object("web").is_some());
/// assert!(inventory.remove(&ObjectKey::of(&namespace.value())?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Inventory {
    state: Mutex<State>,
    numbers: Numbers,
    /// The parts below `data.inventory` that are kept.
    needs: Needs,
    /// The value of the objects of which no part is kept.
    unread: Arc<Document>,
    /// The number of objects that share their memory.
    pack: usize,
}

/// The path of the Namespace objects, which matching reads.
const NAMESPACES: &str = "/cluster/v1/Namespace/*";

#[derive(Default)]
struct State {
    tree: Tree,
    loose: Loose,
    objects: usize,
    snapshot: Option<Arc<Snapshot>>,
}

impl State {
    /// Adds an object. Objects alone are packed once they are as many as `pack`.
    fn insert(&mut self, key: ObjectKey, object: Arc<Document>, pack: usize) {
        // The objects of which no part is kept share their value already.
        let is_shared = Arc::strong_count(&object) > 1;
        match self.tree.insert(&key.path(), Stored::Alone(object)) {
            None => self.objects += 1,
            Some(old) => self.loose.release(&old, &self.tree),
        }
        if !is_shared {
            self.loose.add(key, &mut self.tree, pack);
        }
        self.snapshot = None;
    }
}

impl Inventory {
    /// Creates an inventory without objects.
    pub fn new() -> Self {
        Self::with_numbers(Numbers::default())
    }

    /// Creates an inventory without objects, whose numbers policies see in the form `numbers`.
    pub fn with_numbers(numbers: Numbers) -> Self {
        Self {
            state: Mutex::default(),
            numbers,
            needs: Needs::everything(),
            unread: Arc::new(Document::of(&Value::EMPTY_OBJECT)),
            pack: PACK,
        }
    }

    /// Keeps only the parts of objects that policies read, and all Namespaces. `paths` lead to these
    /// parts, as [`Policy::inventory`](ferrego_runtime::Policy::inventory) lists them for each policy.
    /// Objects that are already in the inventory do not change.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use ferrego_gatekeeper::Inventory;
    /// use ferrego_runtime::Document;
    ///
    /// let inventory = Inventory::new().keeping(["/cluster/v1/Node/*/spec"]);
    /// let node = r#"{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a"}, "spec": {}}"#;
    /// inventory.insert(Arc::new(Document::parse(node)?))?;
    /// let snapshot = inventory.snapshot();
    /// let kept = snapshot.data().path(&["inventory", "cluster", "v1", "Node", "a"]);
    /// assert_eq!(kept.expect("the node").to_string(), r#"{"spec": {}}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn keeping<'p>(self, paths: impl IntoIterator<Item = &'p str>) -> Self {
        let mut needs = Needs::of(&[NAMESPACES]);
        paths.into_iter().for_each(|path| needs.add(path));
        Self { needs, ..self }
    }

    /// Adds an object. It replaces the object with its kind, namespace and name, if there is one.
    ///
    /// # Errors
    /// Returns a fault for an object without version, kind or name, and for a number that is too
    /// large. A missing name is a warning: Gatekeeper accepts such an object and puts it where the
    /// names of its kind should be. Also returns a fault for a Namespace with a field of a wrong
    /// type, such as a label that is a number. In that case the inventory has no Namespace of this
    /// name afterwards, so a `namespaceSelector` denies the objects in it.
    pub fn insert(&self, object: Arc<Document>) -> Result<(), Fault> {
        let key = ObjectKey::of(&object.value())?;
        if let Some(fault) = namespace_faults(&object.value()).into_iter().next() {
            self.remove(&key);
            return Err(fault);
        }
        let object = self.read(&key, object)?;
        self.state().insert(key, object, self.pack);
        Ok(())
    }

    /// Removes an object. Returns `false` if it was not there.
    pub fn remove(&self, key: &ObjectKey) -> bool {
        let state = &mut *self.state();
        let Some(removed) = state.tree.remove(&key.path()) else { return false };
        state.loose.release(&removed, &state.tree);
        state.objects -= 1;
        state.snapshot = None;
        true
    }

    /// Replaces all objects with `objects`.
    ///
    /// # Errors
    /// Returns the faults of all objects that [`Inventory::insert`] rejects. In this case, nothing
    /// changes.
    pub fn replace(&self, objects: impl IntoIterator<Item = Arc<Document>>) -> Result<(), Faults> {
        let (mut next, mut faults) = (State::default(), Vec::new());
        for object in objects {
            let key = ObjectKey::of(&object.value());
            faults.extend(namespace_faults(&object.value()));
            match key.and_then(|key| self.read(&key, object).map(|object| (key, object))) {
                Ok((key, object)) => next.insert(key, object, self.pack),
                Err(fault) => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(faults.into());
        }
        *self.state() = next;
        Ok(())
    }

    /// Returns the number of objects.
    pub fn len(&self) -> usize {
        self.state().objects
    }

    /// Returns `true` if the inventory has no objects.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the current state of the inventory. This costs nothing unless the inventory has
    /// changed since the last snapshot. In this case, only the groups on the path to the changed
    /// objects are rebuilt.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        let mut state = self.state();
        if let Some(snapshot) = &state.snapshot {
            return Arc::clone(snapshot);
        }
        let inventory = state.tree.build();
        let data = Node::branch(vec![("inventory".into(), node::Child::Branch(inventory))]);
        let snapshot = Arc::new(Snapshot { data: Arc::new(data), indexed: OnceLock::new() });
        state.snapshot = Some(Arc::clone(&snapshot));
        snapshot
    }

    /// Returns the object as policies see it, without the parts that they do not read.
    fn read(&self, key: &ObjectKey, object: Arc<Document>) -> Result<Arc<Document>, Fault> {
        let needs = key.path().into_iter().try_fold(&self.needs, Demand::member);
        let Some(needs) = needs else {
            // Policies may still read that there are objects in this namespace, or of this kind.
            return Ok(Arc::clone(&self.unread));
        };
        if self.numbers == Numbers::Exact && needs.is_everything() {
            return Ok(object);
        }
        let arena = Arena::new();
        let read = self.numbers.read(&arena, needs.project(&arena, object.value()))?;
        Ok(Arc::new(Document::of(&read)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic cannot leave the state half changed, unless it comes from the allocator.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Inventory {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Inventory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inventory").field("objects", &self.len()).finish_non_exhaustive()
    }
}

self_cell!(
    struct Indexed {
        owner: Arc<Node>,
        #[covariant]
        dependent: Indexes,
    }
);

/// The state of the inventory at one time.
///
/// ```
/// use std::sync::Arc;
///
/// use ferrego_gatekeeper::Inventory;
/// use ferrego_runtime::Document;
///
/// let namespace = Document::parse(
///     r#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "web"}}"#,
/// )?;
/// let inventory = Inventory::new();
/// let before = inventory.snapshot();
/// inventory.insert(Arc::new(namespace))?;
/// assert!(before.namespace_object("web").is_none());
/// assert!(inventory.snapshot().namespace_object("web").is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Snapshot {
    data: Arc<Node>,
    indexed: OnceLock<Indexed>,
}

impl Snapshot {
    /// Returns a snapshot without objects.
    pub fn empty() -> Arc<Self> {
        Inventory::new().snapshot()
    }

    /// Returns `data`: `{"inventory": {"cluster": …, "namespace": …}}`. A scope without objects is
    /// absent.
    pub fn data(&self) -> Value<'_> {
        self.data.value()
    }

    /// Returns the indexes over the objects of each kind. Snapshots share the indexes of objects
    /// that have not changed.
    pub fn indexes(&self) -> &Indexes<'_> {
        let indexed = self.indexed.get_or_init(|| {
            Indexed::new(Arc::clone(&self.data), |data| {
                let mut indexes = Indexes::default();
                data.collect(&mut indexes);
                indexes
            })
        });
        indexed.borrow_dependent()
    }

    /// Returns the Namespace object `name`.
    pub fn namespace_object(&self, name: &str) -> Option<Value<'_>> {
        self.data().path(&["inventory", "cluster", "v1", "Namespace", name])
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("data", &self.data).finish_non_exhaustive()
    }
}
