//! Reads shared paths of a local once.
//!
//! The read is inserted where the first of the original reads is certain to be reached. That is
//! before its statement, or before sibling bodies if one of them begins with it.
//!
//! `container.securityContext.privileged` and `container.securityContext.runAsUser` share all but
//! their last key.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use crate::ir::{Block, Condition, Expr, Function, Local, LocalId, Statement, visit};

use super::bind::bind;
use super::trie::{Trie, constant_keys};
use crate::passes::cse::paths::{BoundPaths, Start};

/// A path of a local.
type Path = (LocalId, Vec<Arc<str>>);

/// Shares the reads of locals' paths among the statements of a function.
pub(super) fn share(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    block(&mut function.locals, &mut body);
    function.body = body;
}

fn block(locals: &mut Vec<Local>, inside: &mut Block) {
    if !inside.0.iter().all(is_arm) {
        share_in_block(locals, inside);
    }
    for statement in &mut inside.0 {
        visit::change_blocks(statement, &mut |inner| block(locals, inner));
    }
}

/// Returns `true` if a statement is a definition for one value of a local. At most one of several
/// such definitions is evaluated.
fn is_arm(statement: &Statement) -> bool {
    let Statement::Scope { body, .. } = statement else { return false };
    let Some(Statement::Test(Condition::Equal(left, right))) = body.0.first() else { return false };
    matches!(
        (left, right),
        (Expr::Local(_), Expr::Constant(_)) | (Expr::Constant(_), Expr::Local(_))
    )
}

/// Shares the reads of the statements in a block.
fn share_in_block(locals: &mut Vec<Local>, inside: &mut Block) {
    let reads: Vec<_> = inside.0.iter().map(Reads::of).collect();
    let mut roots: BTreeMap<LocalId, Trie> = BTreeMap::new();
    for (local, path) in reads.iter().flat_map(|reads| &reads.all) {
        roots.entry(*local).or_default().count(path, 1);
    }
    let mut bindings = Vec::new();
    for (local, root) in roots {
        let mut bound = BoundPaths::default();
        for path in root.shared(1) {
            let Some(at) = reads.iter().position(|reads| reads.go_through(local, &path)) else {
                continue;
            };
            if reads[at].surely_go_through(local, &path) {
                let binding = bind(locals, &mut bound, Start::Local(local), &path);
                bindings.extend(binding.map(|binding| (at, binding)));
            }
        }
        visit::change_block(inside, &mut |expr| bound.shorten(expr));
    }
    // The sort is stable: shorter paths stay before longer ones.
    bindings.sort_by_key(|(at, _)| *at);
    for (at, binding) in bindings.into_iter().rev() {
        inside.0.insert(at, binding);
    }
}

/// The paths of outer locals that a statement reads.
struct Reads {
    /// All paths, with duplicates.
    all: Vec<Path>,
    /// The paths that are read whenever the statement is reached.
    sure: BTreeSet<Path>,
}

impl Reads {
    fn of(statement: &Statement) -> Self {
        let mut bound = HashSet::new();
        visit::bound(statement, &mut |local| {
            bound.insert(local);
        });
        let mut all = Vec::new();
        visit::statement(statement, &mut |expr| all.extend(path(expr)));
        let mut sure = BTreeSet::new();
        match statement {
            Statement::Scope { body, .. } => first_reads(body, &mut sure),
            _ => visit::own(statement, &mut |expr| sure.extend(path(expr))),
        }
        all.retain(|(local, _)| !bound.contains(local));
        sure.retain(|(local, _)| !bound.contains(local));
        Self { all, sure }
    }

    fn go_through(&self, local: LocalId, path: &[Arc<str>]) -> bool {
        self.all.iter().any(|(own, keys)| *own == local && keys.starts_with(path))
    }

    fn surely_go_through(&self, local: LocalId, path: &[Arc<str>]) -> bool {
        self.sure.iter().any(|(own, keys)| *own == local && keys.starts_with(path))
    }
}

/// Returns the path of a local that an expression denotes.
fn path(expr: &Expr) -> Option<Path> {
    let Expr::Get { base, keys } = expr else { return None };
    let Expr::Local(local) = **base else { return None };
    Some((local, constant_keys(keys))).filter(|(_, keys)| !keys.is_empty())
}

/// Collects the paths that a body reads before any statement except a lookup can fail.
fn first_reads(body: &Block, found: &mut BTreeSet<Path>) {
    for statement in &body.0 {
        let goes_on = match statement {
            Statement::Test(Condition::InPass(..)) | Statement::Lazy { .. } => continue,
            // At most one of the arms is evaluated.
            Statement::Switch { .. } => break,
            Statement::Let { .. } | Statement::Collect { .. } | Statement::LetOption { .. } => true,
            Statement::Bind { value, .. } => {
                matches!(value, Expr::Get { .. } | Expr::OptionLocal(_))
            }
            _ => false,
        };
        visit::own(statement, &mut |expr| found.extend(path(expr)));
        visit::inner(statement, &mut |inner| first_reads(inner, found));
        if !goes_on {
            break;
        }
    }
}
