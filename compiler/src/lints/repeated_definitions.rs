//! Definitions that repeat another one of their rule.
//!
//! ```text
//! containers[c] { c := input.review.object.spec.initContainers[_] }
//! containers[c] { c := input.review.object.spec.initContainers[_] }   # a copy that was not changed
//! ```

use std::collections::HashMap;

use crate::ast::Rule;
use crate::diagnostics::{Diagnostic, Group, Lint};

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
                    continue;
                };
                let name = &second.head.reference.name.text;
                let message = format!("this definition of `{name}` repeats another one");
                let place = second.head.span;
                let finding = Diagnostic::warning(&REPEATED_DEFINITION, place, message);
                let finding = finding.with_label(first.head.span, "the same definition");
                findings.report(finding.with_help("remove one of the two, or correct it"));
            }
        }
    }
}
