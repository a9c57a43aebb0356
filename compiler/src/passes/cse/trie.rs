//! A trie of paths, which finds the prefixes that several paths share.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::hir::Constant;
use crate::ir::Expr;

/// A trie of paths, by their keys.
#[derive(Default)]
pub(super) struct Trie {
    /// The number of reads whose path ends here.
    ends: usize,
    children: BTreeMap<Arc<str>, Trie>,
}

impl Trie {
    /// Adds a path, which is read `times` times.
    pub(super) fn count(&mut self, path: &[Arc<str>], times: usize) {
        let end = path.iter().fold(self, |trie, key| trie.children.entry(key.clone()).or_default());
        end.ends += times;
    }

    /// Returns the prefixes of at least `length` keys at which paths diverge or end and which at
    /// least two reads share, shorter ones first.
    pub(super) fn shared(&self, length: usize) -> Vec<Vec<Arc<str>>> {
        let mut found = Vec::new();
        self.collect(length, &mut Vec::new(), &mut found);
        found.sort_by_key(Vec::len);
        found
    }

    fn collect(&self, length: usize, path: &mut Vec<Arc<str>>, found: &mut Vec<Vec<Arc<str>>>) {
        let branches = self.children.len() + self.ends;
        if path.len() >= length && branches > 1 {
            found.push(path.clone());
        }
        for (key, child) in &self.children {
            path.push(key.clone());
            child.collect(length, path, found);
            path.pop();
        }
    }
}

/// Returns the constant keys with which a path begins.
pub(super) fn constant_keys(keys: &[Expr]) -> Vec<Arc<str>> {
    let key = |key: &Expr| match key {
        Expr::Constant(Constant::String(key)) => Some(key.clone()),
        _ => None,
    };
    keys.iter().map_while(key).collect()
}
