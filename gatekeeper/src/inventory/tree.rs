//! The objects as writers change them, with the nodes built of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferrego_runtime::Document;

use super::node::{Child, Node};

/// The objects below a sequence of keys. It keeps its node until something below changes.
#[derive(Default)]
pub(super) struct Tree {
    children: BTreeMap<Arc<str>, Entry>,
    built: Option<Arc<Node>>,
}

enum Entry {
    Leaf(Arc<Document>),
    Branch(Tree),
}

impl Tree {
    /// Inserts `object` at `path`. Returns `true` if the path was empty.
    pub(super) fn insert(&mut self, path: &[&str], object: Arc<Document>) -> bool {
        let Some((first, rest)) = path.split_first() else { return false };
        self.built = None;
        if rest.is_empty() {
            return self.children.insert(Arc::from(*first), Entry::Leaf(object)).is_none();
        }
        if let Some(Entry::Branch(tree)) = self.children.get_mut(*first) {
            return tree.insert(rest, object);
        }
        let mut tree = Self::default();
        tree.insert(rest, object);
        self.children.insert(Arc::from(*first), Entry::Branch(tree));
        true
    }

    /// Removes the object at `path`, and the branches that become empty. Returns `true` if the
    /// object was there.
    pub(super) fn remove(&mut self, path: &[&str]) -> bool {
        let removed = match path {
            [] => false,
            [name] => self.children.remove(*name).is_some(),
            [first, rest @ ..] => {
                let Some(Entry::Branch(tree)) = self.children.get_mut(*first) else { return false };
                let removed = tree.remove(rest);
                if tree.children.is_empty() {
                    self.children.remove(*first);
                }
                removed
            }
        };
        if removed {
            self.built = None;
        }
        removed
    }

    /// Returns the node of this tree, which is rebuilt only where something changed.
    pub(super) fn build(&mut self) -> Arc<Node> {
        if let Some(node) = &self.built {
            return Arc::clone(node);
        }
        let children = self.children.iter_mut().map(|(key, entry)| {
            let child = match entry {
                Entry::Leaf(object) => Child::Leaf(Arc::clone(object)),
                Entry::Branch(tree) => Child::Branch(tree.build()),
            };
            (Arc::clone(key), child)
        });
        let node = Arc::new(Node::branch(children.collect()));
        self.built = Some(Arc::clone(&node));
        node
    }
}
