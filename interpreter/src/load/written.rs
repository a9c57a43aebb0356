//! Equality of source terms (`Term.Equal` of OPA), by which OPA's parser recognizes duplicate keys
//! of an object.

use ferrego_compiler::ast::{Operand, Term, TermKind};
use ferrego_runtime::Number;

/// Returns `true` if the terms are equal before evaluation. `input.a` equals `input["a"]`, and `1`
/// equals `1.0`. Each `_` is a separate variable.
pub(super) fn alike(left: &Term, right: &Term) -> bool {
    match (&left.kind, &right.kind) {
        (TermKind::Number(left), TermKind::Number(right)) => {
            Number::from_text(left).compare(&Number::from_text(right)).is_eq()
        }
        (TermKind::Var(left), TermKind::Var(right)) => left == right && left.as_ref() != "_",
        (TermKind::Ref(left), TermKind::Ref(right)) => {
            alike(&left.head, &right.head)
                && left.operands.len() == right.operands.len()
                && left.operands.iter().zip(&right.operands).all(|(left, right)| steps(left, right))
        }
        (TermKind::Array(left), TermKind::Array(right)) => all(left, right),
        (TermKind::Set(left), TermKind::Set(right)) => within(left, right) && within(right, left),
        (TermKind::Object(left), TermKind::Object(right)) => {
            let same = |(left, value): &(Term, Term)| {
                right.iter().any(|(right, other)| alike(left, right) && alike(value, other))
            };
            left.len() == right.len() && left.iter().all(same)
        }
        (TermKind::Call(left), TermKind::Call(right)) => {
            alike(&left.function, &right.function) && all(&left.arguments, &right.arguments)
        }
        (TermKind::Infix(one), TermKind::Infix(other)) => {
            one.operator == other.operator
                && alike(&one.left, &other.left)
                && alike(&one.right, &other.right)
        }
        (TermKind::Negative(left), TermKind::Negative(right)) => alike(left, right),
        _ => left == right,
    }
}

fn all(left: &[Term], right: &[Term]) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| alike(left, right))
}

fn within(left: &[Term], right: &[Term]) -> bool {
    left.iter().all(|left| right.iter().any(|right| alike(left, right)))
}

/// Returns `true` if both operands are the same step of a path.
fn steps(left: &Operand, right: &Operand) -> bool {
    match (left, right) {
        (Operand::Field(left), Operand::Field(right)) => left.text == right.text,
        (Operand::Index(left), Operand::Index(right)) => alike(left, right),
        (Operand::Field(name), Operand::Index(term))
        | (Operand::Index(term), Operand::Field(name)) => {
            matches!(&term.kind, TermKind::String(text) if *text == name.text)
        }
    }
}
