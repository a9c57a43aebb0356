//! Stage `CheckKeywordOverrides`: in version 1 and in strict mode, no name overrides `input` or
//! `data`.

use crate::analyze::messages;
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::symbols::{ASSIGN, DATA, INPUT, Symbols};
use crate::analyze::working_ast::walk::{Descend, Node, walk_branch};
use crate::analyze::working_ast::{Expr, Rule, Term};
use crate::diagnostics::Diagnostics;

/// Rejects rules, parameters and variables named `input` or `data`.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let strict = unit.options.strict;
    for module in unit.modules.iter().filter(|module| module.is_strict(strict)) {
        for rule in &module.rules {
            rule_overrides(rule, &unit.symbols, &mut unit.recoverable);
        }
        for branch in module.rules.iter().flat_map(|rule| &rule.branches) {
            walk_branch(branch, &mut |node| {
                if let Node::Expr(expr) = node {
                    assignment_overrides(expr, &unit.symbols, &mut unit.recoverable);
                }
                Descend::Yes
            });
        }
    }
}

fn rule_overrides(rule: &Rule, symbols: &Symbols, errors: &mut Diagnostics) {
    let Some(branch) = rule.branches.first() else { return };
    let name = branch.head.reference.first().and_then(Term::as_var);
    if let Some(name) = name.filter(|&name| name == INPUT || name == DATA) {
        errors.push(messages::rule_shadows(rule.span, symbols.name(name)));
    }
    for parameter in &branch.head.parameters {
        if let Some(root) = parameter.as_root_document() {
            errors.push(messages::argument_shadows(parameter.span, symbols.name(root)));
        }
    }
}

fn assignment_overrides(expr: &Expr, symbols: &Symbols, errors: &mut Diagnostics) {
    if !expr.calls(ASSIGN) {
        return;
    }
    let target = expr.as_call().and_then(|terms| terms.get(1));
    if let Some(root) = target.and_then(Term::as_root_document) {
        errors.push(messages::variable_shadows(expr.span, symbols.name(root)));
    }
}
