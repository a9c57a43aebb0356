//! Rules and libraries of a template that no violation depends on.

use std::collections::{HashMap, HashSet};

use crate::ast::{Module, Rule};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::hir::{Program, RuleId};
use crate::lints::{Findings, Subject, rule_uses};

/// A rule is never used.
pub(in crate::lints) static UNUSED_RULE: Lint = Lint {
    name: "unused-rule",
    group: Group::Style,
    summary: "no violation depends on a rule of the template",
    page: include_str!("../pages/unused-rule.md"),
};

/// A library is never used.
pub(in crate::lints) static UNUSED_LIBRARY: Lint = Lint {
    name: "unused-library",
    group: Group::Style,
    summary: "no violation depends on a library of the template",
    page: include_str!("../pages/unused-library.md"),
};

/// Reports rules that no violation depends on: those of the template's own module, and libraries
/// without any other rule. A rule that only unused rules use is not reported.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some((entry, libraries)) = subject.modules.split_first() else { return };
    let program = subject.program;
    let edges: Vec<HashSet<RuleId>> =
        program.rules.iter().map(|rule| rule_uses::of(program, rule)).collect();
    let used = reachable(program, entry, &edges);
    let mentioned: HashSet<RuleId> = (0..edges.len())
        .flat_map(|from| edges[from].iter().filter(move |to| to.0 as usize != from))
        .copied()
        .collect();
    let own_rules: HashMap<u32, &Rule> =
        entry.rules.iter().map(|rule| (rule.head.span.start, rule)).collect();
    for (index, rule) in program.rules.iter().enumerate() {
        let id = RuleId::at(index);
        if used.contains(&id) || mentioned.contains(&id) {
            continue;
        }
        let of_entry = rule.span.source == entry.package.span.source;
        let Some(own) = own_rules.get(&rule.span.start).filter(|_| of_entry) else { continue };
        let name = &own.head.reference.name;
        if name.text.starts_with("test_") {
            continue;
        }
        let what = match rule.kind {
            crate::hir::RuleKind::Function { .. } => "function",
            _ => "rule",
        };
        let message = format!("{what} `{}` is never used", name.text);
        let finding = Diagnostic::warning(&UNUSED_RULE, name.span, message);
        findings
            .report(finding.with_help(format!("remove the {what}, or use it for a `violation`")));
    }
    for library in libraries {
        let path = &library.package.path;
        let is_own = |id: &RuleId| program.rule(*id).path.starts_with(path);
        if !library.rules.is_empty() && !used.iter().any(is_own) {
            let message = format!("library `data.{}` is never used", path.join("."));
            let finding = Diagnostic::warning(&UNUSED_LIBRARY, library.package.span, message);
            findings.report(finding.with_help("remove the library"));
        }
    }
}

/// Returns the rules that the violations depend on.
fn reachable(program: &Program, entry: &Module, edges: &[HashSet<RuleId>]) -> HashSet<RuleId> {
    let mut path = entry.package.path.clone();
    path.push("violation".into());
    let ids = (0..program.rules.len()).map(RuleId::at);
    let mut open: Vec<RuleId> =
        ids.filter(|id| program.rule(*id).path.starts_with(&path)).collect();
    let mut reached: HashSet<RuleId> = open.iter().copied().collect();
    while let Some(id) = open.pop() {
        let next = edges.get(id.0 as usize).into_iter().flatten();
        open.extend(next.filter(|next| reached.insert(**next)));
    }
    reached
}
