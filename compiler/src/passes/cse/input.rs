//! Reads paths of `input` at the start of a function, if the function reads them repeatedly.
//!
//! A path counts as read repeatedly if it is read twice, or in a loop.
//! `input.review.object.spec.containers` and `input.review.object.spec.initContainers` share all
//! but their last key.

use crate::ir::{Block, ContextId, Expr, Function, Statement, visit};

use super::bind::bind;
use super::trie::{Trie, constant_keys};
use crate::passes::cse::paths::{BoundPaths, Start};

/// Reads the shared paths of a function's own `input` at its start.
pub(super) fn share(function: &mut Function) {
    let mut root = Trie::default();
    count(&function.body, 1, &mut root);
    let mut bound = BoundPaths::default();
    let mut reads = Vec::new();
    for path in root.shared(2) {
        reads.extend(bind(&mut function.locals, &mut bound, Start::Input(ContextId(0)), &path));
    }
    visit::change_block(&mut function.body, &mut |expr| bound.shorten(expr));
    function.body.0.splice(0..0, reads);
}

/// Counts the paths that a block reads. A read in a loop counts twice.
fn count(block: &Block, times: usize, root: &mut Trie) {
    for statement in &block.0 {
        visit::own(statement, &mut |expr| {
            if let Expr::Get { base, keys } = expr
                && let Expr::Input(ContextId(0)) = **base
            {
                root.count(&constant_keys(keys), times);
            }
        });
        let is_loop = matches!(statement, Statement::Each { .. } | Statement::Rows { .. });
        visit::inner(statement, &mut |inner| count(inner, if is_loop { 2 } else { times }, root));
    }
}
