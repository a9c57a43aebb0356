//! Stage `RewriteRuleHeadRefs`: `p[input.x] { … }` becomes `p[x] { …; x = input.x }`.

use crate::analyze::unit::Unit;
use crate::analyze::working_ast::fresh_names;
use crate::analyze::working_ast::symbols::Symbols;
use crate::analyze::working_ast::{Branch, TermKind};

/// Binds the operands of a head's reference that are neither variables nor scalars.
pub(crate) fn run(unit: &mut Unit<'_>) {
    for module in &mut unit.modules {
        for rule in &mut module.rules {
            if let Some(branch) = rule.branches.first_mut() {
                rewrite_reference(branch, &mut unit.symbols);
            }
        }
    }
}

fn rewrite_reference(branch: &mut Branch, symbols: &mut Symbols) {
    for term in branch.head.reference.iter_mut().skip(1) {
        if !term.is_scalar() && !matches!(term.kind, TermKind::Var(_)) {
            let equation = fresh_names::hoist(term, symbols);
            fresh_names::append(&mut branch.body, |body| body.push(equation));
        }
    }
}
