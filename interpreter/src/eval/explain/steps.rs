//! The steps of a body: the literals of the source, each with its parts.

use std::collections::BTreeSet;

use ferrego_compiler::source::Span;

use super::Scene;
use super::facts::Facts;
use crate::explanation::Step;
use crate::program::{Literal, LiteralKind, Slot, Term, Variable};

impl<'m, 'a> Scene<'_, 'm, 'a> {
    /// Returns the steps of a body at a solution of it, in source order. `known` are the variables
    /// that are bound before the body.
    pub(super) fn solution_steps(&self, body: &'m [Literal], known: &[Slot]) -> Vec<Step> {
        let mut known: BTreeSet<Slot> = known.iter().copied().collect();
        let mut steps: Vec<(u32, Step)> = Vec::new();
        for (index, literal) in body.iter().enumerate() {
            let is_started = body[..index].iter().any(|other| is_part(other, literal));
            let parts: Vec<&'m Literal> =
                body.iter().filter(|other| is_part(other, literal)).collect();
            if is_started || is_true(literal) {
                continue;
            }
            if !self.explainer.takes_step() {
                break;
            }
            let facts = self.facts_of_solution(&parts, &mut known);
            steps.push((literal.statement.start, self.step(literal.statement, facts)));
        }
        steps.sort_by_key(|(start, _)| *start);
        steps.into_iter().map(|(_, step)| step).collect()
    }

    /// Returns the step of the literal at `index`, which fails. If `with_all`, all variables that are
    /// bound are facts of it. Returns `None` if the explanation is full.
    pub(super) fn failing_step(
        &self,
        body: &'m [Literal],
        index: usize,
        with_all: bool,
    ) -> Option<Step> {
        if !self.explainer.takes_step() {
            return None;
        }
        let literal = body.get(index)?;
        let mut facts = Facts::default();
        for other in body[..index].iter().filter(|other| is_part(other, literal)) {
            self.in_context(other, |scene| scene.operands(&other.kind, &mut facts));
        }
        self.in_context(literal, |scene| scene.failing(&literal.kind, literal.span, &mut facts))
            .unwrap_or_else(|| facts.note("the value of `with` is undefined".to_owned()));
        if with_all {
            for (slot, _) in self.variables.iter().enumerate().filter(|(_, one)| one.is_named()) {
                self.bound_variable(slot, &mut facts);
            }
        }
        Some(self.step(literal.statement, facts))
    }

    /// Returns the facts of a literal of the source, of which `parts` are the parts. If it binds
    /// variables, these are the facts. Otherwise they are the values that it tests.
    fn facts_of_solution(&self, parts: &[&'m Literal], known: &mut BTreeSet<Slot>) -> Facts {
        let mut facts = Facts::default();
        let mut bound = BTreeSet::new();
        for part in parts {
            slots(&part.kind, &mut bound);
        }
        let mut binds = false;
        for slot in bound.into_iter().filter(|slot| known.insert(*slot)) {
            if self.variables.get(slot).is_some_and(Variable::is_named) {
                self.bound_variable(slot, &mut facts);
                binds = true;
            }
        }
        for (index, part) in parts.iter().enumerate() {
            let is_test = !binds && index + 1 == parts.len();
            self.in_context(part, |scene| {
                if is_test {
                    scene.holding(&part.kind, &mut facts);
                } else {
                    scene.rules_of(&part.kind, &mut facts);
                }
            });
        }
        facts
    }

    /// Calls `look` with the scene that the literal sees under its modifiers. Returns `None` if a
    /// modifier's value is undefined.
    fn in_context<T>(
        &self,
        literal: &'m Literal,
        look: impl FnOnce(&Scene<'_, 'm, 'a>) -> T,
    ) -> Option<T> {
        if literal.with.is_empty() {
            return Some(look(self));
        }
        let modified = self.machine.modified(self.context, self.frame, &literal.with)?;
        Some(look(&Scene { context: &modified, ..*self }))
    }

    /// Returns the step of a literal without its facts.
    pub(super) fn bare_step(&self, literal: &Literal) -> Step {
        self.step(literal.statement, Facts::default())
    }

    fn step(&self, statement: Span, facts: Facts) -> Step {
        let program = self.machine.program;
        let (place, text) = (program.place_of(statement), program.source_text(statement));
        Step { place, text, facts: facts.finish() }
    }
}

/// Returns `true` if two literals are parts of one literal of the source.
fn is_part(one: &Literal, other: &Literal) -> bool {
    let key = |span: Span| (span.source, span.start, span.end);
    key(one.statement) == key(other.statement)
}

/// Returns `true` for the literal `true`, which decides nothing. Calls of `print` are loaded as it.
fn is_true(literal: &Literal) -> bool {
    literal.kind == LiteralKind::Term(Term::Bool(true))
}

/// Collects the variables of a literal that keep their values after it.
fn slots(kind: &LiteralKind, bound: &mut BTreeSet<Slot>) {
    if matches!(kind, LiteralKind::Not(_) | LiteralKind::NotBody(_) | LiteralKind::Every(_)) {
        return;
    }
    crate::load::terms(kind, &mut |term| crate::load::variables_of(term, bound));
}
