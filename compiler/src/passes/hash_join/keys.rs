//! Builds the functions that return the keys of members.

use std::collections::HashSet;

use crate::ir::{
    Block, ContextId, Expr, Function, FunctionId, Local, LocalId, ReturnKind, Statement, Yield,
    visit,
};

use crate::source::Span;

use super::test::{CalledKeys, Own, Test, locals};

/// Builds the function that yields the keys of a member: a row for each value that the test
/// compares with the wanted value.
///
/// A loop of `within` binds the member to `parameters`. If the test is in a called function,
/// `called` yields that function's keys.
///
/// The function consists of the statements before the test that lead to the value. It leaves out
/// all tests, so that it yields no value less.
pub(super) fn function(
    within: &Function,
    parameters: &[Option<LocalId>],
    test: &Test<'_>,
    called: Option<FunctionId>,
    at: Span,
) -> Function {
    let mut all = within.locals.clone();
    let given = |local: &Option<LocalId>| local.unwrap_or_else(|| add(&mut all, "other"));
    let parameters = parameters.iter().map(given).collect();
    let row = add(&mut all, "key");
    let give = Statement::Yield(Yield::Row(vec![Expr::Local(row)]));
    let each = |key, value, of| {
        let body = Block(vec![give.clone()]);
        vec![Statement::Each { key, value, of, lookup: None, body }]
    };
    let mut block = match &test.own {
        Own::Value(own) => {
            vec![Statement::Bind { local: row, value: (*own).clone() }, give.clone()]
        }
        Own::Members(own) => each(None, Some(row), (*own).clone()),
        Own::Keys(own, []) => each(Some(row), None, (*own).clone()),
        Own::Keys(own, keys) => {
            let of = Expr::Get { base: Box::new((*own).clone()), keys: keys.to_vec() };
            each(Some(row), None, of)
        }
        Own::Called(keys) => rows(called, keys, row, give.clone()),
    };
    let mut needed: HashSet<LocalId> = block.iter().flat_map(read).collect();
    for statement in test.before.iter().rev() {
        if binds(statement).any(|local| needed.contains(&local)) {
            needed.extend(read(statement));
            block = around(statement, block);
        }
    }
    Function {
        name: format!("{}.key", within.name),
        rule: within.rule.clone(),
        returns: ReturnKind::Rows(1),
        fallible: true,
        parameters,
        locals: all,
        keyed: false,
        memo: None,
        replaceable: None,
        multisets: std::collections::BTreeMap::new(),
        sources: Vec::new(),
        at,
        body: Block(block),
    }
}

/// Calls the function that yields the keys of the called function.
fn rows(
    called: Option<FunctionId>,
    keys: &CalledKeys<'_>,
    row: LocalId,
    give: Statement,
) -> Vec<Statement> {
    let arguments = keys.arguments.iter().map(|argument| (*argument).clone()).collect();
    let rows = called.map(|function| Statement::Rows {
        locals: vec![Some(row)],
        function,
        arguments,
        context: ContextId(0),
        body: Block(vec![give]),
    });
    rows.into_iter().collect()
}

fn add(all: &mut Vec<Local>, name: &str) -> LocalId {
    let id = LocalId(u32::try_from(all.len()).unwrap_or(u32::MAX));
    all.push(Local::hint(name, "value"));
    id
}

/// Returns a statement followed by others, or a loop around them.
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

/// Returns the locals that a statement binds for the statements after it, or a loop for those in
/// it.
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

/// Returns the locals that a statement reads; for a loop, those that its header reads.
fn read(statement: &Statement) -> HashSet<LocalId> {
    match statement {
        Statement::Each { of, .. } => return locals(of),
        Statement::Rows { arguments, .. } => return arguments.iter().flat_map(locals).collect(),
        _ => {}
    }
    let mut found = HashSet::new();
    visit::statement(statement, &mut |expr| {
        if let Expr::Local(local) = expr {
            found.insert(*local);
        }
    });
    found
}
