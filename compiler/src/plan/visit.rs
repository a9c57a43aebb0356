//! Walks over the expressions of a plan.

use crate::plan::join::Lookup;
use crate::plan::{Block, Condition, Expr, LocalId, Replacement, Statement, Yield};

/// Calls `see` with every expression of a block, operands included.
pub fn expressions(block: &Block, see: &mut impl FnMut(&Expr)) {
    for item in &block.0 {
        statement(item, see);
    }
}

/// Whether a statement reads a local.
pub fn statement_reads(statement: &Statement, local: LocalId) -> bool {
    let mut found = false;
    self::statement(statement, &mut |expr| {
        found |= expr.is_local(local);
    });
    found
}

/// Whether an expression reads a local.
pub fn expression_reads(expr: &Expr, local: LocalId) -> bool {
    let mut found = false;
    expression(expr, &mut |expr| found |= expr.is_local(local));
    found
}

/// Whether a block reads a local.
pub fn reads(block: &Block, local: LocalId) -> bool {
    let mut found = false;
    expressions(block, &mut |expr| found |= expr.is_local(local));
    found
}

/// The statement after another one that alone reads a local, and reads it once.
pub fn only_reader(statements: &[Statement], after: usize, local: LocalId) -> Option<usize> {
    let (mut reads, mut reader) = (0, None);
    for (index, statement) in statements.iter().enumerate().skip(after + 1) {
        self::statement(statement, &mut |expr| {
            if expr.is_local(local) {
                reads += 1;
                reader = Some(index);
            }
        });
    }
    reader.filter(|_| reads == 1)
}

/// Calls `see` with every expression of a statement, operands included.
pub fn statement(statement: &Statement, see: &mut impl FnMut(&Expr)) {
    own(statement, see);
    inner(statement, &mut |block| expressions(block, see));
}

/// Calls `see` with the expressions of a statement that stand in none of its blocks, operands
/// included; of a loop with those of its header.
pub fn own(statement: &Statement, see: &mut impl FnMut(&Expr)) {
    match statement {
        Statement::Let { value, .. }
        | Statement::Bind { value, .. }
        | Statement::Read { value, .. }
        | Statement::Destructure { of: value, .. }
        | Statement::Later { value, .. } => expression(value, see),
        Statement::Test(condition) => self::condition(condition, see),
        Statement::Each { of, lookup, .. } => {
            expression(of, see);
            if let Some(lookup) = lookup {
                expression(&lookup.wanted, see);
            }
        }
        Statement::Rows { arguments, .. } => all(arguments, see),
        Statement::With { replacements, .. } => {
            for replacement in replacements {
                replacement_expressions(replacement, see);
            }
        }
        Statement::Yield(given) => {
            for operand in given.operands() {
                expression(operand, see);
            }
        }
        Statement::Collect { .. }
        | Statement::Single { .. }
        | Statement::First { .. }
        | Statement::Turns { .. }
        | Statement::Scope(_) => {}
    }
}

/// Calls `see` with the block of a statement, if it has one; those of its conditions are none.
pub fn inner(statement: &Statement, see: &mut impl FnMut(&Block)) {
    if let Some(body) = statement.body() {
        see(body);
    }
}

/// Calls `see` with every local that a statement binds, in its blocks, those of its conditions too,
/// and after it.
pub fn bound(statement: &Statement, see: &mut impl FnMut(LocalId)) {
    own(statement, &mut |expr| {
        if let Expr::Truth(condition) = expr {
            condition_blocks(condition, &mut |block| bound_in(block, see));
        }
    });
    match statement {
        Statement::Let { local, .. }
        | Statement::Bind { local, .. }
        | Statement::Read { local, .. } => see(*local),
        Statement::Test(condition) => {
            condition_blocks(condition, &mut |block| bound_in(block, see));
        }
        Statement::With { .. } | Statement::Yield(_) => {}
        Statement::Destructure { items, .. } => items.iter().for_each(|item| see(*item)),
        Statement::Each { key, value, body, .. } => {
            key.iter().chain(value).for_each(|local| see(*local));
            bound_in(body, see);
        }
        Statement::Rows { locals, body, .. } => {
            locals.iter().flatten().for_each(|local| see(*local));
            bound_in(body, see);
        }
        Statement::Collect { local, body, .. }
        | Statement::Single { local, body, .. }
        | Statement::First { local, body } => {
            see(*local);
            bound_in(body, see);
        }
        Statement::Later { local, before, .. } => {
            see(*local);
            bound_in(before, see);
        }
        Statement::Turns { turn, body, .. } => {
            see(*turn);
            bound_in(body, see);
        }
        Statement::Scope(body) => bound_in(body, see),
    }
}

/// Calls `see` with the blocks of a statement, those of its expressions left out.
pub fn blocks(statement: &Statement, see: &mut impl FnMut(&Block)) {
    match statement {
        Statement::Test(condition) => condition_blocks(condition, see),
        _ => inner(statement, see),
    }
}

fn condition_blocks(condition: &Condition, see: &mut impl FnMut(&Block)) {
    match condition {
        Condition::Not(inner) => condition_blocks(inner, see),
        Condition::Exists(block) => see(block),
        _ => {}
    }
}

fn bound_in(block: &Block, see: &mut impl FnMut(LocalId)) {
    for statement in &block.0 {
        bound(statement, see);
    }
}

fn replacement_expressions(replacement: &Replacement, see: &mut impl FnMut(&Expr)) {
    match replacement {
        Replacement::Input(_, value)
        | Replacement::Data(_, _, value)
        | Replacement::FunctionValue(_, value) => expression(value, see),
        Replacement::FunctionCall(..) => {}
    }
}

/// Calls `see` with every expression of a condition, operands included.
pub fn condition(condition: &Condition, see: &mut impl FnMut(&Expr)) {
    match condition {
        Condition::Truthy(value)
        | Condition::Defined(value)
        | Condition::Collection(value)
        | Condition::ObjectOf(value, _) => expression(value, see),
        Condition::Equal(left, right)
        | Condition::Compare(_, left, right)
        | Condition::MayMatch(left, right)
        | Condition::Key { of: left, key: right, .. } => {
            expression(left, see);
            expression(right, see);
        }
        Condition::Turn(..) => {}
        Condition::Not(inner) => self::condition(inner, see),
        Condition::Exists(block) => expressions(block, see),
    }
}

/// Calls `see` with an expression and its operands.
pub fn expression(expr: &Expr, see: &mut impl FnMut(&Expr)) {
    see(expr);
    match expr {
        Expr::Local(_)
        | Expr::Asked(_)
        | Expr::Read(_)
        | Expr::Constant(_)
        | Expr::Input(_)
        | Expr::BaseData(_)
        | Expr::Rule(..) => {}
        Expr::Array(items) | Expr::Set(items) => all(items, see),
        Expr::Object(pairs) => {
            for (key, value) in pairs {
                expression(key, see);
                expression(value, see);
            }
        }
        Expr::Truth(condition) => self::condition(condition, see),
        Expr::Get { base, keys } => {
            expression(base, see);
            all(keys, see);
        }
        Expr::Package { base, children } => {
            expression(base, see);
            for (_, child) in children {
                expression(child, see);
            }
        }
        Expr::Call(call) => all(&call.arguments, see),
    }
}

fn all(exprs: &[Expr], see: &mut impl FnMut(&Expr)) {
    for expr in exprs {
        expression(expr, see);
    }
}

/// Whether a block notes that the condition that it belongs to holds.
pub fn notes(block: &Block) -> bool {
    block.0.iter().any(|statement| match statement {
        Statement::Yield(given) => matches!(given, Yield::Noted),
        Statement::Each { body, .. } | Statement::Rows { body, .. } | Statement::Scope(body) => {
            notes(body)
        }
        _ => false,
    })
}

/// Calls `see` with what each loop of a block asks of an index.
pub fn lookups(block: &Block, see: &mut impl FnMut(&Lookup)) {
    for statement in &block.0 {
        if let Statement::Each { lookup: Some(lookup), .. } = statement {
            see(lookup);
        }
        blocks(statement, &mut |block| lookups(block, see));
    }
}
