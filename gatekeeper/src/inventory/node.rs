//! The shared nodes of snapshots.

use std::fmt;
use std::sync::Arc;

use ferrego_runtime::codegen_support::hash_join::shared::Slots;
use ferrego_runtime::{Indexes, Object, Value};
use self_cell::self_cell;

use super::pack::Stored;

/// The value of a key: an object, or a node.
#[derive(Clone)]
pub(super) enum Child {
    Leaf(Stored),
    Branch(Arc<Node>),
}

impl Child {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Leaf(object) => object.value(),
            Self::Branch(node) => node.value(),
        }
    }

    fn indexed(&self) -> usize {
        match self {
            Self::Leaf(_) => 0,
            Self::Branch(node) => node.indexed,
        }
    }
}

/// The children of a node, sorted by key.
type Children = Vec<(Arc<str>, Child)>;
type Pairs<'a> = Vec<(Value<'a>, Value<'a>)>;

self_cell!(
    struct Members {
        owner: Children,
        #[covariant]
        dependent: Pairs,
    }
);

self_cell!(
    struct Cell {
        owner: Members,
        #[covariant]
        dependent: Value,
    }
);

/// An object value over shared children, together with the data that it borrows.
pub(super) struct Node {
    cell: Cell,
    /// The indexes over the children, built when policies need them.
    slots: Arc<Slots>,
    /// The number of nodes, here and below, that are long enough for an index.
    indexed: usize,
}

impl Node {
    /// Creates the node of `children`, which must be sorted by key.
    pub(super) fn branch(children: Children) -> Self {
        let below: usize = children.iter().map(|(_, child)| child.indexed()).sum();
        let members = Members::new(children, |children| {
            children.iter().map(|(key, child)| (Value::String(key), child.value())).collect()
        });
        let cell = Cell::new(members, |members| {
            Object::from_sorted(members.borrow_dependent())
                .map_or(Value::EMPTY_OBJECT, Value::Object)
        });
        let indexed = below + usize::from(Indexes::serve(cell.borrow_dependent()));
        Self { cell, slots: Arc::default(), indexed }
    }

    pub(super) fn value(&self) -> Value<'_> {
        *self.cell.borrow_dependent()
    }

    /// Adds the nodes, here and below, that are long enough for an index.
    pub(super) fn collect<'d>(&'d self, indexes: &mut Indexes<'d>) {
        if self.indexed == 0 {
            return;
        }
        let children = self.cell.borrow_owner().borrow_owner().iter();
        let branches = children.filter_map(|(_, child)| match child {
            Child::Branch(node) => Some(node),
            Child::Leaf(_) => None,
        });
        let slots: Vec<_> = branches.clone().map(|node| Arc::clone(&node.slots)).collect();
        // A member is found by its position among all children.
        let all = Some(slots.len()) == self.value().len();
        let members = if all { slots } else { Vec::new() };
        indexes.insert(self.value(), Arc::clone(&self.slots), members);
        branches.for_each(|node| node.collect(indexes));
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Node").field(&self.value().len()).finish()
    }
}
