//! Expressions that build a string or a collection, and are undefined only if an operand has the
//! wrong type.

use crate::ir::{Block, Callee, CollectKind, Expr, Program, Statement, Yield};

/// Returns `true` if an expression builds a value, by a builtin or by a function that only builds
/// values.
pub(super) fn is_constructor(program: &Program, expr: &Expr) -> bool {
    let Expr::Call(call) = expr else { return false };
    match call.callee {
        _ if call.mock.is_some() => false,
        Callee::Builtin(builtin) => builtin.builds,
        Callee::Function(function) => only_constructs(program, &program.function(function).body),
    }
}

fn only_constructs(program: &Program, block: &Block) -> bool {
    block.0.iter().all(|statement| match statement {
        Statement::Let { .. }
        | Statement::Collect {
            kind: CollectKind::Array | CollectKind::Set | CollectKind::Multiset,
            ..
        }
        | Statement::Yield(Yield::Return(_)) => true,
        Statement::Bind { value, .. } => is_constructor(program, value),
        Statement::Scope { body, .. } => only_constructs(program, body),
        _ => false,
    })
}
