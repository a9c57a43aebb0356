//! Paths of a local that several bodies begin by reading are read once, before the first of them.
//!
//! Only what a body reads before it tests anything else counts: further reads may never be
//! reached.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::hir::Constant;
use crate::plan::{Block, Condition, Expr, Function, Local, LocalId, Statement, rewrite, visit};

use super::{Prefix, constant_keys};

/// A path of a local.
type Path = (LocalId, Vec<Arc<str>>);

/// Lets bodies that stand side by side in a function share what they begin by reading.
pub(super) fn reads(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    block(&mut function.locals, &mut body);
    function.body = body;
}

fn block(locals: &mut Vec<Local>, inside: &mut Block) {
    share(locals, inside);
    for statement in &mut inside.0 {
        rewrite::blocks(statement, &mut |inner| block(locals, inner));
    }
}

/// Shares the reads of the scopes in a block.
fn share(locals: &mut Vec<Local>, inside: &mut Block) {
    let mut roots: BTreeMap<LocalId, Prefix> = BTreeMap::new();
    for statement in &inside.0 {
        for (local, path) in first_reads(statement) {
            roots.entry(local).or_default().count(&path, 1);
        }
    }
    for (local, root) in roots {
        let mut shared = Shared { local, known: Vec::new() };
        let mut reads = Vec::new();
        for path in root.shared(1) {
            let (Some(name), Ok(id)) = (path.last(), u32::try_from(locals.len())) else { continue };
            let mut value = path_of(local, &path);
            shared.shorten(&mut value);
            locals.push(Local { name: name.clone() });
            reads.push(Statement::Read { local: LocalId(id), value });
            shared.known.push((path, LocalId(id)));
        }
        let reads_local =
            |statement: &Statement| first_reads(statement).iter().any(|(own, _)| *own == local);
        let first = inside.0.iter().position(reads_local).unwrap_or(inside.0.len());
        let mut behind = Block(inside.0.split_off(first));
        rewrite::block(&mut behind, &mut |expr| shared.shorten(expr));
        inside.0.append(&mut reads);
        inside.0.append(&mut behind.0);
    }
}

/// Paths of a local that are bound by a [`Statement::Read`], shorter ones first.
struct Shared {
    local: LocalId,
    known: Vec<(Vec<Arc<str>>, LocalId)>,
}

impl Shared {
    /// Lets a path begin at the longest one that is known.
    fn shorten(&self, expr: &mut Expr) {
        let Expr::Get { base, keys } = expr else { return };
        if !matches!(**base, Expr::Local(local) if local == self.local) {
            return;
        }
        let path = constant_keys(keys);
        let known = self.known.iter().rev().find(|(known, _)| path.starts_with(known));
        let Some((known, read)) = known else { return };
        keys.drain(..known.len());
        if keys.is_empty() {
            *expr = Expr::Read(*read);
        } else {
            **base = Expr::Read(*read);
        }
    }
}

fn path_of(local: LocalId, path: &[Arc<str>]) -> Expr {
    let keys = path.iter().map(|key| Expr::Constant(Constant::String(key.clone()))).collect();
    Expr::Get { base: Box::new(Expr::Local(local)), keys }
}

/// The paths of locals from outside that a scope reads before it can fail by anything but a read;
/// none of another statement.
fn first_reads(statement: &Statement) -> BTreeSet<Path> {
    let Statement::Scope(body) = statement else { return BTreeSet::new() };
    let mut found = BTreeSet::new();
    note(body, &mut found);
    visit::bound(statement, &mut |local| found.retain(|(start, _)| *start != local));
    found
}

fn note(body: &Block, found: &mut BTreeSet<Path>) {
    for statement in &body.0 {
        let goes_on = match statement {
            Statement::Test(Condition::Turn(..)) | Statement::Later { .. } => continue,
            Statement::Let { .. } | Statement::Collect { .. } => true,
            Statement::Bind { value, .. } => matches!(value, Expr::Get { .. }),
            _ => false,
        };
        visit::own(statement, &mut |expr| {
            if let Expr::Get { base, keys } = expr
                && let Expr::Local(local) = **base
            {
                found.insert((local, constant_keys(keys)));
            }
        });
        visit::inner(statement, &mut |inner| note(inner, found));
        if !goes_on {
            break;
        }
    }
    found.retain(|(_, path)| !path.is_empty());
}
