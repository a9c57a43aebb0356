//! Constructors for syntax trees. The spans are empty, because the text is printed from the tree.

use std::sync::Arc;

use ferrego_compiler::ast::{
    Assigned, Body, Call, Comprehension, Infix, Literal, LiteralKind, Membership, Name,
    ObjectComprehension, Operand, Operator, Ref, Term, TermKind,
};
use ferrego_compiler::source::Span;

pub(super) fn node(kind: TermKind) -> Term {
    Term { kind, span: Span::default() }
}

pub(super) fn name(text: &str) -> Name {
    Name { text: Arc::from(text), span: Span::default() }
}

pub(super) fn var(text: &str) -> Term {
    node(TermKind::Var(Arc::from(text)))
}

pub(super) fn wildcard() -> Term {
    var("_")
}

pub(super) fn string(text: &str) -> Term {
    node(TermKind::String(Arc::from(text)))
}

pub(super) fn number(text: &str) -> Term {
    node(TermKind::Number(Arc::from(text)))
}

pub(super) fn boolean(value: bool) -> Term {
    node(TermKind::Bool(value))
}

pub(super) fn array(items: Vec<Term>) -> Term {
    node(TermKind::Array(items))
}

pub(super) fn set(items: Vec<Term>) -> Term {
    node(TermKind::Set(items))
}

pub(super) fn object(pairs: Vec<(Term, Term)>) -> Term {
    node(TermKind::Object(pairs))
}

pub(super) fn array_of(value: Term, body: Body) -> Term {
    node(TermKind::ArrayComprehension(Box::new(Comprehension { value, body })))
}

pub(super) fn set_of(value: Term, body: Body) -> Term {
    node(TermKind::SetComprehension(Box::new(Comprehension { value, body })))
}

pub(super) fn object_of(key: Term, value: Term, body: Body) -> Term {
    node(TermKind::ObjectComprehension(Box::new(ObjectComprehension { key, value, body })))
}

pub(super) fn infix(operator: Operator, left: Term, right: Term) -> Term {
    let operator_span = Span::default();
    node(TermKind::Infix(Box::new(Infix { operator, operator_span, left, right })))
}

pub(super) fn member(value: Term, collection: Term) -> Term {
    node(TermKind::In(Box::new(Membership { key: None, value, collection })))
}

pub(super) fn field(text: &str) -> Operand {
    Operand::Field(name(text))
}

/// Returns `true` if the grammar takes `head` at the beginning of a reference: OPA's parser refuses
/// scalars there (`illegal ref`).
pub(super) fn begins_reference(head: &Term) -> bool {
    !matches!(
        head.kind,
        TermKind::Null
            | TermKind::Bool(_)
            | TermKind::Number(_)
            | TermKind::String(_)
            | TermKind::Template(_)
    )
}

/// Builds a reference, or returns `head` if `operands` is empty.
pub(super) fn reference(head: Term, operands: Vec<Operand>) -> Term {
    if operands.is_empty() {
        return head;
    }
    match head.kind {
        TermKind::Ref(inner) => {
            let mut inner = *inner;
            inner.operands.extend(operands);
            node(TermKind::Ref(Box::new(inner)))
        }
        _ => node(TermKind::Ref(Box::new(Ref { head, operands }))),
    }
}

/// Builds a reference from a dotted name, such as `a.b.c`.
pub(super) fn path(dotted: &str) -> Term {
    let mut names = dotted.split('.');
    let head = var(names.next().unwrap_or_default());
    reference(head, names.map(field).collect())
}

/// Builds a call such as `a.b(x, y)`.
pub(super) fn call(function: &str, arguments: Vec<Term>) -> Term {
    node(TermKind::Call(Box::new(Call { function: path(function), arguments })))
}

pub(super) fn index(head: Term, key: Term) -> Term {
    reference(head, vec![Operand::Index(key)])
}

pub(super) fn literal(kind: LiteralKind) -> Literal {
    Literal { kind, with: Vec::new(), span: Span::default() }
}

pub(super) fn holds(term: Term) -> Literal {
    literal(LiteralKind::Term(term))
}

pub(super) fn body(literals: Vec<Literal>) -> Body {
    Body { literals, span: Span::default() }
}

pub(super) fn assigned(declares: bool, term: Term) -> Assigned {
    Assigned { declares, term }
}
