//! References to rules that no library of the template defines.
//!
//! ```text
//! import data.lib.helpers
//! violation[{"msg": "m"}] { helpers.is_podd }   # the library defines `is_pod`
//! ```
//!
//! Such a reference is undefined, as that to a missing document is. In a template, `data` has only
//! the inventory and the libraries.

use std::collections::HashSet;

use super::{Findings, Subject, bodies};
use crate::ast::{self, Import, Operand, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::hir::walk::{self, Visited};
use crate::hir::{Constant, Head, Ref, Root, Term};
use crate::source::Span;
use crate::suggest::closest;

/// No library defines a rule.
pub(super) static UNKNOWN_LIBRARY_RULE: Lint = Lint {
    name: "unknown-library-rule",
    group: Group::Correctness,
    summary: "no library of the template defines the rule",
    page: include_str!("pages/unknown-library-rule.md"),
};

/// Looks for references to rules that do not exist.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !subject.template {
        return;
    }
    let mut seen = HashSet::new();
    let mut visit = |visited: Visited<'_>| {
        if let Visited::Term(Term::Ref(reference)) = visited
            && let Some(finding) = finding(subject, reference)
            && seen.insert((finding.span.source.0, finding.span.start))
        {
            findings.report(finding);
        }
    };
    for branch in bodies::branches(subject.program) {
        let (Head::Value(value) | Head::Member(value)) = &branch.head;
        branch.keys.iter().chain([value]).for_each(|term| walk::term(term, &mut visit));
        walk::body(&branch.body, &mut visit);
    }
}

fn finding(subject: &Subject<'_>, reference: &Ref) -> Option<Diagnostic> {
    if reference.root != Root::Data || name(reference.operands.first()?)? != "lib" {
        return None;
    }
    let (node, consumed) = subject.program.walk_tree(&reference.operands);
    let missing = name(reference.operands.get(consumed)?)?;
    if node.rule.is_some() {
        return None;
    }
    let path: Vec<&str> = reference.operands[..=consumed].iter().filter_map(name).collect();
    let message = format!("expected a rule of a library, found `data.{}`", path.join("."));
    let (span, import) = (reference.span, import(subject, reference.span, &path));
    let finding = if let Some(import) = import {
        let finding = Diagnostic::warning(&UNKNOWN_LIBRARY_RULE, import.span, message);
        finding.with_label(span, "used here")
    } else {
        let place = of_name(subject, span, missing).unwrap_or(span);
        Diagnostic::warning(&UNKNOWN_LIBRARY_RULE, place, message)
    };
    let names = node.children.keys().map(|name| &**name);
    Some(match closest(missing, names) {
        Some(near) => finding.with_help(format!("did you mean `{near}`?")),
        None => finding.with_help("define the rule in a library, or correct the import"),
    })
}

/// Returns the import of `path`, or of a part of it that is missing, in the module of a reference.
fn import<'p>(subject: &'p Subject<'_>, at: Span, path: &[&str]) -> Option<&'p Import> {
    let module = subject.modules.get(at.source.0 as usize)?;
    module.imports.iter().find(|import| {
        let [root, rest @ ..] = &import.path[..] else { return false };
        &**root == "data"
            && rest.len() >= path.len()
            && rest.iter().zip(path).all(|(own, name)| &**own == *name)
    })
}

/// Returns the place of the field `name` in the source of a reference.
fn of_name(subject: &Subject<'_>, reference: Span, name: &str) -> Option<Span> {
    let module = subject.modules.get(reference.source.0 as usize)?;
    let mut place = None;
    for rule in &module.rules {
        ast::walk::terms(rule, &mut |term| {
            let TermKind::Ref(found) = &term.kind else { return };
            if (term.span.start, term.span.end) != (reference.start, reference.end) {
                return;
            }
            place = found.operands.iter().find_map(|operand| match operand {
                Operand::Field(field) if *field.text == *name => Some(field.span),
                _ => None,
            });
        });
    }
    place
}

fn name(operand: &Term) -> Option<&str> {
    match operand {
        Term::Constant(Constant::String(name)) => Some(name),
        _ => None,
    }
}
