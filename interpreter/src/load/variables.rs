//! The variables that terms and literals use.

use std::collections::BTreeSet;

use crate::program::{
    Comprehension, ComprehensionResult, Literal, LiteralKind, Ref, Root, Slot, Term, WithValue,
};

/// A set of variables.
pub(crate) type Slots = BTreeSet<Slot>;

/// Collects the variables of a term, except those inside comprehensions.
pub(crate) fn all(term: &Term, slots: &mut Slots) {
    match term {
        Term::Var(slot) => {
            slots.insert(*slot);
        }
        Term::Ref(reference) => {
            if let Root::Var(slot) = reference.root {
                slots.insert(slot);
            }
            in_operands(reference, slots);
        }
        Term::Array(items) | Term::Set(items) => items.iter().for_each(|item| all(item, slots)),
        Term::Object(pairs) => pairs.iter().for_each(|(key, value)| {
            all(key, slots);
            all(value, slots);
        }),
        _ => {}
    }
}

/// Collects the variables of a reference's operands, including those in the heads of nested
/// references.
fn in_operands(reference: &Ref, slots: &mut Slots) {
    for operand in &reference.operands {
        all(operand, slots);
    }
}

/// Collects the variables that a walk of the reference can bind (`Ref.OutputVars` of OPA): those of
/// its operands, except the heads of nested references.
///
/// For example, `exempt[result.port]` binds nothing: `result` must already have a value.
pub(super) fn outputs(reference: &Ref, slots: &mut Slots) {
    for operand in &reference.operands {
        outputs_of_term(operand, slots);
    }
}

fn outputs_of_term(term: &Term, slots: &mut Slots) {
    match term {
        Term::Var(slot) => {
            slots.insert(*slot);
        }
        Term::Ref(reference) => outputs(reference, slots),
        Term::Array(items) | Term::Set(items) => {
            for item in items {
                outputs_of_term(item, slots);
            }
        }
        Term::Object(pairs) => pairs.iter().for_each(|(key, value)| {
            outputs_of_term(key, slots);
            outputs_of_term(value, slots);
        }),
        _ => {}
    }
}

/// Collects the variables that a literal itself uses, without those of its closures.
pub(super) fn of_literal(literal: &Literal, slots: &mut Slots) {
    of_kind(&literal.kind, slots);
    of_with(literal, slots);
}

/// Collects the variables of a literal's modifiers.
pub(super) fn of_with(literal: &Literal, slots: &mut Slots) {
    for with in &literal.with {
        if let WithValue::Term(value) = &with.value {
            all(value, slots);
        }
    }
}

fn of_kind(kind: &LiteralKind, slots: &mut Slots) {
    terms(kind, &mut |term| all(term, slots));
}

/// Calls `visit` with each direct term of a literal.
pub(crate) fn terms<'t>(kind: &'t LiteralKind, visit: &mut dyn FnMut(&'t Term)) {
    match kind {
        LiteralKind::Term(term) => visit(term),
        LiteralKind::Unify(left, right) | LiteralKind::Equal(left, right) => {
            visit(left);
            visit(right);
        }
        LiteralKind::Call(call) => call.arguments.iter().chain(&call.output).for_each(visit),
        LiteralKind::Not(inner) => terms(inner, visit),
        LiteralKind::NotBody(_) => {}
        LiteralKind::Every(every) => visit(&every.domain),
    }
}

/// Collects all variables that the closures of a literal use: its comprehensions and the body of
/// `every`.
pub(super) fn in_closures(literal: &Literal, slots: &mut Slots) {
    closures_of_kind(&literal.kind, slots);
    for with in &literal.with {
        if let WithValue::Term(value) = &with.value {
            closures_of_term(value, slots);
        }
    }
}

fn closures_of_kind(kind: &LiteralKind, slots: &mut Slots) {
    match kind {
        LiteralKind::Not(inner) => closures_of_kind(inner, slots),
        LiteralKind::NotBody(body) => everything_in(body, slots),
        LiteralKind::Every(every) => {
            closures_of_term(&every.domain, slots);
            everything_in(&every.body, slots);
        }
        _ => terms(kind, &mut |term| closures_of_term(term, slots)),
    }
}

fn closures_of_term(term: &Term, slots: &mut Slots) {
    match term {
        Term::Comprehension(comprehension) => everything_in_comprehension(comprehension, slots),
        Term::Ref(reference) => {
            for operand in &reference.operands {
                closures_of_term(operand, slots);
            }
        }
        Term::Array(items) | Term::Set(items) => {
            for item in items {
                closures_of_term(item, slots);
            }
        }
        Term::Object(pairs) => pairs.iter().for_each(|(key, value)| {
            closures_of_term(key, slots);
            closures_of_term(value, slots);
        }),
        _ => {}
    }
}

fn everything_in(body: &[Literal], slots: &mut Slots) {
    for literal in body {
        of_literal(literal, slots);
        in_closures(literal, slots);
    }
}

fn everything_in_comprehension(comprehension: &Comprehension, slots: &mut Slots) {
    result_variables(&comprehension.result, slots);
    everything_in(&comprehension.body, slots);
}

/// Collects the variables of a comprehension's result.
pub(super) fn result_variables(result: &ComprehensionResult, slots: &mut Slots) {
    match result {
        ComprehensionResult::Array(value) | ComprehensionResult::Set(value) => all(value, slots),
        ComprehensionResult::Object(key, value) => {
            all(key, slots);
            all(value, slots);
        }
    }
}
