//! Definitions that repeat another one of their rule.
//!
//! ```text
//! containers[c] { c := input.review.object.spec.initContainers[_] }
//! containers[c] { c := input.review.object.spec.initContainers[_] }   # a copy that was not changed
//! ```

use std::collections::HashMap;

use crate::ast::{Body, HeadKind, Literal, LiteralKind, Rule, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::source::Span;

use super::{Findings, Subject};

/// A rule has a definition twice.
pub(super) static REPEATED_DEFINITION: Lint = Lint {
    name: "repeated-definition",
    group: Group::Style,
    summary: "a rule has a definition twice",
    page: include_str!("pages/repeated-definition.md"),
};

/// The number of definitions of one rule that are compared with each other.
const COMPARED: usize = 64;

/// Compares the definitions of each rule.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for module in subject.modules {
        let mut rules: HashMap<&str, Vec<&Rule>> = HashMap::new();
        for rule in module.rules.iter().filter(|rule| !rule.default) {
            rules.entry(&rule.head.reference.name.text).or_default().push(rule);
        }
        for definitions in rules.values() {
            let compared = &definitions[..definitions.len().min(COMPARED)];
            for (index, second) in compared.iter().enumerate() {
                let Some(first) = compared[..index].iter().find(|first| **first == *second) else {
                    if let Some(first) =
                        compared[..index].iter().find(|first| differ_in_message(first, second))
                    {
                        findings.report(conditions(first, second));
                    }
                    continue;
                };
                let name = &second.head.reference.name.text;
                let message = format!("this definition of `{name}` repeats another one");
                let place = only_literal(second).unwrap_or(second.head.span);
                let finding = Diagnostic::warning(&REPEATED_DEFINITION, place, message);
                let same = only_literal(first).unwrap_or(first.head.span);
                let finding = finding.with_label(same, "the same definition");
                findings.report(finding.with_help("remove one of the two, or correct it"));
            }
        }
    }
}

/// Returns the place of the literal of a definition that has one.
fn only_literal(rule: &Rule) -> Option<Span> {
    match (&rule.bodies[..], &rule.branches[..]) {
        ([body], []) => match &body.literals[..] {
            [literal] => Some(literal.span),
            _ => None,
        },
        _ => None,
    }
}

/// Returns `true` if two violations have the same conditions, of which there are several, and only
/// their messages differ.
fn differ_in_message(first: &Rule, second: &Rule) -> bool {
    let is_violation = *first.head.reference.name.text == *"violation";
    let same_head = first.head == second.head && matches!(first.head.kind, HeadKind::Set { .. });
    let ([one], [other]) = (&first.bodies[..], &second.bodies[..]) else { return false };
    let conditions =
        |body: &Body| -> usize { body.literals.iter().filter(|own| !is_message(own)).count() };
    let same = one
        .literals
        .iter()
        .filter(|own| !is_message(own))
        .eq(other.literals.iter().filter(|own| !is_message(own)));
    is_violation && same_head && same && conditions(one) > 1
}

/// Returns `true` for the literal that gives the message of a violation.
fn is_message(literal: &Literal) -> bool {
    match &literal.kind {
        LiteralKind::Assign(left, _) | LiteralKind::Unify(left, _) => {
            matches!(&left.kind, TermKind::Var(name) if &**name == "msg")
        }
        _ => false,
    }
}

fn conditions(first: &Rule, second: &Rule) -> Diagnostic {
    let message = "expected other conditions than those of another `violation`, found the same";
    let finding = Diagnostic::warning(&REPEATED_DEFINITION, second.head.span, message);
    let finding = finding.with_label(first.head.span, "the same conditions");
    finding.with_help("remove one of the two, or correct its conditions")
}
