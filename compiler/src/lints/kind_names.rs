//! Names with which a policy compares the kind of the reviewed object, and that no kind has.
//!
//! ```text
//! input.review.kind.kind == "ingress"                  # the kind is `Ingress`
//! input.review.kind.kind in {"Pod", "deployments"}     # a resource, not a kind
//! ```
//!
//! The names of kinds begin with a capital, those of custom resources too. Another name is reported
//! if it misspells a kind of Kubernetes.

use std::collections::HashSet;

use crate::ast::{
    self, HeadKind, Infix, LiteralKind, Module, Operand, Operator, Rule, Term, TermKind,
};
use crate::diagnostics::Diagnostic;

use super::paths::IMPOSSIBLE_VALUE;
use super::{Findings, Subject, kubernetes};

/// Looks at the comparisons with the kind of the reviewed object.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !subject.template {
        return;
    }
    for module in subject.modules {
        let aliases = aliases_of_module(module);
        for rule in &module.rules {
            let local = aliases_of_rule(rule);
            let is_kind =
                |term: &Term| is_kind(term, &|name| aliases.contains(name) || local.contains(name));
            let mut compared = |left: &Term, right: &Term| {
                for (one, other) in [(left, right), (right, left)] {
                    if is_kind(one) {
                        names(other, findings);
                    }
                }
            };
            ast::walk::bodies(rule, &mut |body| {
                for literal in &body.literals {
                    if let LiteralKind::Unify(left, right) = &literal.kind {
                        compared(left, right);
                    }
                }
            });
            ast::walk::terms(rule, &mut |term| match &term.kind {
                TermKind::Infix(infix) => {
                    let Infix { operator, left, right, .. } = &**infix;
                    if matches!(operator, Operator::Equal | Operator::NotEqual) {
                        compared(left, right);
                    }
                }
                TermKind::In(membership) => compared(&membership.value, &membership.collection),
                TermKind::Ref(reference) => {
                    if let [Operand::Index(index)] = &reference.operands[..] {
                        compared(index, &reference.head);
                    }
                }
                _ => {}
            });
        }
    }
}

/// Returns the rules that are names for the reviewed object.
fn aliases_of_module(module: &Module) -> HashSet<&str> {
    let is_alias = |rule: &&Rule| match &rule.head.kind {
        HeadKind::Value(Some(value)) => rule.bodies.is_empty() && is_object(&value.term),
        _ => false,
    };
    module.rules.iter().filter(is_alias).map(|rule| &*rule.head.reference.name.text).collect()
}

/// Returns the variables of a rule that hold the reviewed object.
fn aliases_of_rule(rule: &Rule) -> HashSet<&str> {
    let mut found = HashSet::new();
    ast::walk::bodies(rule, &mut |body| {
        for literal in &body.literals {
            if let LiteralKind::Assign(left, right) | LiteralKind::Unify(left, right) =
                &literal.kind
                && let TermKind::Var(name) = &left.kind
                && is_object(right)
            {
                found.insert(&**name);
            }
        }
    });
    found
}

/// Returns the path of a reference of fields, with its root.
fn path(term: &Term) -> Option<Vec<&str>> {
    let TermKind::Ref(reference) = &term.kind else { return None };
    let TermKind::Var(root) = &reference.head.kind else { return None };
    let fields = reference.operands.iter().map(|operand| match operand {
        Operand::Field(name) => Some(&*name.text),
        Operand::Index(Term { kind: TermKind::String(text), .. }) => Some(&**text),
        Operand::Index(_) => None,
    });
    std::iter::once(Some(&**root)).chain(fields).collect()
}

fn is_object(term: &Term) -> bool {
    path(term).is_some_and(|path| path == ["input", "review", "object"])
}

fn is_kind(term: &Term, is_alias: &dyn Fn(&str) -> bool) -> bool {
    match path(term).as_deref() {
        Some(["input", "review", "kind" | "object" | "oldObject", "kind"]) => true,
        Some([root, "kind"]) => is_alias(root),
        _ => false,
    }
}

/// Reports the strings in a constant that do not name a kind.
fn names(constant: &Term, findings: &mut Findings) {
    let (items, one) = match &constant.kind {
        TermKind::Array(items) | TermKind::Set(items) => (&items[..], None),
        _ => (&[][..], Some(constant)),
    };
    for item in items.iter().chain(one) {
        let TermKind::String(text) = &item.kind else { continue };
        let near = kubernetes::misspelled_kind(text);
        let is_name = text.starts_with(|first: char| first.is_ascii_uppercase());
        if kubernetes::kind_named(text).is_some() || text.is_empty() || (is_name && near.is_none())
        {
            continue;
        }
        let message = format!("expected the name of a kind, found `{text}`");
        let finding = Diagnostic::warning(&IMPOSSIBLE_VALUE, item.span, message);
        findings.report(match near {
            Some(near) => finding.with_help(format!("did you mean `{near}`?")).with_fix(
                false,
                item.span,
                format!("\"{near}\""),
            ),
            None => finding.with_help("the names of kinds begin with a capital"),
        });
    }
}
