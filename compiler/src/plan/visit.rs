//! Walks over the expressions of a plan.

use crate::plan::{Block, Condition, Expr, Leaf, LocalId, Replacement, Statement, Yield};

/// Calls `see` with every expression of a block, operands included.
pub fn expressions(block: &Block, see: &mut impl FnMut(&Expr)) {
    for statement in &block.0 {
        statement_expressions(statement, see);
    }
}

/// Whether a block reads a local.
pub fn reads(block: &Block, local: LocalId) -> bool {
    let mut found = false;
    expressions(block, &mut |expr| found |= matches!(expr, Expr::Local(id) if *id == local));
    found
}

fn statement_expressions(statement: &Statement, see: &mut impl FnMut(&Expr)) {
    match statement {
        Statement::Let { value, .. } | Statement::Bind { value, .. } => expression(value, see),
        Statement::Test(condition) => condition_expressions(condition, see),
        Statement::Destructure { of, .. } => expression(of, see),
        Statement::Each { of, body, .. } => {
            expression(of, see);
            expressions(body, see);
        }
        Statement::Rows { arguments, body, .. } => {
            all(arguments, see);
            expressions(body, see);
        }
        Statement::With { replacements, .. } => {
            for replacement in replacements {
                replacement_expressions(replacement, see);
            }
        }
        Statement::Collect { body, .. }
        | Statement::Single { body, .. }
        | Statement::First { body, .. }
        | Statement::Scope(body) => expressions(body, see),
        Statement::Yield(given) => yield_expressions(given, see),
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

fn yield_expressions(given: &Yield, see: &mut impl FnMut(&Expr)) {
    match given {
        Yield::Return(value)
        | Yield::Single { value, .. }
        | Yield::Member(value)
        | Yield::First(value) => expression(value, see),
        Yield::Pair { key, value } => {
            expression(key, see);
            expression(value, see);
        }
        Yield::Entry { keys, leaf, .. } => {
            all(keys, see);
            match leaf {
                Leaf::Value(value) | Leaf::Member(value) => expression(value, see),
            }
        }
        Yield::Row(values) => all(values, see),
        Yield::Found => {}
    }
}

fn condition_expressions(condition: &Condition, see: &mut impl FnMut(&Expr)) {
    match condition {
        Condition::Truthy(value)
        | Condition::Defined(value)
        | Condition::Collection(value)
        | Condition::ObjectOf(value, _) => expression(value, see),
        Condition::Equal(left, right) | Condition::Compare(_, left, right) => {
            expression(left, see);
            expression(right, see);
        }
        Condition::Not(inner) => condition_expressions(inner, see),
        Condition::Exists(block) => expressions(block, see),
    }
}

/// Calls `see` with an expression and its operands.
pub fn expression(expr: &Expr, see: &mut impl FnMut(&Expr)) {
    see(expr);
    match expr {
        Expr::Local(_)
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
        Expr::Truth(condition) => condition_expressions(condition, see),
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
