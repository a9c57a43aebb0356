//! Rules with the name of a builtin.

use std::collections::HashSet;

use ferrego_runtime::builtins::lookup;

use crate::ast::HeadKind;
use crate::diagnostics::{Diagnostic, Group, Lint};

use super::{Findings, Subject};

/// A rule has the name of a builtin.
pub(super) static SHADOWED_BUILTIN: Lint = Lint {
    name: "shadowed-builtin",
    group: Group::Suspicious,
    summary: "a rule has the name of a builtin, which its module then cannot call",
    page: include_str!("pages/shadowed-builtin.md"),
};

/// Reports the first definition of each rule with the name of a builtin.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for module in subject.modules {
        let mut seen = HashSet::new();
        for rule in &module.rules {
            let name = &rule.head.reference.name;
            let Some(builtin) = lookup(&name.text) else { continue };
            if !rule.head.reference.operands.is_empty() || !seen.insert(&name.text) {
                continue;
            }
            let what = match rule.head.kind {
                HeadKind::Function { .. } => "function",
                _ => "rule",
            };
            let message = format!("{what} `{}` has the name of a builtin", name.text);
            let finding = Diagnostic::warning(&SHADOWED_BUILTIN, name.span, message);
            let effect = match builtin.infix {
                "" => "the module cannot call the builtin".to_owned(),
                operator => format!("the operator `{operator}` of the package means it"),
            };
            findings.report(finding.with_help(format!("rename the {what}; {effect}")));
        }
    }
}
