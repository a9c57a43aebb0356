//! Stages on the heads of rules: `RewriteRuleHeadRefs` and `RewriteRefsInHead`.

use super::generate;
use super::symbols::Symbols;
use super::tree::{Branch, TermKind};
use super::unit::{Unit, branches};

/// Binds the operands of a head's reference that are neither variables nor scalars:
/// `p[input.x] { … }` becomes `p[x] { …; x = input.x }`.
pub(super) fn rewrite_references(unit: &mut Unit<'_>) {
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
            let equation = generate::hoist(term, symbols);
            generate::append(&mut branch.body, |body| body.push(equation));
        }
    }
}

/// Binds the values of heads that must be evaluated: `p = input.x { … }` becomes
/// `p = x { …; x = input.x }`.
pub(super) fn rewrite_values(unit: &mut Unit<'_>) {
    for branch in branches(&mut unit.modules) {
        let head = &mut branch.head;
        let terms = head.key.iter_mut().chain(&mut head.value).chain(&mut head.parameters);
        for term in terms.filter(|term| generate::requires_evaluation(term)) {
            let equation = generate::hoist(term, &mut unit.symbols);
            generate::append(&mut branch.body, |body| body.push(equation));
        }
    }
}
