//! Splits the literal format of a `sprintf` into pieces at compile time.
//!
//! ```text
//! sprintf("%v: denied", [name])   # before
//! format("%v: denied", name)      # after: the pieces `%v` and ": denied"
//! ```
//!
//! This is sound because a format of plain verbs cannot fail if it has as many values as verbs.
//! Each verb prints its value as `sprintf` does.

use std::sync::Arc;

use crate::hir::Constant;
use crate::ir::{Call, Callee, Expr, Format, Piece, Program, visit};

/// Splits the literal formats of `program`.
pub(super) fn run(program: &mut Program) {
    for function in &mut program.functions {
        visit::change_block(&mut function.body, &mut |expr| {
            if let Expr::Call(call) = expr
                && let Some((text, pieces, values)) = literal(call)
            {
                let (text, values, context) = (text.clone(), values.to_vec(), call.context);
                *expr = Expr::Format(Box::new(Format { text, pieces, values, context }));
            }
        });
    }
}

/// Returns `true` if a call is a `sprintf` that cannot fail.
pub(super) fn is_total(call: &Call) -> bool {
    literal(call).is_some()
}

/// Returns the literal format, its pieces and the values of a `sprintf` that no `with` replaces.
fn literal(call: &Call) -> Option<(&Arc<str>, Vec<Piece>, &[Expr])> {
    let Callee::Builtin(builtin) = call.callee else { return None };
    match call.arguments.as_slice() {
        [Expr::Constant(Constant::String(text)), Expr::Array(values)]
            if builtin.name == "sprintf" && call.mock.is_none() =>
        {
            let pieces = Piece::split(text)?;
            let verbs = pieces.iter().filter(|piece| piece.is_verb()).count();
            (verbs == values.len()).then_some((text, pieces, values.as_slice()))
        }
        _ => None,
    }
}
