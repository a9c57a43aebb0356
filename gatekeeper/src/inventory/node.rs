//! The shared nodes of snapshots.

use std::fmt;
use std::sync::Arc;

use ferrego_runtime::{Document, Object, Value};
use self_cell::self_cell;

/// What stands at a key.
#[derive(Clone)]
pub(super) enum Child {
    Leaf(Arc<Document>),
    Branch(Arc<Node>),
}

impl Child {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Leaf(object) => object.value(),
            Self::Branch(node) => node.value(),
        }
    }
}

/// Children by key, in the order of keys.
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

/// An object value over shared children, together with all that it borrows from.
pub(super) struct Node(Cell);

impl Node {
    /// The node of `children`, which stand in the order of their keys.
    pub(super) fn branch(children: Children) -> Self {
        let members = Members::new(children, |children| {
            children.iter().map(|(key, child)| (Value::String(key), child.value())).collect()
        });
        Self(Cell::new(members, |members| {
            Object::from_sorted(members.borrow_dependent())
                .map_or(Value::EMPTY_OBJECT, Value::Object)
        }))
    }

    pub(super) fn value(&self) -> Value<'_> {
        *self.0.borrow_dependent()
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Node").field(&self.value().len()).finish()
    }
}
