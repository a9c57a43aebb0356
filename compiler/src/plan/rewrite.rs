//! Changes to the expressions of a plan.

use crate::plan::{Block, Condition, Expr, Leaf, Replacement, Statement, Yield};

/// Calls `change` with every expression of a block, operands after what they belong to.
pub(in crate::plan) fn block(block: &mut Block, change: &mut impl FnMut(&mut Expr)) {
    for statement in &mut block.0 {
        own(statement, change);
        inner(statement, &mut |inner| self::block(inner, change));
    }
}

/// Calls `see` with the block of a statement, if it has one; those of its conditions are none.
pub(in crate::plan) fn inner(statement: &mut Statement, see: &mut impl FnMut(&mut Block)) {
    if let Some(body) = statement.body_mut() {
        see(body);
    }
}

/// Calls `see` with the blocks of a statement, those of its conditions too. Blocks in operands are
/// left out.
pub(in crate::plan) fn blocks(statement: &mut Statement, see: &mut impl FnMut(&mut Block)) {
    match statement {
        Statement::Test(condition) => blocks_of_condition(condition, see),
        _ => inner(statement, see),
    }
}

/// Calls `change` with every block in a block, those of conditions too, and with the block itself
/// last.
pub(in crate::plan) fn each_block(block: &mut Block, change: &mut impl FnMut(&mut Block)) {
    for statement in &mut block.0 {
        blocks(statement, &mut |inner| each_block(inner, change));
    }
    change(block);
}

fn blocks_of_condition(condition: &mut Condition, see: &mut impl FnMut(&mut Block)) {
    match condition {
        Condition::Not(inner) => blocks_of_condition(inner, see),
        Condition::Exists(block) => see(block),
        _ => {}
    }
}

/// Calls `change` with the expressions of a statement that stand in none of its blocks; of a loop
/// with those of its header.
pub(in crate::plan) fn own(statement: &mut Statement, change: &mut impl FnMut(&mut Expr)) {
    match statement {
        Statement::Let { value, .. }
        | Statement::Bind { value, .. }
        | Statement::Read { value, .. }
        | Statement::Destructure { of: value, .. }
        | Statement::Later { value, .. } => expression(value, change),
        Statement::Test(condition) => self::condition(condition, change),
        Statement::Each { of, lookup, .. } => {
            expression(of, change);
            if let Some(lookup) = lookup {
                expression(&mut lookup.wanted, change);
            }
        }
        Statement::Rows { arguments, .. } => all(arguments, change),
        Statement::With { replacements, .. } => {
            for replacement in replacements {
                match replacement {
                    Replacement::Input(_, value)
                    | Replacement::Data(_, _, value)
                    | Replacement::FunctionValue(_, value) => expression(value, change),
                    Replacement::FunctionCall(..) => {}
                }
            }
        }
        Statement::Yield(given) => self::given(given, change),
        Statement::Collect { .. }
        | Statement::Single { .. }
        | Statement::First { .. }
        | Statement::Turns { .. }
        | Statement::Scope(_) => {}
    }
}

fn given(given: &mut Yield, change: &mut impl FnMut(&mut Expr)) {
    match given {
        Yield::Return(value)
        | Yield::Single { value, .. }
        | Yield::Member(value)
        | Yield::First(value) => expression(value, change),
        Yield::Pair { key, value } => {
            expression(key, change);
            expression(value, change);
        }
        Yield::Entry { keys, leaf: Leaf::Value(value) | Leaf::Member(value), .. } => {
            all(keys, change);
            expression(value, change);
        }
        Yield::Row(values) => all(values, change),
        Yield::Found | Yield::Noted => {}
    }
}

/// Calls `change` with every expression of a condition.
pub(in crate::plan) fn condition(condition: &mut Condition, change: &mut impl FnMut(&mut Expr)) {
    match condition {
        Condition::Truthy(value)
        | Condition::Defined(value)
        | Condition::Collection(value)
        | Condition::ObjectOf(value, _) => expression(value, change),
        Condition::Equal(left, right)
        | Condition::Compare(_, left, right)
        | Condition::MayMatch(left, right)
        | Condition::Key { of: left, key: right, .. } => {
            expression(left, change);
            expression(right, change);
        }
        Condition::Turn(..) => {}
        Condition::Not(inner) => self::condition(inner, change),
        Condition::Exists(block) => self::block(block, change),
    }
}

/// Calls `change` with an expression, then with its operands.
pub(in crate::plan) fn expression(expr: &mut Expr, change: &mut impl FnMut(&mut Expr)) {
    change(expr);
    match expr {
        Expr::Local(_)
        | Expr::Asked(_)
        | Expr::Read(_)
        | Expr::Constant(_)
        | Expr::Input(_)
        | Expr::BaseData(_)
        | Expr::Rule(..) => {}
        Expr::Array(items) | Expr::Set(items) => all(items, change),
        Expr::Object(pairs) => {
            for (key, value) in pairs {
                expression(key, change);
                expression(value, change);
            }
        }
        Expr::Truth(condition) => self::condition(condition, change),
        Expr::Get { base, keys } => {
            expression(base, change);
            all(keys, change);
        }
        Expr::Package { base, children } => {
            expression(base, change);
            for (_, child) in children {
                expression(child, change);
            }
        }
        Expr::Call(call) => all(&mut call.arguments, change),
    }
}

fn all(exprs: &mut [Expr], change: &mut impl FnMut(&mut Expr)) {
    for expr in exprs {
        expression(expr, change);
    }
}
