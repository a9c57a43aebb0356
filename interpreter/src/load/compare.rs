//! The order of terms (`ast.Compare` of OPA).
//!
//! OPA's compiler processes the members of sets and the pairs of objects in this order, so it
//! decides which is evaluated first.

use std::cmp::Ordering;

use ferrego_runtime::Number;

use crate::program::{Root, Term};

/// Compares terms. Variables are ordered by their first occurrence.
pub(super) fn terms(a: &Term, b: &Term) -> Ordering {
    match (a, b) {
        (Term::Bool(a), Term::Bool(b)) => a.cmp(b),
        (Term::Number(a), Term::Number(b)) => Number::from_text(a).compare(&Number::from_text(b)),
        (Term::String(a), Term::String(b)) => a.cmp(b),
        (Term::Var(a), Term::Var(b)) => a.cmp(b),
        (Term::Ref(a), Term::Ref(b)) => {
            root(a.root).cmp(&root(b.root)).then_with(|| slices(&a.operands, &b.operands))
        }
        (Term::Array(a), Term::Array(b)) | (Term::Set(a), Term::Set(b)) => slices(a, b),
        (Term::Object(a), Term::Object(b)) => pairs(a, b),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn slices(a: &[Term], b: &[Term]) -> Ordering {
    let first = a.iter().zip(b).map(|(a, b)| terms(a, b)).find(|ordering| ordering.is_ne());
    first.unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn pairs(a: &[(Term, Term)], b: &[(Term, Term)]) -> Ordering {
    let first = a
        .iter()
        .zip(b)
        .map(|(a, b)| terms(&a.0, &b.0).then_with(|| terms(&a.1, &b.1)))
        .find(|ordering| ordering.is_ne());
    first.unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// Returns the order of a reference's root by name. OPA's names for local variables come before
/// `data`.
fn root(root: Root) -> (u8, usize) {
    match root {
        Root::Var(slot) => (0, slot),
        Root::Data => (1, 0),
        Root::Input => (2, 0),
    }
}

/// The rank of a call, which comes after all other terms.
pub(super) const CALL_RANK: u8 = 12;

/// Returns the rank of a term's type.
pub(super) fn rank(term: &Term) -> u8 {
    match term {
        Term::Null => 0,
        Term::Bool(_) => 1,
        Term::Number(_) => 2,
        Term::String(_) => 3,
        Term::Var(_) => 4,
        Term::Ref(_) => 5,
        Term::Array(_) => 6,
        Term::Object(_) => 7,
        Term::Set(_) => 8,
        Term::Comprehension(_) => 9,
    }
}
