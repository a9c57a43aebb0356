//! Imports that are never used.

use std::collections::HashSet;

use crate::ast::{self, Import, Module, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::lints::Findings;

/// An import is never used.
pub(in crate::lints) static UNUSED_IMPORT: Lint = Lint {
    name: "unused-import",
    group: Group::Style,
    summary: "an import is never used",
    page: include_str!("../pages/unused-import.md"),
};

/// Reports imports whose name no term begins with. A local variable of that name counts as a use.
pub(super) fn check(module: &Module, findings: &mut Findings) {
    let mut used: HashSet<&str> = HashSet::new();
    for rule in &module.rules {
        ast::walk::terms(rule, &mut |term| {
            let head = match &term.kind {
                TermKind::Ref(reference) => &reference.head.kind,
                kind => kind,
            };
            if let TermKind::Var(name) = head {
                used.insert(name);
            }
        });
    }
    for import in module.imports.iter().filter(|import| !is_language(import)) {
        let Some(name) = import.alias.as_ref().map(|alias| &alias.text).or(import.path.last())
        else {
            continue;
        };
        if !used.contains(&**name) {
            let message = format!("import `{name}` is never used");
            findings.report(
                Diagnostic::warning(&UNUSED_IMPORT, import.span, message)
                    .with_help("remove the import")
                    .with_fix(true, import.span, ""),
            );
        }
    }
}

/// Returns `true` if the import is of a part of the language: `rego.v1`, `future.keywords`.
fn is_language(import: &Import) -> bool {
    import.path.first().is_some_and(|root| matches!(&**root, "future" | "rego"))
}
