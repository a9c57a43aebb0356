//! The variables that a literal binds (`outputVarsForExpr` and `Unify` of OPA's compiler).

use std::collections::BTreeMap;

use super::scope::Scope;
use super::variables::{self, Slots};
use crate::program::{Call, Literal, LiteralKind, Root, Slot, Term};

/// Returns the variables that `literal` binds if those in `safe` are bound.
///
/// `left` reproduces a quirk of OPA: its set of outputs still holds variables from the literal that
/// was tested before. Calls leave their outputs in the set, and `every` counts all variables in it
/// as its own outputs. OPA can therefore order an `every` before the literal that binds its
/// variables, which affects answers.
pub(super) fn outputs(
    literal: &Literal,
    safe: &Slots,
    left: &mut Slots,
    scope: &Scope<'_>,
) -> Slots {
    let mut modifiers = Slots::new();
    variables::of_with(literal, &mut modifiers);
    if !modifiers.is_subset(safe) {
        return Slots::new();
    }
    match &literal.kind {
        LiteralKind::Not(_) | LiteralKind::NotBody(_) => Slots::new(),
        LiteralKind::Unify(a, b) => {
            left.clear();
            of_unify(literal, (a, b), safe)
        }
        LiteralKind::Call(call) => {
            left.clear();
            of_call(call, safe, left, scope)
        }
        LiteralKind::Equal(..) => {
            // A call of `equal` has no output.
            *left = of_references(&literal.kind, safe);
            left.clone()
        }
        LiteralKind::Every(_) => {
            left.extend(of_references(&literal.kind, safe));
            left.clone()
        }
        LiteralKind::Term(_) => of_references(&literal.kind, safe),
    }
}

/// Returns the variables that the literal's references can bind as operands.
fn of_references(kind: &LiteralKind, safe: &Slots) -> Slots {
    let mut outputs = Slots::new();
    variables::terms(kind, &mut |term| in_references(term, safe, &mut outputs));
    outputs
}

fn in_references(term: &Term, safe: &Slots, outputs: &mut Slots) {
    match term {
        Term::Ref(reference) => {
            if let Root::Var(slot) = reference.root
                && !safe.contains(&slot)
            {
                return;
            }
            variables::outputs(reference, outputs);
            for operand in &reference.operands {
                in_references(operand, safe, outputs);
            }
        }
        Term::Array(items) | Term::Set(items) => {
            for item in items {
                in_references(item, safe, outputs);
            }
        }
        Term::Object(pairs) => pairs.iter().for_each(|(key, value)| {
            in_references(key, safe, outputs);
            in_references(value, safe, outputs);
        }),
        _ => {}
    }
}

fn of_call(call: &Call, safe: &Slots, outputs: &mut Slots, scope: &Scope<'_>) -> Slots {
    for term in call.arguments.iter().chain(&call.output) {
        in_references(term, safe, outputs);
    }
    let Some(output) = &call.output else { return outputs.clone() };
    if scope.arity(call.callee).is_none() {
        return Slots::new();
    }
    let mut inputs = Slots::new();
    for argument in &call.arguments {
        pattern_variables(argument, &mut inputs);
    }
    if inputs.iter().any(|slot| !outputs.contains(slot) && !safe.contains(slot)) {
        return Slots::new();
    }
    pattern_variables(output, outputs);
    outputs.clone()
}

/// Collects the variables that a pattern can bind: not those in keys, sets and the heads of
/// references.
fn pattern_variables(term: &Term, slots: &mut Slots) {
    match term {
        Term::Var(slot) => {
            slots.insert(*slot);
        }
        Term::Ref(reference) => variables::outputs(reference, slots),
        Term::Array(items) => items.iter().for_each(|item| pattern_variables(item, slots)),
        Term::Object(pairs) => {
            for (_, value) in pairs {
                pattern_variables(value, slots);
            }
        }
        _ => {}
    }
}

fn of_unify(literal: &Literal, (left, right): (&Term, &Term), safe: &Slots) -> Slots {
    let mut bound = Slots::new();
    in_references(left, safe, &mut bound);
    in_references(right, safe, &mut bound);
    bound.extend(safe);
    let mut known = bound.clone();
    if literal.assigned {
        // The target of `:=` only receives values: its variables bind nothing on the right.
        let mut targets = Slots::new();
        variables::all(left, &mut targets);
        known.retain(|slot| !targets.contains(slot));
    }
    let mut unifier = Unifier { safe: &known, unified: Slots::new(), waiting: BTreeMap::new() };
    unifier.unify(left, right);
    let unified = unifier.unified;
    bound.extend(unified);
    bound.difference(safe).copied().collect()
}

struct Unifier<'s> {
    safe: &'s Slots,
    unified: Slots,
    /// The variables that become bound once all variables of a set are bound.
    waiting: BTreeMap<Slot, Slots>,
}

impl Unifier<'_> {
    fn is_safe(&self, slot: Slot) -> bool {
        self.safe.contains(&slot) || self.unified.contains(&slot)
    }

    fn unify(&mut self, left: &Term, right: &Term) {
        match (left, right) {
            (Term::Var(a), Term::Var(b)) => self.variables(*a, *b),
            (Term::Var(slot), Term::Array(_) | Term::Object(_)) => self.composite(*slot, right),
            (Term::Array(_) | Term::Object(_), Term::Var(slot)) => self.composite(*slot, left),
            (Term::Var(slot), other) | (other, Term::Var(slot)) if self.has_value(other) => {
                self.mark(*slot);
            }
            (Term::Array(a), Term::Array(b)) if a.len() == b.len() => {
                a.iter().zip(b).for_each(|(a, b)| self.unify(a, b));
            }
            (Term::Object(a), Term::Object(b)) if a.len() == b.len() => {
                for (key, value) in a {
                    if let Some((_, other)) = b.iter().find(|(other, _)| same_key(key, other)) {
                        self.unify(value, other);
                    }
                }
            }
            (pattern @ (Term::Array(_) | Term::Object(_)), other)
            | (other, pattern @ (Term::Array(_) | Term::Object(_)))
                if matches!(other, Term::Ref(_) | Term::Comprehension(_))
                    && self.has_value(other) =>
            {
                self.mark_pattern(pattern);
            }
            _ => {}
        }
    }

    /// Returns `true` if the term's value can be computed: for all terms except references that
    /// start from an unbound variable.
    fn has_value(&self, term: &Term) -> bool {
        match term {
            Term::Ref(reference) => match reference.root {
                Root::Var(slot) => self.is_safe(slot),
                _ => true,
            },
            _ => true,
        }
    }

    fn variables(&mut self, a: Slot, b: Slot) {
        if self.is_safe(b) {
            self.mark(a);
        } else if self.is_safe(a) {
            self.mark(b);
        } else {
            self.waiting.entry(a).or_default().insert(b);
            self.waiting.entry(b).or_default().insert(a);
        }
    }

    fn composite(&mut self, slot: Slot, composite: &Term) {
        if self.is_safe(slot) {
            self.mark_pattern(composite);
            return;
        }
        let mut needed = Slots::new();
        variables::all(composite, &mut needed);
        needed.retain(|needed| !self.is_safe(*needed));
        if needed.is_empty() {
            self.mark(slot);
        } else {
            self.waiting.entry(slot).or_default().extend(needed);
        }
    }

    fn mark_pattern(&mut self, pattern: &Term) {
        let mut slots = Slots::new();
        pattern_variables(pattern, &mut slots);
        for slot in slots {
            self.mark(slot);
        }
    }

    fn mark(&mut self, slot: Slot) {
        if !self.unified.insert(slot) {
            return;
        }
        for needed in self.waiting.remove(&slot).unwrap_or_default() {
            self.mark(needed);
        }
        let mut ready = Vec::new();
        for (waiting, needed) in &mut self.waiting {
            if needed.remove(&slot) && needed.is_empty() {
                ready.push(*waiting);
            }
        }
        for slot in ready {
            self.waiting.remove(&slot);
            self.mark(slot);
        }
    }
}

fn same_key(a: &Term, b: &Term) -> bool {
    match (a, b) {
        (Term::Null, Term::Null) => true,
        (Term::Bool(a), Term::Bool(b)) => a == b,
        (Term::String(a), Term::String(b)) | (Term::Number(a), Term::Number(b)) => a == b,
        (Term::Var(a), Term::Var(b)) => a == b,
        _ => false,
    }
}
