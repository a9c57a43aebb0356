//! Numbers that equivalent statements share, so that a statement is compared with few others.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;

use crate::ir::{Call, Callee, Condition, Expr, Statement};

/// Returns a number that is the same for all statements that `equivalence::statements` calls equal to
/// this one, or `None` if it calls none equal.
pub(super) fn of(statement: &Statement) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    discriminant(statement).hash(&mut hasher);
    match statement {
        Statement::Let { value, .. } | Statement::Bind { value, .. } => expr(value, &mut hasher),
        Statement::Each { of, lookup: None, .. } | Statement::Destructure { of, .. } => {
            expr(of, &mut hasher);
        }
        Statement::Test(test) => condition(test, &mut hasher),
        Statement::Rows { function, arguments, .. } => {
            function.0.hash(&mut hasher);
            exprs(arguments, &mut hasher);
        }
        _ => return None,
    }
    Some(hasher.finish())
}

fn exprs(all: &[Expr], hasher: &mut DefaultHasher) {
    all.len().hash(hasher);
    for one in all {
        expr(one, hasher);
    }
}

fn expr(one: &Expr, hasher: &mut DefaultHasher) {
    discriminant(one).hash(hasher);
    match one {
        Expr::Local(local) => local.0.hash(hasher),
        Expr::Constant(constant) => constant.hash(hasher),
        Expr::Array(items) | Expr::Set(items) => exprs(items, hasher),
        Expr::Object(pairs) => {
            for (key, value) in pairs {
                expr(key, hasher);
                expr(value, hasher);
            }
        }
        Expr::Truth(inner) => condition(inner, hasher),
        Expr::Get { base, keys } => {
            expr(base, hasher);
            exprs(keys, hasher);
        }
        Expr::Rule(function, _) => function.0.hash(hasher),
        Expr::Call(inner) => call(inner, hasher),
        _ => {}
    }
}

fn call(one: &Call, hasher: &mut DefaultHasher) {
    match one.callee {
        Callee::Builtin(builtin) => builtin.name.hash(hasher),
        Callee::Function(function) => function.0.hash(hasher),
    }
    exprs(&one.arguments, hasher);
}

fn condition(one: &Condition, hasher: &mut DefaultHasher) {
    discriminant(one).hash(hasher);
    match one {
        Condition::Truthy(value) | Condition::Defined(value) | Condition::Collection(value) => {
            expr(value, hasher);
        }
        Condition::ObjectOf(value, keys) => {
            keys.hash(hasher);
            expr(value, hasher);
        }
        Condition::Equal(left, right) | Condition::Compare(_, left, right) => {
            expr(left, hasher);
            expr(right, hasher);
        }
        Condition::Not(inner) => condition(inner, hasher),
        _ => {}
    }
}
