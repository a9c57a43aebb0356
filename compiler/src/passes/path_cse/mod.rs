//! Reads a common prefix of paths once.
//!
//! ```text
//! test input["review"]["object"]["spec"]["a"]         # before
//! test input["review"]["object"]["spec"]["b"]
//!
//! let option spec = input["review"]["object"]["spec"]   # after
//! test spec["a"]
//! test spec["b"]
//! ```
//!
//! This is sound because a lookup has no effect and cannot fail: an early or unneeded lookup
//! changes no answer.

mod input;
mod locals;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::hir::Constant;
use crate::ir::{ContextId, Expr, LocalId, Program};

/// Shares the reads of paths in `program`.
pub(super) fn run(program: &mut Program) {
    for function in &mut program.functions {
        input::share(function);
        locals::reads(function);
    }
}

/// A trie of paths, by their keys.
#[derive(Default)]
struct Prefix {
    /// The number of reads whose path ends here.
    ends: usize,
    children: BTreeMap<Arc<str>, Prefix>,
}

impl Prefix {
    /// Adds a path, which is read `times` times.
    fn count(&mut self, path: &[Arc<str>], times: usize) {
        let end =
            path.iter().fold(self, |prefix, key| prefix.children.entry(key.clone()).or_default());
        end.ends += times;
    }

    /// Returns the prefixes of at least `length` keys at which paths diverge or end and which at
    /// least two reads share, shorter ones first.
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

/// The start of a shared path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// The function's own `input`.
    Input,
    /// A local.
    Local(LocalId),
}

impl Start {
    fn of(expr: &Expr) -> Option<Self> {
        match expr {
            Expr::Input(ContextId(0)) => Some(Start::Input),
            Expr::Local(local) => Some(Start::Local(*local)),
            _ => None,
        }
    }

    /// Returns the expression that reads a path from here.
    fn path(self, path: &[Arc<str>]) -> Expr {
        let base = match self {
            Start::Input => Expr::Input(ContextId(0)),
            Start::Local(local) => Expr::Local(local),
        };
        let keys = path.iter().map(|key| Expr::Constant(Constant::String(key.clone()))).collect();
        Expr::Get { base: Box::new(base), keys }
    }
}

/// Paths from one start that a [`Statement::LetOption`](crate::ir::Statement) binds, shorter ones
/// first.
struct Shared {
    start: Start,
    known: Vec<(Vec<Arc<str>>, LocalId)>,
}

impl Shared {
    fn of(start: Start) -> Self {
        Self { start, known: Vec::new() }
    }

    fn add(&mut self, path: Vec<Arc<str>>, local: LocalId) {
        self.known.push((path, local));
    }

    /// Replaces the longest known prefix of a path by its local.
    fn shorten(&self, expr: &mut Expr) {
        let Expr::Get { base, keys } = expr else { return };
        if Start::of(base) != Some(self.start) {
            return;
        }
        let path = constant_keys(keys);
        let is_known = |(known, _): &&(Vec<Arc<str>>, LocalId)| path.starts_with(known);
        let Some((known, local)) = self.known.iter().rev().find(is_known) else { return };
        keys.drain(..known.len());
        if keys.is_empty() {
            *expr = Expr::OptionLocal(*local);
        } else {
            **base = Expr::OptionLocal(*local);
        }
    }
}

/// Returns the constant keys with which a path begins.
fn constant_keys(keys: &[Expr]) -> Vec<Arc<str>> {
    let key = |key: &Expr| match key {
        Expr::Constant(Constant::String(key)) => Some(key.clone()),
        _ => None,
    };
    keys.iter().map_while(key).collect()
}

#[cfg(test)]
mod tests;
