//! Reads `input.review.object` where the evaluation holds it ready.
//!
//! ```text
//! input["review"]["object"]["spec"]   # before: three lookups
//! review object["spec"]               # after: one
//! ```
//!
//! This is sound because the evaluation finds the object by the same two keys, once for each input.
//! A `with` that replaces a part of `input` makes a new context.

use crate::hir::Constant;
use crate::ir::{Expr, Program, visit};

/// Replaces the paths of `program` that begin with `input.review.object`.
pub(super) fn run(program: &mut Program) {
    for function in &mut program.functions {
        visit::change_block(&mut function.body, &mut |expr| {
            let Expr::Get { base, keys } = expr else { return };
            let Expr::Input(context) = **base else { return };
            if !matches!(keys.as_slice(), [review, object, ..]
                if is_string(review, "review") && is_string(object, "object"))
            {
                return;
            }
            keys.drain(..2);
            let object = Expr::ReviewObject(context);
            if keys.is_empty() {
                *expr = object;
            } else {
                **base = object;
            }
        });
    }
}

fn is_string(expr: &Expr, text: &str) -> bool {
    matches!(expr, Expr::Constant(Constant::String(constant)) if **constant == *text)
}
