//! Paths that are read more than once are read once: reading a path has no effect and cannot fail,
//! so reading it early, or without need, changes no answer.

mod input;
mod locals;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::hir::Constant;
use crate::plan::{Expr, Program};

/// Shares the reads of paths in `program`.
pub fn paths(program: &mut Program) {
    for function in &mut program.functions {
        function.shared = input::paths(function);
        locals::reads(function);
    }
}

/// How the paths through a prefix go on.
#[derive(Default)]
struct Prefix {
    /// How many paths end here.
    ends: usize,
    children: BTreeMap<Arc<str>, Prefix>,
}

impl Prefix {
    /// Counts a path as many `times` as it is read.
    fn count(&mut self, path: &[Arc<str>], times: usize) {
        let end =
            path.iter().fold(self, |prefix, key| prefix.children.entry(key.clone()).or_default());
        end.ends += times;
    }

    /// The prefixes of `length` keys or more at which paths part or end, and through which two
    /// reads or more go; shorter ones first.
    fn shared(&self, length: usize) -> Vec<Vec<Arc<str>>> {
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

/// The constant keys that a path begins with.
fn constant_keys(keys: &[Expr]) -> Vec<Arc<str>> {
    let key = |key: &Expr| match key {
        Expr::Constant(Constant::String(key)) => Some(key.clone()),
        _ => None,
    };
    keys.iter().map_while(key).collect()
}

#[cfg(test)]
mod tests;
