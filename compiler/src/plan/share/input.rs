//! Paths of `input` that a function reads more than once, or in a loop, are read at its start.
//!
//! `input.review.object.spec.containers` and `input.review.object.spec.initContainers` share all
//! but their last key.

use std::sync::Arc;

use crate::plan::{Block, ContextId, Expr, Function, Statement, visit};

use super::{Prefix, constant_keys};

/// The paths of a function's own `input` that are worth sharing; shorter ones first.
pub(super) fn paths(function: &Function) -> Vec<Vec<Arc<str>>> {
    let mut root = Prefix::default();
    count(&function.body, 1, &mut root);
    root.shared(2)
}

/// Counts the paths that a block reads, each as often as it is likely to be read at least.
fn count(block: &Block, times: usize, root: &mut Prefix) {
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
