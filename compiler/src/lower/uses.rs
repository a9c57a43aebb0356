//! Counts the mentions of variables in a part of the analyzed program.

use std::collections::{BTreeMap, HashMap};

use crate::hir::walk::{self, Visited};
use crate::hir::{Branch, Head, Literal, Root, Term, VarId};

/// The number of mentions of each variable.
#[derive(Debug, Default, Clone)]
pub(super) struct Uses(BTreeMap<VarId, usize>);

impl Uses {
    /// Counts the mentions in a whole branch, including head and parameters.
    pub(super) fn of_branch(branch: &Branch) -> Self {
        let mut uses = Self::of_terms(branch.parameters.iter().chain(&branch.keys));
        uses.head(&branch.head);
        uses.body(&branch.body);
        uses
    }

    /// Returns the index of the last literal that mentions each variable.
    pub(super) fn last_mentions(literals: &[&Literal]) -> HashMap<VarId, usize> {
        let mut last = HashMap::new();
        for (index, literal) in literals.iter().enumerate() {
            let mut uses = Self::default();
            uses.literal(literal);
            last.extend(uses.iter().map(|variable| (variable, index)));
        }
        last
    }

    /// Counts the mentions in terms.
    pub(super) fn of_terms<'t>(terms: impl IntoIterator<Item = &'t Term>) -> Self {
        let mut uses = Self::default();
        for term in terms {
            uses.term(term);
        }
        uses
    }

    pub(super) fn contains(&self, variable: VarId) -> bool {
        self.0.contains_key(&variable)
    }

    /// Returns `true` if the variable is mentioned more than once.
    pub(super) fn repeated(&self, variable: VarId) -> bool {
        self.0.get(&variable).is_some_and(|&count| count > 1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = VarId> + '_ {
        self.0.keys().copied()
    }

    /// Adds the mentions of a head.
    pub(super) fn head(&mut self, head: &Head) {
        match head {
            Head::Value(term) | Head::Member(term) => self.term(term),
        }
    }

    fn add(&mut self, variable: VarId) {
        *self.0.entry(variable).or_default() += 1;
    }

    fn body(&mut self, literals: &[Literal]) {
        for literal in literals {
            self.literal(literal);
        }
    }

    fn literal(&mut self, literal: &Literal) {
        walk::literal(literal, &mut |visited| self.visit(visited));
    }

    fn term(&mut self, term: &Term) {
        walk::term(term, &mut |visited| self.visit(visited));
    }

    fn visit(&mut self, visited: Visited<'_>) {
        match visited {
            Visited::Term(Term::Var(variable)) => self.add(*variable),
            Visited::Bound(variable) => self.add(variable),
            Visited::Term(Term::Ref(reference)) => {
                if let Root::Var(variable) = reference.root {
                    self.add(variable);
                }
            }
            _ => {}
        }
    }
}
