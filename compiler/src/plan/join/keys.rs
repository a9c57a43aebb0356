//! The function that gives the keys of a member.

use std::collections::HashSet;
use std::sync::Arc;

use crate::plan::{Block, Expr, Function, Gives, Local, LocalId, Statement, Yield, visit};

use super::test::{Own, Test, locals};

/// The function of a member, which a loop of `within` binds to `member`, that gives a row for each
/// value that the test compares with what is wanted.
///
/// It has the statements before the test that lead to the value, and none of the tests, so that it
/// gives no value less.
pub(super) fn function(
    within: &Function,
    (key, value): (Option<LocalId>, Option<LocalId>),
    test: &Test<'_>,
) -> Function {
    let mut all = within.locals.clone();
    let parameters = vec![given(&mut all, key, "key"), given(&mut all, value, "value")];
    let (mut needed, own) = match test.own {
        Own::Value(own) | Own::Members(own) => (locals(own), own),
    };
    let row = add(&mut all, "key");
    let give = Statement::Yield(Yield::Row(vec![Expr::Local(row)]));
    let mut block = match test.own {
        Own::Value(_) => vec![Statement::Bind { local: row, value: own.clone() }, give],
        Own::Members(_) => vec![Statement::Each {
            key: None,
            value: Some(row),
            of: own.clone(),
            lookup: None,
            body: Block(vec![give]),
        }],
    };
    for statement in test.before.iter().rev() {
        if binds(statement).any(|local| needed.contains(&local)) {
            needed.extend(read(statement));
            block = around(statement, block);
        }
    }
    Function {
        name: format!("{}.key", within.name),
        rule: within.rule.clone(),
        gives: Gives::Rows(1),
        parameters,
        locals: all,
        keyed: false,
        memo: None,
        replaceable: None,
        shared: Vec::new(),
        sources: Vec::new(),
        body: Block(block),
    }
}

fn given(all: &mut Vec<Local>, local: Option<LocalId>, name: &str) -> LocalId {
    local.unwrap_or_else(|| add(all, name))
}

fn add(all: &mut Vec<Local>, name: &str) -> LocalId {
    let id = LocalId(u32::try_from(all.len()).unwrap_or(u32::MAX));
    all.push(Local { name: Arc::from(name) });
    id
}

/// A statement before others, or a loop around them.
fn around(statement: &Statement, block: Vec<Statement>) -> Vec<Statement> {
    match statement {
        Statement::Each { key, value, of, .. } => vec![Statement::Each {
            key: *key,
            value: *value,
            of: of.clone(),
            lookup: None,
            body: Block(block),
        }],
        other => std::iter::once(other.clone()).chain(block).collect(),
    }
}

/// What a statement binds for those after it; what a loop binds for those in it.
fn binds(statement: &Statement) -> impl Iterator<Item = LocalId> {
    let bound = match statement {
        Statement::Let { local, .. }
        | Statement::Bind { local, .. }
        | Statement::Collect { local, .. }
        | Statement::First { local, .. } => vec![*local],
        Statement::Destructure { items, .. } => items.clone(),
        Statement::Each { key, value, .. } => key.iter().chain(value).copied().collect(),
        _ => Vec::new(),
    };
    bound.into_iter()
}

/// What a statement reads; of a loop what its header does.
fn read(statement: &Statement) -> HashSet<LocalId> {
    if let Statement::Each { of, .. } = statement {
        return locals(of);
    }
    let mut found = HashSet::new();
    visit::statement(statement, &mut |expr| {
        if let Expr::Local(local) = expr {
            found.insert(*local);
        }
    });
    found
}
