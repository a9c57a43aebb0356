//! Stage `CheckSafetyRuleHeads`: a body must bind the variables of its head.

use crate::analyze::messages;
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::Branch;
use crate::analyze::working_ast::symbols::Symbols;
use crate::analyze::working_ast::vars::{self, SAFETY};
use crate::diagnostics::Diagnostics;

/// Checks the heads of all branches.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let rules = unit.modules.iter().flat_map(|module| &module.rules);
    for branch in rules.flat_map(|rule| &rule.branches) {
        if branch.head.may_have_variables() {
            check_head(branch, &unit.symbols, &mut unit.errors);
        }
    }
}

fn check_head(branch: &Branch, symbols: &Symbols, errors: &mut Diagnostics) {
    let head = &branch.head;
    let mut safe = vars::of_body(&branch.body, SAFETY);
    safe.extend(vars::of_terms(&head.parameters, vars::ALL));
    let operands = head.reference.iter().skip(1);
    let needed = vars::of_terms(operands.chain(&head.key).chain(&head.value), vars::ALL);
    for &var in needed.difference(&safe).filter(|&&var| !symbols.is_generated(var)) {
        errors.push(messages::unsafe_variable(branch.span, symbols.name(var)));
    }
}
