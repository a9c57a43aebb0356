//! Literals about the operation of a request.
//!
//! A review of an audit has an empty operation, so that `operation == "CREATE"` never holds in it, and
//! `operation != "CREATE"` always does.

use crate::ast::{Body, Literal, LiteralKind, Operand, Operator, Term, TermKind};

/// Returns `true` for a literal that holds only for new objects.
pub(super) fn requires_creation(literal: &Literal, body: &Body) -> bool {
    literal.with.is_empty() && (is_creation(&literal.kind) || looks_up(&literal.kind, body))
}

/// Returns `true` for a lookup of the operation in a set that the body names.
fn looks_up(kind: &LiteralKind, body: &Body) -> bool {
    let LiteralKind::Term(term) = kind else { return false };
    let set = match &term.kind {
        TermKind::Ref(reference) => match &reference.operands[..] {
            [Operand::Index(index)] if is_operation(index) => &reference.head,
            _ => return false,
        },
        TermKind::In(membership) if is_operation(&membership.value) => &membership.collection,
        _ => return false,
    };
    let TermKind::Var(name) = &set.kind else { return false };
    body.literals.iter().any(|literal| match &literal.kind {
        LiteralKind::Assign(left, right) | LiteralKind::Unify(left, right) => {
            matches!(&left.kind, TermKind::Var(own) if own == name) && includes_create(right)
        }
        _ => false,
    })
}

/// Returns `true` for a literal that holds unless an object is new.
pub(super) fn excludes_creation(literal: &Literal) -> bool {
    if !literal.with.is_empty() {
        return false;
    }
    match &literal.kind {
        LiteralKind::Not(inner) => is_creation(inner),
        LiteralKind::Term(Term { kind: TermKind::Infix(infix), .. }) => {
            infix.operator == Operator::NotEqual && is_pair(&infix.left, &infix.right)
        }
        _ => false,
    }
}

fn is_pair(left: &Term, right: &Term) -> bool {
    (is_operation(left) && is_create(right)) || (is_operation(right) && is_create(left))
}

fn is_creation(kind: &LiteralKind) -> bool {
    match kind {
        LiteralKind::Unify(left, right) => is_pair(left, right),
        LiteralKind::Term(Term { kind: TermKind::Infix(infix), .. }) => {
            infix.operator == Operator::Equal && is_pair(&infix.left, &infix.right)
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
    let TermKind::Ref(reference) = &term.kind else { return false };
    let mut names = reference.operands.iter().map(|operand| match operand {
        Operand::Field(name) => Some(&*name.text),
        Operand::Index(Term { kind: TermKind::String(text), .. }) => Some(&**text),
        Operand::Index(_) => None,
    });
    let TermKind::Var(root) = &reference.head.kind else { return false };
    // An argument of the name is the review.
    let in_review = match &**root {
        "input" => names.next().flatten() == Some("review"),
        root => root == "review",
    };
    in_review && names.next().flatten() == Some("operation") && names.next().is_none()
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
