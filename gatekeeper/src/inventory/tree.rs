//! The objects as writers change them, with the nodes built of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::node::{Child, Node};
use super::pack::Stored;

/// The objects below a sequence of keys. It keeps its node until something below changes.
#[derive(Default)]
pub(super) struct Tree {
    children: BTreeMap<Arc<str>, Entry>,
    built: Option<Arc<Node>>,
}

enum Entry {
    Leaf(Stored),
    Branch(Tree),
}

impl Tree {
    /// Inserts `object` at `path`. Returns the object that was there.
    pub(super) fn insert(&mut self, path: &[&str], object: Stored) -> Option<Stored> {
        let (first, rest) = path.split_first()?;
        self.built = None;
        if rest.is_empty() {
            return self.children.insert(Arc::from(*first), Entry::Leaf(object))?.leaf();
        }
        if let Some(Entry::Branch(tree)) = self.children.get_mut(*first) {
            return tree.insert(rest, object);
        }
        let mut tree = Self::default();
        tree.insert(rest, object);
        self.children.insert(Arc::from(*first), Entry::Branch(tree));
        None
    }

    /// Returns the object at `path`.
    pub(super) fn get(&self, path: &[&str]) -> Option<&Stored> {
        let (first, rest) = path.split_first()?;
        match self.children.get(*first)? {
            Entry::Leaf(object) => rest.is_empty().then_some(object),
            Entry::Branch(tree) => tree.get(rest),
        }
    }

    /// Removes the object at `path`, and the branches that become empty. Returns the object that was
    /// there.
    pub(super) fn remove(&mut self, path: &[&str]) -> Option<Stored> {
        let removed = match path {
            [] => None,
            [name] => self.children.remove(*name)?.leaf(),
            [first, rest @ ..] => {
                let Some(Entry::Branch(tree)) = self.children.get_mut(*first) else { return None };
                let removed = tree.remove(rest);
                if tree.children.is_empty() {
                    self.children.remove(*first);
                }
                removed
            }
        };
        if removed.is_some() {
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
                Entry::Leaf(object) => Child::Leaf(object.clone()),
                Entry::Branch(tree) => Child::Branch(tree.build()),
            };
            (Arc::clone(key), child)
        });
        let node = Arc::new(Node::branch(children.collect()));
        self.built = Some(Arc::clone(&node));
        node
    }
}

impl Entry {
    fn leaf(self) -> Option<Stored> {
        match self {
            Self::Leaf(object) => Some(object),
            Self::Branch(_) => None,
        }
    }
}
