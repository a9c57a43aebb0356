//! Moves references and comprehensions out of operands and composites, into separate literals in
//! front (`rewriteDynamics` of OPA's compiler).

use ferrego_compiler::source::Span;

use super::compare;
use super::scope::Scope;
use crate::program::{Literal, LiteralKind, Term};

/// Returns the body with all operands flattened, including those in its closures.
pub(super) fn body(body: Vec<Literal>, scope: &mut Scope<'_>) -> Vec<Literal> {
    let mut flat = Vec::with_capacity(body.len());
    for mut literal in body {
        let mut before = Vec::new();
        kind(&mut literal.kind, &mut before, scope);
        for term in before {
            flat.push(Literal {
                with: literal.with.clone(),
                statement: literal.statement,
                ..Literal::new(term, literal.span)
            });
        }
        flat.push(literal);
    }
    flat
}

fn kind(kind: &mut LiteralKind, before: &mut Vec<LiteralKind>, scope: &mut Scope<'_>) {
    match kind {
        LiteralKind::Term(term) => side(term, before, scope),
        LiteralKind::Unify(left, right) | LiteralKind::Equal(left, right) => {
            side(left, before, scope);
            side(right, before, scope);
        }
        LiteralKind::Call(call) => {
            for term in call.arguments.iter_mut().chain(&mut call.output) {
                operand(term, before, scope);
            }
        }
        LiteralKind::Not(inner) => self::kind(inner, before, scope),
        LiteralKind::NotBody(inner) => *inner = body(std::mem::take(inner), scope),
        LiteralKind::Every(every) => {
            side(&mut every.domain, before, scope);
            every.body = body(std::mem::take(&mut every.body), scope);
        }
    }
}

/// Flattens a term that may itself be a reference or a comprehension.
fn side(term: &mut Term, before: &mut Vec<LiteralKind>, scope: &mut Scope<'_>) {
    match term {
        Term::Ref(reference) => {
            for term in &mut reference.operands {
                operand(term, before, scope);
            }
        }
        Term::Comprehension(comprehension) => {
            comprehension.body = body(std::mem::take(&mut comprehension.body), scope);
        }
        _ => operand(term, before, scope),
    }
}

/// Flattens a term that must not be a reference or a comprehension. Each one in it is bound to a
/// variable before.
fn operand(term: &mut Term, before: &mut Vec<LiteralKind>, scope: &mut Scope<'_>) {
    match term {
        Term::Ref(_) | Term::Comprehension(_) => {
            side(term, before, scope);
            let slot = scope.fresh_of(span_of(term));
            let dynamic = std::mem::replace(term, Term::Var(slot));
            before.push(LiteralKind::Unify(Term::Var(slot), dynamic));
        }
        Term::Array(items) => operands(items, before, scope),
        Term::Set(items) => {
            items.sort_by(compare::terms);
            operands(items, before, scope);
        }
        Term::Object(pairs) => {
            pairs.sort_by(|a, b| compare::terms(&a.0, &b.0));
            for (key, value) in pairs {
                operand(key, before, scope);
                operand(value, before, scope);
            }
        }
        _ => {}
    }
}

/// Returns the span of a reference or a comprehension.
fn span_of(term: &Term) -> Span {
    match term {
        Term::Ref(reference) => reference.span,
        Term::Comprehension(comprehension) => comprehension.span,
        _ => Span::default(),
    }
}

fn operands(terms: &mut [Term], before: &mut Vec<LiteralKind>, scope: &mut Scope<'_>) {
    for term in terms {
        operand(term, before, scope);
    }
}
