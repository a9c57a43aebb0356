//! Stage `CheckVoidCalls`: no call without a result is a value.

use crate::analyze::messages;
use crate::analyze::names::builtins;
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::print;
use crate::analyze::working_ast::symbols::Symbols;
use crate::analyze::working_ast::walk::{Descend, Node, walk_branch};
use crate::analyze::working_ast::{Term, TermKind};

/// Rejects calls without a result where a value is needed.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let rules = unit.modules.iter().flat_map(|module| &module.rules);
    for branch in rules.flat_map(|rule| &rule.branches) {
        walk_branch(branch, &mut |node| {
            if let Node::Term(term) = node
                && is_void_call(term, &unit.symbols)
            {
                let call = print::term(term, &unit.symbols);
                unit.errors.push(messages::void_call(term.span, &call));
            }
            Descend::Yes
        });
    }
}

fn is_void_call(term: &Term, symbols: &Symbols) -> bool {
    let TermKind::Call(terms) = &term.kind else { return false };
    let operator = terms.first().and_then(Term::as_reference);
    let builtin = operator.and_then(|operator| builtins::named(operator, symbols));
    builtin.is_some_and(builtins::is_void)
}
