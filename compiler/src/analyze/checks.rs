//! Stages `CheckKeywordOverrides` and `CheckDuplicateImports`, for version 1 and strict mode.

use std::collections::HashMap;

use super::messages;
use super::symbols::{ASSIGN, DATA, INPUT, Symbols};
use super::text;
use super::tree::{Expr, Import, Module, Rule, Term};
use super::unit::Unit;
use super::walk::{Descend, Node, walk_branch};
use crate::diagnostics::Diagnostics;
use crate::source::RegoVersion;

/// Rejects rules, parameters and variables named `input` or `data`.
pub(super) fn keyword_overrides(unit: &mut Unit<'_>) {
    let strict = unit.options.strict;
    for module in unit.modules.iter().filter(|module| is_checked(module, strict)) {
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

fn is_checked(module: &Module, strict: bool) -> bool {
    strict || module.version == RegoVersion::V1
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

/// Rejects duplicate import names.
pub(super) fn duplicate_imports(unit: &mut Unit<'_>) {
    let strict = unit.options.strict;
    for module in unit.modules.iter().filter(|module| is_checked(module, strict)) {
        let mut seen: HashMap<&str, &Import> = HashMap::new();
        for import in &module.imports {
            match seen.get(import.name()) {
                Some(earlier) => {
                    let text = text::import(earlier);
                    unit.recoverable.push(messages::import_shadows(import.span, &text));
                }
                None => {
                    seen.insert(import.name(), import);
                }
            }
        }
    }
}
