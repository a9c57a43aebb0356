//! The objects as writers change them, with the nodes that were built of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferrego_runtime::Document;

use super::node::{Child, Node};

/// What is below some keys, and its node if nothing has changed there since it was built.
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
    /// Puts `object` at `path`; `true` if nothing was there.
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

    /// Takes away what is at `path`, and the branches that are empty then; `true` if it was there.
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

    /// The node of all that is below.
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
