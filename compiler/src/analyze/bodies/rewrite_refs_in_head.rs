//! Stage `RewriteRefsInHead`: `p = input.x { … }` becomes `p = x { …; x = input.x }`.

use crate::analyze::unit::{Unit, branches};
use crate::analyze::working_ast::fresh_names;

/// Binds the terms of heads that must be evaluated.
pub(crate) fn run(unit: &mut Unit<'_>) {
    for branch in branches(&mut unit.modules) {
        let head = &mut branch.head;
        let terms = head.key.iter_mut().chain(&mut head.value).chain(&mut head.parameters);
        for term in terms.filter(|term| fresh_names::requires_evaluation(term)) {
            let equation = fresh_names::hoist(term, &mut unit.symbols);
            fresh_names::append(&mut branch.body, |body| body.push(equation));
        }
    }
}
