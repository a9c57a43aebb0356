//! Tests the members of a set difference directly instead of building the set that is subtracted.
//!
//! ```text
//! collect set provided { each label, _ in labels { add label } }   # before
//! missing = wanted - provided
//!
//! each _, label in wanted { test not label is key of labels; … }     # after
//! ```
//!
//! This is sound because a difference keeps the members of the first set that the second set lacks.
//! The keys belong to a collection that exists before the first set is built, and a lookup of one
//! has no effect and cannot fail.

use std::collections::HashSet;

use crate::hir::Constant;
use crate::ir::{
    Block, Callee, CollectKind, Condition, ContextId, Expr, LocalId, Program, Statement, Yield,
    visit,
};

/// Replaces sets of keys in `program` that are only subtracted by lookups of the keys.
pub(super) fn run(program: &mut Program) {
    for function in &mut program.functions {
        visit::change_each_block(&mut function.body, &mut block);
    }
}

fn block(inside: &mut Block) {
    let subtracted: HashSet<LocalId> = inside.0.iter().filter_map(subtracted).collect();
    let is_subtracted = |statement: &Statement| {
        collected(statement).is_some_and(|(set, _)| subtracted.contains(&set))
    };
    let mut index = 0;
    while index < inside.0.len() {
        if !is_subtracted(&inside.0[index]) {
            index += 1;
            continue;
        }
        match difference(&inside.0, index) {
            Some(found) => found.replace(&mut inside.0),
            None => index += 1,
        }
    }
}

/// A difference of two sets that have no other readers.
struct Difference {
    /// The index of the statement that builds the subtracted set, and the keys in the set.
    keys: (usize, Keys),
    /// The index of the statement that builds the other set.
    wanted: usize,
    /// The index of the statement that binds the difference, and its local.
    bound: (usize, LocalId),
}

/// The keys of a collection: all of them, or only those whose value is not `false`.
#[derive(Clone)]
struct Keys {
    of: Expr,
    truthy: bool,
}

/// Returns the local that a statement subtracts from another.
fn subtracted(statement: &Statement) -> Option<LocalId> {
    let Statement::Bind { value: Expr::Call(call), .. } = statement else { return None };
    match (call.callee, call.arguments.as_slice()) {
        (Callee::Builtin(builtin), [_, Expr::Local(away)]) if builtin.name == "minus" => {
            Some(*away)
        }
        _ => None,
    }
}

/// Returns the difference for which the set at `taken` is built.
fn difference(statements: &[Statement], taken: usize) -> Option<Difference> {
    let (set, body) = collected(&statements[taken])?;
    let keys = keys_of(body)?;
    let at = visit::only_reader(statements, taken, set)?;
    let Statement::Bind { local, value: Expr::Call(call) } = &statements[at] else { return None };
    let (Callee::Builtin(builtin), None) = (call.callee, call.mock) else { return None };
    let [Expr::Local(from), Expr::Local(away)] = call.arguments.as_slice() else { return None };
    let is_wanted = |statement| collected(statement).is_some_and(|(set, _)| set == *from);
    let wanted = statements[..at].iter().position(is_wanted)?;
    let is_only = visit::only_reader(statements, wanted, *from) == Some(at);
    let is_there = statements[wanted..at].iter().all(|statement| !binds(statement, &keys.of));
    let is_plain = collected(&statements[wanted]).is_some_and(|(_, body)| can_be_tested(body));
    (builtin.name == "minus" && *away == set && is_only && is_there && is_plain)
        .then_some(Difference { keys: (taken, keys), wanted, bound: (at, *local) })
}

/// Returns the local and the body of a statement that collects a set.
fn collected(statement: &Statement) -> Option<(LocalId, &Block)> {
    match statement {
        Statement::Collect { local, kind: CollectKind::Set, body, .. } => Some((*local, body)),
        _ => None,
    }
}

/// Returns the keys of which a set consists, if it consists of nothing else.
fn keys_of(body: &Block) -> Option<Keys> {
    let [Statement::Each { key: Some(key), value, of, lookup: None, body }] = &*body.0 else {
        return None;
    };
    let truthy = match &*body.0 {
        [Statement::Test(Condition::Truthy(Expr::Local(tested))), Statement::Yield(given)]
            if *value == Some(*tested) =>
        {
            gives(given, *key).then_some(true)?
        }
        [Statement::Yield(given)] => !gives(given, *key).then_some(true)?,
        _ => return None,
    };
    is_path(of).then(|| Keys { of: of.clone(), truthy })
}

fn gives(given: &Yield, key: LocalId) -> bool {
    matches!(given, Yield::Member(Expr::Local(local)) if *local == key)
}

/// Returns `true` if an expression is a local, or a path of constant keys.
fn is_path(expr: &Expr) -> bool {
    match expr {
        Expr::Local(_) | Expr::Input(ContextId(0)) => true,
        Expr::Get { base, keys } => {
            let is_constant = |key: &Expr| matches!(key, Expr::Constant(Constant::String(_)));
            is_path(base) && keys.iter().all(is_constant)
        }
        _ => false,
    }
}

/// Returns `true` if a statement binds the local at the root of a path.
fn binds(statement: &Statement, path: &Expr) -> bool {
    let mut found = false;
    visit::expression(path, &mut |expr| {
        if let Expr::Local(start) = expr {
            visit::bound(statement, &mut |local| found |= local == *start);
        }
    });
    found
}

impl Difference {
    /// Turns the first set into the difference.
    fn replace(self, statements: &mut Vec<Statement>) {
        let ((taken, keys), (bound, difference)) = (self.keys, self.bound);
        if let Statement::Collect { local, body, .. } = &mut statements[self.wanted] {
            *local = difference;
            test_members(body, &keys);
        }
        statements.remove(bound);
        statements.remove(taken);
    }
}

/// Returns `true` if all members that a block yields are locals, and are yielded at its end.
fn can_be_tested(body: &Block) -> bool {
    let last = body.0.len().saturating_sub(1);
    body.0.iter().enumerate().all(|(index, statement)| match statement {
        Statement::Yield(given) => index == last && matches!(given, Yield::Member(Expr::Local(_))),
        Statement::Each { body, .. }
        | Statement::Rows { body, .. }
        | Statement::Scope { body, .. } => can_be_tested(body),
        _ => true,
    })
}

/// Inserts a test that lets only members pass that are not keys.
fn test_members(body: &mut Block, keys: &Keys) {
    let mut test = None;
    for statement in &mut body.0 {
        match statement {
            Statement::Yield(Yield::Member(member)) => {
                let (of, key) = (keys.of.clone(), member.clone());
                let is_key = Condition::Key { of, key, truthy: keys.truthy };
                test = Some(Statement::Test(Condition::Not(Box::new(is_key))));
            }
            Statement::Each { body, .. }
            | Statement::Rows { body, .. }
            | Statement::Scope { body, .. } => test_members(body, keys),
            _ => {}
        }
    }
    if let Some(test) = test {
        body.0.insert(body.0.len() - 1, test);
    }
}

#[cfg(test)]
mod tests;
