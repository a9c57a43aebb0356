//! Visits the values of a `walk` one by one, and builds a path only where it is read.
//!
//! ```text
//! each _, pair in walk(input.review)   # before: an array of all pairs
//!   bind [path, value] = pair
//!   test value["image"]
//!   add {"path": path}
//!
//! walk value in input.review           # after
//!   test value["image"]
//!   path path
//!   add {"path": path}
//! ```
//!
//! This is sound because a pair consists of its path and its value, and because building a path
//! neither fails nor has an effect. It can wait until the first statement that reads it. If only a
//! lazy value reads it, it can wait until that value is forced. The walk knows the length of the
//! path and its keys without building it.

use crate::ir::{Block, Call, Callee, ContextId, Expr, LocalId, Program, Statement, visit};

/// Turns loops over `walk` in `program` into walks.
pub(super) fn run(program: &mut Program) {
    for function in &mut program.functions {
        visit::change_each_block(&mut function.body, &mut |block| {
            for statement in &mut block.0 {
                if let Some(walk) = walk(statement) {
                    *statement = walk;
                }
            }
        });
    }
}

/// Returns the loop as a walk, if its pairs are destructured at once and have no other reader.
fn walk(statement: &Statement) -> Option<Statement> {
    let Statement::Each { key: None, value: Some(pair), of, lookup: None, body } = statement else {
        return None;
    };
    let (context, of) = start(of)?;
    let [Statement::Destructure { items, of: Expr::Local(taken) }, rest @ ..] = &*body.0 else {
        return None;
    };
    let &[path, value] = items.as_slice() else { return None };
    if taken != pair || rest.iter().any(|statement| visit::statement_reads(statement, *pair)) {
        return None;
    }
    let body = Block(with_path(path, rest));
    Some(Statement::Walk { path, value, of: of.clone(), context, body })
}

/// Returns the statements with the path built before the first one that reads it as a whole.
fn with_path(path: LocalId, rest: &[Statement]) -> Vec<Statement> {
    let reads = |statement: &Statement| needs_whole(statement, path);
    let is_read = rest.iter().any(reads);
    // A context is bound where it is made, so that the path must come before it.
    let needs_path = |statement: &Statement| {
        is_read && (matches!(statement, Statement::With { .. }) || reads(statement))
    };
    let first = rest.iter().position(needs_path).unwrap_or(rest.len());
    let (before, after) = rest.split_at(first);
    let mut statements = before.to_vec();
    for statement in &mut statements {
        visit::change_statement(statement, &mut |expr| read_part(expr, path));
    }
    match after {
        [] => {}
        [Statement::Lazy { local, before, value }, others @ ..] if !others.iter().any(reads) => {
            let mut before = before.clone();
            before.0.insert(0, Statement::WalkPath(path));
            let (local, value) = (*local, value.clone());
            statements.push(Statement::Lazy { local, before, value });
            let mut others = others.to_vec();
            for statement in &mut others {
                visit::change_statement(statement, &mut |expr| read_part(expr, path));
            }
            statements.append(&mut others);
        }
        after => {
            statements.push(Statement::WalkPath(path));
            statements.extend_from_slice(after);
        }
    }
    statements
}

/// Replaces an expression that reads a part of the path by one that asks the walk.
fn read_part(expr: &mut Expr, path: LocalId) {
    match part(expr, path) {
        Some(Part::Length) => *expr = Expr::WalkDepth(path),
        Some(Part::Key(key)) => *expr = Expr::WalkKey(path, Box::new(key.clone())),
        None => {}
    }
}

/// A part of a path.
enum Part<'e> {
    Length,
    Key(&'e Expr),
}

/// Returns the part of the path that an expression reads, if it reads one.
fn part(expr: &Expr, path: LocalId) -> Option<Part<'_>> {
    match expr {
        Expr::Call(call) => match (call.callee, call.arguments.as_slice()) {
            (Callee::Builtin(builtin), [of])
                if builtin.name == "count" && call.mock.is_none() && of.is_local(path) =>
            {
                Some(Part::Length)
            }
            _ => None,
        },
        Expr::Get { base, keys } => match keys.as_slice() {
            [key] if base.is_local(path) => Some(Part::Key(key)),
            _ => None,
        },
        _ => None,
    }
}

/// Returns `true` if a statement reads a path as a whole.
fn needs_whole(statement: &Statement, path: LocalId) -> bool {
    let (mut reads, mut parts) = (0, 0);
    visit::statement(statement, &mut |expr| {
        reads += usize::from(expr.is_local(path));
        parts += usize::from(part(expr, path).is_some());
    });
    reads > parts
}

/// Returns the context and the operand of a call of `walk` that no `with` replaces.
fn start(expr: &Expr) -> Option<(ContextId, &Expr)> {
    let Expr::Call(call) = expr else { return None };
    let Call { callee: Callee::Builtin(builtin), mock: None, context, .. } = **call else {
        return None;
    };
    match call.arguments.as_slice() {
        [start] if builtin.name == "walk" => Some((context, start)),
        _ => None,
    }
}
