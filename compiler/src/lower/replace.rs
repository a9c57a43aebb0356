//! Collects the targets of `with` modifiers in advance, so that only replaceable rules and
//! functions pay for being replaceable.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::hir::{
    self, Body, Branch, Callee, Literal, LiteralKind, RuleId, Term, WithTarget, WithValue,
};
use crate::ir::{Replacement, SlotId};
use crate::lower::Lowered;
use crate::lower::scope::Scope;

/// The slots of all targets that some `with` of the program replaces.
#[derive(Debug, Default)]
pub(super) struct Slots {
    data: BTreeMap<Vec<Arc<str>>, SlotId>,
    rules: BTreeMap<RuleId, SlotId>,
    builtins: BTreeMap<&'static str, SlotId>,
    next: u32,
}

impl Slots {
    pub(super) fn collect(program: &hir::Program) -> Self {
        let mut slots = Self::default();
        for rule in &program.rules {
            let branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
            branches.chain(&rule.default).for_each(|branch| slots.branch(branch));
        }
        slots
    }

    /// Returns the slot of a function, if a `with` replaces it.
    pub(super) fn function(&self, callee: Callee) -> Option<SlotId> {
        match callee {
            Callee::Builtin(builtin) => self.builtins.get(builtin.name).copied(),
            Callee::Function(rule) => self.rules.get(&rule).copied(),
        }
    }

    /// Returns the slots of replaced paths of `data` that contain `path`.
    pub(super) fn at_or_above(&self, path: &[Arc<str>]) -> Vec<SlotId> {
        let above = self.data.iter().filter(|(target, _)| path.starts_with(target));
        above.map(|(_, &slot)| slot).collect()
    }

    fn data(&self, path: &[Arc<str>]) -> SlotId {
        // Every target was collected.
        self.data.get(path).copied().unwrap_or(SlotId(u32::MAX))
    }

    fn add(&mut self, target: &WithTarget) {
        let next = SlotId(self.next);
        let slot = match target {
            WithTarget::Input(_) => return,
            WithTarget::Data(path) => *self.data.entry(path.clone()).or_insert(next),
            WithTarget::Function(Callee::Builtin(builtin)) => {
                *self.builtins.entry(builtin.name).or_insert(next)
            }
            WithTarget::Function(Callee::Function(rule)) => {
                *self.rules.entry(*rule).or_insert(next)
            }
        };
        if slot == next {
            self.next += 1;
        }
    }

    fn branch(&mut self, branch: &Branch) {
        self.body(&branch.body);
    }

    fn body(&mut self, body: &Body) {
        for literal in body {
            self.literal(literal);
        }
    }

    fn literal(&mut self, literal: &Literal) {
        for with in &literal.with {
            self.add(&with.target);
        }
        match &literal.kind {
            LiteralKind::Test(term) => self.term(term),
            LiteralKind::Unify(left, right) => {
                self.term(left);
                self.term(right);
            }
            LiteralKind::Call { .. } => {}
            LiteralKind::Not(body)
            | LiteralKind::NotBody(body)
            | LiteralKind::Every { body, .. } => self.body(body),
        }
    }

    fn term(&mut self, term: &Term) {
        match term {
            Term::ArrayComprehension(inner) | Term::SetComprehension(inner) => {
                self.body(&inner.body);
            }
            Term::ObjectComprehension(inner) => self.body(&inner.body),
            _ => {}
        }
    }
}

impl<'p> Scope<'_, 'p> {
    /// Returns the replacement that a `with` modifier makes.
    pub(super) fn replacement(&mut self, with: &'p hir::With) -> Lowered<Replacement> {
        match (&with.target, &with.value) {
            (WithTarget::Function(target), WithValue::Function(callee)) => {
                let slot = self.lowering.slots.function(*target).unwrap_or(SlotId(u32::MAX));
                let arity = self.arity_of(*target, *callee);
                Ok(Replacement::FunctionCall(slot, self.callee(*callee), arity))
            }
            (target, WithValue::Value(term)) => {
                let value = self.defined_term(term, with.span)?;
                Ok(self.value_replacement(target, value))
            }
            (_, WithValue::Function(_)) => {
                Err(crate::lower::unsupported(with.span, "a function as a document"))
            }
        }
    }

    fn value_replacement(&self, target: &WithTarget, value: crate::ir::Expr) -> Replacement {
        let slots = &self.lowering.slots;
        match target {
            WithTarget::Input(path) => Replacement::Input(path.clone(), value),
            WithTarget::Data(path) => Replacement::Data(path.clone(), slots.data(path), value),
            WithTarget::Function(callee) => Replacement::FunctionValue(
                slots.function(*callee).unwrap_or(SlotId(u32::MAX)),
                value,
            ),
        }
    }

    /// Returns the number of arguments of the replacement: those of the function that it replaces.
    fn arity_of(&self, target: Callee, replacement: Callee) -> usize {
        match (target, replacement) {
            (Callee::Function(rule), _) | (_, Callee::Function(rule)) => self.arity(rule),
            (Callee::Builtin(_), Callee::Builtin(_)) => 0,
        }
    }
}
