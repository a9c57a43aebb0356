//! Violations that an audit never reports.
//!
//! An audit reviews the objects in the cluster. Such a review has no operation: the field is an
//! empty string. A violation that requires `CREATE` therefore only denies new objects, and an audit
//! passes over the objects that break the policy already. It has neither a user nor an old object.
//! A violation that reads one of them is reported unless it also reads the operation: then it is
//! meant for requests. Operations that an audit cannot be about, such as `DELETE`, are not reported.

use crate::ast::{
    self, Body, Literal, LiteralKind, Module, Operand, Operator, Rule, Term, TermKind,
};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::source::Span;

use super::{Findings, Subject};

/// A violation requires the operation `CREATE`, the user or the old object.
pub(super) static HIDDEN_FROM_AUDIT: Lint = Lint {
    name: "hidden-from-audit",
    group: Group::Compatibility,
    summary: "a violation requires a part of the request that an audit does not have",
    page: include_str!("pages/hidden-from-audit.md"),
};

/// Looks at the bodies of the violations.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(entry) = subject.modules.first().filter(|_| subject.template) else { return };
    for body in violations(entry).flat_map(|rule| &rule.bodies) {
        let request = fields_of_request(body);
        if !request.is_empty() {
            if !request.iter().any(|(name, _)| *name == "operation")
                && let Some((name, span)) = request.into_iter().find(|(name, _)| *name != "options")
            {
                findings.report(without_field(name, span));
            }
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

/// Returns the fields of the request that a body reads, if one is about more than its object.
fn fields_of_request(body: &Body) -> Vec<(&str, Span)> {
    let mut found = Vec::new();
    for literal in &body.literals {
        ast::walk::terms_of_literal(literal, &mut |term| {
            if let Some(name @ ("operation" | "userInfo" | "oldObject" | "options")) =
                review_field(term)
            {
                found.push((name, term.span));
            }
        });
    }
    if found.iter().all(|(name, _)| *name == "operation") {
        found.clear();
    }
    found
}

fn without_field(name: &str, span: Span) -> Diagnostic {
    let message = format!("an audit has no `{name}`, so that it cannot judge this violation");
    Diagnostic::warning(&HIDDEN_FROM_AUDIT, span, message).with_help(
        "test `input.review.operation` too, such as by `input.review.operation == \"UPDATE\"`, to \
         say that the violation is about requests",
    )
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
