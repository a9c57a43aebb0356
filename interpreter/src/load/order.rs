//! Orders the literals of a body (`reorderBodyForSafety` of OPA's compiler). Literals keep their
//! source order, except that a literal waits until the variables that it needs are bound.

use ferrego_compiler::diagnostics::Code;

use super::safety;
use super::scope::Scope;
use super::variables::{self, Slots};
use crate::program::{Literal, LiteralKind, Term, WithValue};

/// A literal that waits, with the variables that it waits for.
struct Waiting {
    literal: Literal,
    needs: Slots,
    closed: Slots,
}

/// Returns the body in a safe order, including the bodies of its closures. The variables in `bound`
/// are bound before the body. Reports the literals that cannot be ordered.
pub(super) fn body(body: Vec<Literal>, bound: &Slots, scope: &mut Scope<'_>) -> Vec<Literal> {
    let mut waiting = waiting(body, bound);
    let mut ordered = Vec::with_capacity(waiting.len());
    let mut safe = bound.clone();
    let mut left = Slots::new();
    loop {
        let before = ordered.len();
        for place in &mut waiting {
            let Some(literal) = place else { continue };
            let outputs = safety::outputs(&literal.literal, &safe, &mut left, scope);
            if literal.is_ready(&safe, &outputs)
                && let Some(ready) = place.take()
            {
                safe.extend(outputs);
                ordered.push(ready.literal);
            }
        }
        if ordered.len() == before {
            break;
        }
    }
    for literal in waiting.into_iter().flatten() {
        report(&literal, scope);
    }
    let mut seen = bound.clone();
    for literal in &mut ordered {
        closures_of(literal, &seen, scope);
        variables::of_literal(literal, &mut seen);
    }
    ordered
}

fn waiting(body: Vec<Literal>, bound: &Slots) -> Vec<Option<Waiting>> {
    let mut body_variables = Slots::new();
    for literal in &body {
        variables::of_literal(literal, &mut body_variables);
    }
    body.into_iter()
        .map(|literal| {
            let mut needs = Slots::new();
            variables::of_literal(&literal, &mut needs);
            needs.retain(|slot| !bound.contains(slot));
            let mut closed = Slots::new();
            variables::in_closures(&literal, &mut closed);
            closed.retain(|slot| body_variables.contains(slot) && !bound.contains(slot));
            Some(Waiting { literal, needs, closed })
        })
        .collect()
}

impl Waiting {
    /// Returns `true` if the variables that the literal waits for are bound before it or by it. A
    /// literal with closures waits only for the variables that the closures take from the body.
    fn is_ready(&mut self, safe: &Slots, outputs: &Slots) -> bool {
        if !self.closed.is_empty() {
            if self.closed == *outputs {
                return false;
            }
            self.needs.clone_from(&self.closed);
        }
        self.needs.retain(|slot| !safe.contains(slot) && !outputs.contains(slot));
        self.needs.is_empty()
    }
}

fn report(waiting: &Waiting, scope: &mut Scope<'_>) {
    let names: Vec<String> =
        waiting.needs.iter().map(|slot| scope.name(*slot).to_owned()).collect();
    for name in &names {
        let message = format!("var {name} is unsafe");
        scope.report(Code::UnsafeVar, waiting.literal.span, message);
    }
    if names.is_empty() {
        scope.report(Code::UnsafeVar, waiting.literal.span, "expression is unsafe");
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
        LiteralKind::NotBody(inner) => reorder(inner, safe, scope),
        LiteralKind::Every(every) => {
            closures_of_term(&mut every.domain, safe, scope);
            let mut inner = safe.clone();
            inner.extend(every.key);
            inner.insert(every.value);
            reorder(&mut every.body, &inner, scope);
        }
    }
}

fn closures_of_term(term: &mut Term, safe: &Slots, scope: &mut Scope<'_>) {
    match term {
        Term::Comprehension(inner) => reorder(&mut inner.body, safe, scope),
        Term::Ref(reference) => {
            for operand in &mut reference.operands {
                closures_of_term(operand, safe, scope);
            }
        }
        Term::Array(items) | Term::Set(items) => {
            for item in items {
                closures_of_term(item, safe, scope);
            }
        }
        Term::Object(pairs) => {
            for (key, value) in pairs {
                closures_of_term(key, safe, scope);
                closures_of_term(value, safe, scope);
            }
        }
        _ => {}
    }
}

fn reorder(literals: &mut Vec<Literal>, safe: &Slots, scope: &mut Scope<'_>) {
    *literals = body(std::mem::take(literals), safe, scope);
}
