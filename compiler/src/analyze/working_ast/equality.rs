//! Equality of terms as written.

use ferrego_runtime::Number;

use crate::analyze::working_ast::{Term, TermKind};

/// Returns `true` if the terms are equal as written. Closures are never equal.
pub(crate) fn term(left: &Term, right: &Term) -> bool {
    match (&left.kind, &right.kind) {
        (TermKind::Null, TermKind::Null) => true,
        (TermKind::Bool(left), TermKind::Bool(right)) => left == right,
        (TermKind::Number(left), TermKind::Number(right)) => {
            Number::from_text(left).compare(&Number::from_text(right)).is_eq()
        }
        (TermKind::String(left), TermKind::String(right)) => left == right,
        (TermKind::Var(left), TermKind::Var(right)) => left == right,
        (TermKind::Ref(left), TermKind::Ref(right))
        | (TermKind::Call(left), TermKind::Call(right))
        | (TermKind::Array(left), TermKind::Array(right))
        | (TermKind::Set(left), TermKind::Set(right)) => terms(left, right),
        (TermKind::Object(left), TermKind::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| term(&left.0, &right.0) && term(&left.1, &right.1))
        }
        _ => false,
    }
}

/// Returns `true` if the lists of terms are equal as written.
pub(crate) fn terms(left: &[Term], right: &[Term]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| term(left, right))
}
