//! Loops over `walk` whose pairs are taken apart at once visit the values one by one: no array of
//! all pairs is made, and a path only where it is read.
//!
//! This is sound because a pair is nothing but its path and its value, and because making a path
//! neither fails nor shows: it can wait until the first statement that reads it, and be made with
//! the value that is made later, if that alone reads it. How long it is, and what stands at one
//! place of it, the walk tells without making it.

use crate::plan::{Call, Callee, Expr, LocalId, Program, Statement, visit};

/// A loop over `walk` that visits values one by one.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'p> {
    /// Bound to the path.
    pub path: LocalId,
    /// Bound to the value.
    pub value: LocalId,
    /// The call of `walk`.
    pub call: &'p Call,
    /// Where the walk begins.
    pub start: &'p Expr,
    /// What comes before the path is read as a whole.
    pub before: &'p [Statement],
    /// What comes from there on; nothing where the path is not read.
    pub after: &'p [Statement],
    /// Whether the first statement of these makes the path when its own value is made: no other
    /// reads it.
    pub is_later: bool,
}

impl Program {
    /// The loop as one that visits values one by one, if it is.
    pub fn visit<'p>(&self, statement: &'p Statement) -> Option<Visit<'p>> {
        if !self.visits {
            return None;
        }
        let Statement::Each { key: None, value: Some(pair), of, lookup: None, body } = statement
        else {
            return None;
        };
        let (call, start) = walk(of)?;
        let [Statement::Destructure { items, of: Expr::Local(taken) }, rest @ ..] = &*body.0 else {
            return None;
        };
        let &[path, value] = items.as_slice() else { return None };
        if taken != pair || rest.iter().any(|statement| visit::statement_reads(statement, *pair)) {
            return None;
        }
        let reads = |statement: &Statement| needs_all(statement, path);
        let is_read = rest.iter().any(reads);
        // What a context is made for is printed with it, so that none is made before the path.
        let needs_path = |statement: &Statement| {
            is_read && (matches!(statement, Statement::With { .. }) || reads(statement))
        };
        let first = rest.iter().position(needs_path);
        let (before, after) = rest.split_at(first.unwrap_or(rest.len()));
        let is_later =
            matches!(after, [Statement::Later { .. }, others @ ..] if !others.iter().any(reads));
        Some(Visit { path, value, call, start, before, after, is_later })
    }
}

/// What is read of a path that is not made yet.
#[derive(Clone, Copy, Debug)]
pub enum Part<'e> {
    /// How long it is.
    Length,
    /// What stands at an index.
    Step(&'e Expr),
}

/// The part of the path that an expression reads, if it reads one.
pub fn part(expr: &Expr, path: LocalId) -> Option<Part<'_>> {
    let is_path = |expr: &Expr| expr.is_local(path);
    match expr {
        Expr::Call(call) => match (call.callee, call.arguments.as_slice()) {
            (Callee::Builtin(builtin), [of])
                if builtin.name == "count" && call.mock.is_none() && is_path(of) =>
            {
                Some(Part::Length)
            }
            _ => None,
        },
        Expr::Get { base, keys } => match keys.as_slice() {
            [key] if is_path(base) => Some(Part::Step(key)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a statement reads more of a path than parts.
fn needs_all(statement: &Statement, path: LocalId) -> bool {
    let (mut reads, mut parts) = (0, 0);
    visit::statement(statement, &mut |expr| {
        reads += usize::from(expr.is_local(path));
        parts += usize::from(part(expr, path).is_some());
    });
    reads > parts
}

/// A call of `walk` that nothing replaces, and its operand.
fn walk(expr: &Expr) -> Option<(&Call, &Expr)> {
    let Expr::Call(call) = expr else { return None };
    match (call.callee, call.arguments.as_slice()) {
        (Callee::Builtin(builtin), [start]) if builtin.name == "walk" && call.mock.is_none() => {
            Some((call, start))
        }
        _ => None,
    }
}
