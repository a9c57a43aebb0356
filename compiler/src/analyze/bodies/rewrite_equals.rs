//! Stage `RewriteEquals`: `left == right` becomes `left = right`.

use crate::analyze::unit::{Unit, branches};
use crate::analyze::working_ast::closures::closures_of_expr;
use crate::analyze::working_ast::symbols::{EQ, EQUAL};
use crate::analyze::working_ast::{Body, ExprKind, Term};

/// Rewrites the bodies of all branches.
pub(crate) fn run(unit: &mut Unit<'_>) {
    for branch in branches(&mut unit.modules) {
        rewrite_body(&mut branch.body);
    }
}

fn rewrite_body(body: &mut Body) {
    for expr in body {
        if expr.operands_of(EQUAL).is_some()
            && let ExprKind::Call(terms) = &mut expr.kind
            && let Some(operator) = terms.first_mut()
        {
            *operator = Term::operator(EQ, operator.span);
        }
        closures_of_expr(expr, &mut |mut closure| rewrite_body(closure.body()));
    }
}
