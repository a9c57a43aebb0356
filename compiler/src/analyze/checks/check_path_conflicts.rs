//! Conflicts of rules with documents in `data` (`CheckPathConflicts`), if `data` is known.

use std::sync::Arc;

use crate::analyze::messages;
use crate::diagnostics::Diagnostics;
use crate::hir::{Node, Program};

/// Returns an error for each rule whose path has a document in `data`: OPA does not load both.
/// `exists` returns `true` if `data` has a document at a path.
pub fn base_document_conflicts(
    program: &Program,
    exists: &mut dyn FnMut(&[Arc<str>]) -> bool,
) -> Diagnostics {
    let mut search = Search { program, exists, errors: Diagnostics::default() };
    search.node(&program.tree, &mut Vec::new());
    search.errors
}

struct Search<'p> {
    program: &'p Program,
    exists: &'p mut dyn FnMut(&[Arc<str>]) -> bool,
    errors: Diagnostics,
}

impl Search<'_> {
    fn node(&mut self, node: &Node, path: &mut Vec<Arc<str>>) {
        if let Some(rule) = node.rule {
            if (self.exists)(path) {
                let span = self.program.rule(rule).span;
                self.errors.push(messages::base_document_conflicts(span, &path.join("/")));
            }
            return;
        }
        for (name, child) in &node.children {
            path.push(Arc::clone(name));
            self.node(child, path);
            path.pop();
        }
    }
}
