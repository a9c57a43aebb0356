//! Stage `CheckRuleConflicts`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analyze::field_syntax::push_field;
use crate::analyze::messages;
use crate::analyze::names::rule_tree::{Key, RulePosition, RuleTree};
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::print;
use crate::analyze::working_ast::{Rule, Term};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::Span;

/// Checks that the rules at each path are compatible with each other and with the rules below the
/// path.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let mut errors = Diagnostics::default();
    unit.tree.depth_first(&mut |node| errors.0.extend(check_node(unit, node)));
    package_conflicts(unit, &mut errors);
    unit.errors.0.append(&mut errors.0);
}

/// Returns the whole path of a rule as OPA prints it.
pub(crate) fn full_path(unit: &Unit<'_>, position: RulePosition) -> String {
    let Some((module, rule)) = unit.modules.get(position.module).zip(unit.rule(position)) else {
        return String::new();
    };
    let mut path =
        print::path(module.package.iter().cloned().map(Key::String).collect::<Vec<_>>().iter());
    if let Some(branch) = rule.branches.first() {
        let mut reference = branch.head.reference.iter();
        if let Some(name) = reference.next().and_then(Term::as_var) {
            push_field(&mut path, unit.symbols.name(name));
        }
        reference.for_each(|term| print::push_operand(&mut path, term, &unit.symbols));
    }
    path
}

fn check_node(unit: &Unit<'_>, node: &RuleTree) -> Option<Diagnostic> {
    let (first, _) = *node.rules.first()?;
    let (last, _) = *node.rules.last()?;
    let span = unit.rule(first)?.span;
    let name = full_path(unit, last);
    let rules = || node.rules.iter().filter_map(|&(position, _)| unit.rule(position));
    let heads = || rules().filter_map(|rule| rule.branches.first()).map(|branch| &branch.head);
    if !node.children.is_empty() && heads().any(crate::analyze::working_ast::Head::is_ground) {
        let (paths, below) = rules_below(unit, node);
        return Some(messages::rule_conflicts(span, &name, &paths, below));
    }
    let kinds: BTreeSet<bool> =
        heads().map(crate::analyze::working_ast::Head::is_single_value).collect();
    let arities: BTreeSet<usize> = heads().map(|head| head.parameters.len()).collect();
    let complete: BTreeSet<bool> =
        heads().map(|head| head.is_single_value() && head.is_ground()).collect();
    if kinds.len() > 1 || arities.len() > 1 || complete.len() > 1 {
        // OPA points at the first rule, which is rarely the one to change.
        let shape = |rule: &Rule| {
            let head = rule.branches.first().map(|branch| &branch.head);
            head.map(|head| (head.is_single_value(), head.parameters.len(), head.is_ground()))
        };
        let other = rules().find(|rule| shape(rule) != rules().next().and_then(shape));
        let other = other.map_or(span, |rule| rule.span);
        return Some(messages::conflicting_rules(other, &name, span));
    }
    let defaults: Vec<&Rule> = rules().filter(|rule| rule.default).collect();
    // OPA points at the package.
    let [first, second, ..] = defaults[..] else { return None };
    let locations: Vec<String> = defaults.iter().map(|rule| unit.location(rule.span)).collect();
    Some(messages::multiple_defaults(second.span, &name, &locations, first.span))
}

/// Returns the paths of the rules below a node, and the place of the first.
fn rules_below(unit: &Unit<'_>, node: &RuleTree) -> (Vec<String>, Option<Span>) {
    let (mut paths, mut first) = (BTreeSet::new(), None);
    for child in node.children.values() {
        child.depth_first(&mut |below| {
            for &(position, _) in &below.rules {
                paths.insert(full_path(unit, position));
                first = first.or_else(|| unit.rule(position).map(|rule| rule.span));
            }
        });
    }
    (paths.into_iter().collect(), first)
}

/// Reports ground rules at the path of a package.
fn package_conflicts(unit: &Unit<'_>, errors: &mut Diagnostics) {
    for module in &unit.modules {
        for rule in &module.rules {
            let Some(head) = rule.branches.first().map(|branch| &branch.head) else { continue };
            let Some(path) = fixed_path(unit, head) else { continue };
            let path: Vec<Arc<str>> = module.package.iter().cloned().chain(path).collect();
            for other in unit.modules.iter().filter(|other| other.package == path) {
                let package = print::path(
                    other.package.iter().cloned().map(Key::String).collect::<Vec<_>>().iter(),
                );
                let package = package.trim_start_matches("data.").to_owned();
                let name = print::reference(&head.reference, &unit.symbols);
                let location = unit.location(rule.span);
                let fault = messages::package_conflicts(
                    module.package_span,
                    &package,
                    &name,
                    &location,
                    rule.span,
                );
                errors.push(fault);
            }
        }
    }
}

/// Returns the names in the path of a ground head, or `None` if an operand is not a string.
fn fixed_path(unit: &Unit<'_>, head: &crate::analyze::working_ast::Head) -> Option<Vec<Arc<str>>> {
    let (name, operands) = head.reference.split_first()?;
    let mut path = vec![Arc::clone(unit.symbols.name(name.as_var()?))];
    for operand in operands {
        match crate::analyze::names::rule_tree::key(operand)? {
            Key::String(field) => path.push(field),
            Key::Scalar(_) => return None,
        }
    }
    Some(path)
}
