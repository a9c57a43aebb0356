//! The order of a body's literals (`reorderBodyForSafety` of OPA's compiler): as written, but a
//! literal waits until what it needs is bound.

use super::safety;
use super::scope::Scope;
use super::variables::{self, Slots};
use crate::program::{Comprehension, Literal, LiteralKind, Slot, Term, WithValue};
use ferrego_compiler::diagnostics::Code;

/// The body in a safe order, its closures too, where the variables in `bound` are bound before.
/// What cannot be ordered is reported.
pub(super) fn body(body: Vec<Literal>, bound: &Slots, scope: &mut Scope<'_>) -> Vec<Literal> {
    let mut body_variables = Slots::new();
    body.iter().for_each(|literal| variables::of_literal(literal, &mut body_variables));
    let mut pending: Vec<Option<Literal>> = body.into_iter().map(Some).collect();
    let mut ordered = Vec::with_capacity(pending.len());
    let mut safe = bound.clone();
    loop {
        let before = ordered.len();
        for place in &mut pending {
            let Some(literal) = place else { continue };
            let outputs = safety::outputs(literal, &safe, scope);
            if is_ready(literal, &safe, &outputs, &body_variables)
                && let Some(mut literal) = place.take()
            {
                closures_of(&mut literal, &safe, scope);
                safe.extend(outputs);
                ordered.push(literal);
            }
        }
        if ordered.len() == before {
            break;
        }
    }
    for literal in pending.into_iter().flatten() {
        report(&literal, &safe, scope);
    }
    ordered
}

/// Whether the literal's variables are bound or its outputs, and those that its closures take
/// from this body are bound.
fn is_ready(literal: &Literal, safe: &Slots, outputs: &Slots, body: &Slots) -> bool {
    let mut closed = Slots::new();
    variables::in_closures(literal, &mut closed);
    if closed.iter().any(|slot| body.contains(slot) && !safe.contains(slot)) {
        return false;
    }
    let mut own = Slots::new();
    variables::of_literal(literal, &mut own);
    own.iter().all(|slot| safe.contains(slot) || outputs.contains(slot))
}

fn report(literal: &Literal, safe: &Slots, scope: &mut Scope<'_>) {
    let mut own = Slots::new();
    variables::of_literal(literal, &mut own);
    let outputs = safety::outputs(literal, safe, scope);
    own.retain(|slot| !safe.contains(slot) && !outputs.contains(slot));
    report_slots(own.into_iter(), literal, scope);
}

fn report_slots(slots: impl Iterator<Item = Slot>, literal: &Literal, scope: &mut Scope<'_>) {
    let names: Vec<String> = slots.map(|slot| scope.name(slot).to_owned()).collect();
    for name in &names {
        scope.report(Code::UnsafeVar, literal.span, format!("var {name} is unsafe"));
    }
    if names.is_empty() {
        scope.report(Code::UnsafeVar, literal.span, "expression is unsafe");
    }
}

fn closures_of(literal: &mut Literal, safe: &Slots, scope: &mut Scope<'_>) {
    closures_of_kind(&mut literal.kind, safe, scope);
    for with in &mut literal.with {
        if let WithValue::Term(value) = &mut with.value {
            closures_of_term(value, safe, scope);
        }
    }
}

fn closures_of_kind(kind: &mut LiteralKind, safe: &Slots, scope: &mut Scope<'_>) {
    match kind {
        LiteralKind::Term(term) => closures_of_term(term, safe, scope),
        LiteralKind::Unify(left, right) | LiteralKind::Equal(left, right) => {
            closures_of_term(left, safe, scope);
            closures_of_term(right, safe, scope);
        }
        LiteralKind::Call(call) => {
            for term in call.arguments.iter_mut().chain(&mut call.output) {
                closures_of_term(term, safe, scope);
            }
        }
        LiteralKind::Not(inner) => closures_of_kind(inner, safe, scope),
        LiteralKind::NotBody(inner) => *inner = body(std::mem::take(inner), safe, scope),
        LiteralKind::Every(every) => {
            closures_of_term(&mut every.domain, safe, scope);
            let mut inner = safe.clone();
            inner.extend(every.key);
            inner.insert(every.value);
            every.body = body(std::mem::take(&mut every.body), &inner, scope);
        }
    }
}

fn closures_of_term(term: &mut Term, safe: &Slots, scope: &mut Scope<'_>) {
    match term {
        Term::Comprehension(inner) => comprehension(inner, safe, scope),
        Term::Ref(reference) => {
            reference.operands.iter_mut().for_each(|term| closures_of_term(term, safe, scope));
        }
        Term::Array(items) | Term::Set(items) => {
            items.iter_mut().for_each(|term| closures_of_term(term, safe, scope));
        }
        Term::Object(pairs) => pairs.iter_mut().for_each(|(key, value)| {
            closures_of_term(key, safe, scope);
            closures_of_term(value, safe, scope);
        }),
        _ => {}
    }
}

fn comprehension(comprehension: &mut Comprehension, safe: &Slots, scope: &mut Scope<'_>) {
    comprehension.body = body(std::mem::take(&mut comprehension.body), safe, scope);
}
