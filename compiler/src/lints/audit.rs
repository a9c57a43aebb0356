//! Violations that an audit never reports.
//!
//! An audit reviews the objects in the cluster. Such a review has no operation: the field is an
//! empty string. A violation that requires `CREATE` therefore only denies new objects, and an audit
//! passes over the objects that break the policy already. Operations that an audit cannot be about,
//! such as `DELETE`, are not reported, and neither are violations about the user or the old object.

use crate::ast::{
    self, Body, Literal, LiteralKind, Module, Operand, Operator, Rule, Term, TermKind,
};
use crate::diagnostics::{Diagnostic, Group, Lint};

use super::{Findings, Subject};

/// A violation requires the operation `CREATE`.
pub(super) static HIDDEN_FROM_AUDIT: Lint = Lint {
    name: "hidden-from-audit",
    group: Group::Compatibility,
    summary: "a violation requires the operation `CREATE`, so that an audit never reports it",
    page: include_str!("pages/hidden-from-audit.md"),
};

/// Looks at the bodies of the violations.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(entry) = subject.modules.first().filter(|_| subject.template) else { return };
    for body in violations(entry).flat_map(|rule| &rule.bodies) {
        if reads_request(body) {
            continue;
        }
        if let Some(literal) = body.literals.iter().find(|literal| requires_creation(literal)) {
            let quoted = subject.quoted(literal.span);
            let message = format!("an audit never reports this violation, because of `{quoted}`");
            let finding = Diagnostic::warning(&HIDDEN_FROM_AUDIT, literal.span, message);
            findings.report(finding.with_help(
                "a review of an audit has no operation; exclude the other operations instead, such \
                 as by `input.review.operation != \"UPDATE\"`",
            ));
        }
    }
}

fn violations(entry: &Module) -> impl Iterator<Item = &Rule> {
    let named = |rule: &&Rule| &*rule.head.reference.name.text == "violation";
    entry.rules.iter().filter(named)
}

/// Returns `true` if a body is about more of the request than its object.
fn reads_request(body: &Body) -> bool {
    let mut found = false;
    for literal in &body.literals {
        ast::walk::terms_of_literal(literal, &mut |term| {
            found |= matches!(review_field(term), Some("userInfo" | "oldObject" | "options"));
        });
    }
    found
}

fn requires_creation(literal: &Literal) -> bool {
    if !literal.with.is_empty() {
        return false;
    }
    let pair = |left: &Term, right: &Term| {
        (is_operation(left) && is_create(right)) || (is_operation(right) && is_create(left))
    };
    match &literal.kind {
        LiteralKind::Unify(left, right) => pair(left, right),
        LiteralKind::Term(Term { kind: TermKind::Infix(infix), .. }) => {
            infix.operator == Operator::Equal && pair(&infix.left, &infix.right)
        }
        LiteralKind::Term(Term { kind: TermKind::In(membership), .. }) => {
            is_operation(&membership.value) && includes_create(&membership.collection)
        }
        LiteralKind::Term(Term { kind: TermKind::Ref(reference), .. }) => {
            let [Operand::Index(index)] = &reference.operands[..] else { return false };
            is_operation(index) && includes_create(&reference.head)
        }
        _ => false,
    }
}

fn is_operation(term: &Term) -> bool {
    review_field(term) == Some("operation")
}

/// Returns the name of the field of the review that a reference begins with.
fn review_field(term: &Term) -> Option<&str> {
    let TermKind::Ref(reference) = &term.kind else { return None };
    let names = reference.operands.iter().map_while(|operand| match operand {
        Operand::Field(name) => Some(&*name.text),
        Operand::Index(Term { kind: TermKind::String(text), .. }) => Some(&**text),
        Operand::Index(_) => None,
    });
    let names: Vec<&str> = names.take(2).collect();
    match (&reference.head.kind, &names[..]) {
        (TermKind::Var(root), ["review", field]) if &**root == "input" => Some(field),
        _ => None,
    }
}

fn is_create(term: &Term) -> bool {
    matches!(&term.kind, TermKind::String(text) if &**text == "CREATE")
}

fn includes_create(collection: &Term) -> bool {
    match &collection.kind {
        TermKind::Set(items) | TermKind::Array(items) => items.iter().any(is_create),
        _ => false,
    }
}
