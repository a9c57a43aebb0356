//! Paths of `input` that a function reads more than once are read once, at its start.
//!
//! `input.review.object.spec.containers` and `input.review.object.spec.initContainers` share all
//! but their last key. Reading a path has no effect and cannot fail, so reading it early, or
//! without need, changes no answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::hir::Constant;
use crate::plan::{ContextId, Expr, Function, Program, visit};

/// Notes in each function of `program` the paths that are worth sharing.
pub fn input_paths(program: &mut Program) {
    for function in &mut program.functions {
        function.shared = shared(function);
    }
}

/// How the paths through a prefix go on.
#[derive(Default)]
struct Prefix {
    /// How many paths end here.
    ends: usize,
    children: BTreeMap<Arc<str>, Prefix>,
}

/// The prefixes of two keys or more at which paths part or end, and through which two go or more;
/// shorter ones first.
fn shared(function: &Function) -> Vec<Vec<Arc<str>>> {
    let mut root = Prefix::default();
    visit::expressions(&function.body, &mut |expr| {
        if let Some(path) = input_path(expr) {
            let end = path
                .into_iter()
                .fold(&mut root, |prefix, key| prefix.children.entry(key).or_default());
            end.ends += 1;
        }
    });
    let mut found = Vec::new();
    collect(&root, &mut Vec::new(), &mut found);
    found.sort_by_key(Vec::len);
    found
}

fn collect(prefix: &Prefix, path: &mut Vec<Arc<str>>, found: &mut Vec<Vec<Arc<str>>>) {
    let branches = prefix.children.len() + prefix.ends;
    if path.len() > 1 && branches > 1 {
        found.push(path.clone());
    }
    for (key, child) in &prefix.children {
        path.push(key.clone());
        collect(child, path, found);
        path.pop();
    }
}

/// The constant keys that a read of the function's own `input` begins with.
fn input_path(expr: &Expr) -> Option<Vec<Arc<str>>> {
    let Expr::Get { base, keys } = expr else { return None };
    let Expr::Input(ContextId(0)) = **base else { return None };
    let key = |key: &Expr| match key {
        Expr::Constant(Constant::String(key)) => Some(key.clone()),
        _ => None,
    };
    Some(keys.iter().map_while(key).collect())
}
