//! Passes the values of a `sprintf` with a literal format one by one, without an array of Rego.
//!
//! ```text
//! sprintf("%v: denied", [name])   # before
//! format("%v: denied", name)      # after
//! ```
//!
//! This is sound because a format of plain verbs cannot fail if it has as many values as verbs.
//! Each verb prints its value as `sprintf` does.

use std::sync::Arc;

use crate::hir::Constant;
use crate::ir::{Call, Callee, Expr, Format, Program, plain_verbs, visit};

/// Rewrites the calls of `sprintf` with a literal format in `program`.
pub(super) fn run(program: &mut Program) {
    for function in &mut program.functions {
        visit::change_block(&mut function.body, &mut |expr| {
            if let Expr::Call(call) = expr
                && let Some((text, values)) = literal(call)
            {
                let (text, values, context) = (text.clone(), values.to_vec(), call.context);
                *expr = Expr::Format(Box::new(Format { text, values, context }));
            }
        });
    }
}

/// Returns `true` if a call is a `sprintf` that cannot fail.
pub(super) fn is_total(call: &Call) -> bool {
    literal(call).is_some()
}

/// Returns the literal format and the values of a `sprintf` that no `with` replaces.
fn literal(call: &Call) -> Option<(&Arc<str>, &[Expr])> {
    let Callee::Builtin(builtin) = call.callee else { return None };
    match call.arguments.as_slice() {
        [Expr::Constant(Constant::String(text)), Expr::Array(values)]
            if builtin.name == "sprintf" && call.mock.is_none() =>
        {
            (plain_verbs(text)? == values.len()).then_some((text, values.as_slice()))
        }
        _ => None,
    }
}
