//! The number of times that a definition mentions each variable.

use std::collections::HashMap;

use crate::hir::walk::{self, Visited};
use crate::hir::{Branch, Head, Ref, Root, Term, VarId};

/// The number of times that a definition mentions each variable.
#[derive(Debug, Default)]
pub(super) struct Occurrences(HashMap<VarId, usize>);

impl Occurrences {
    /// Counts the variables of a branch, in its parameters, head and body.
    pub(super) fn of(branch: &Branch) -> Self {
        let mut counts = Self::default();
        let mut count = |item: Visited<'_>| counts.add(item);
        let (Head::Value(value) | Head::Member(value)) = &branch.head;
        for part in branch.parameters.iter().chain(&branch.keys).chain([value]) {
            walk::term(part, &mut count);
        }
        walk::body(&branch.body, &mut count);
        counts
    }

    /// Returns the number of times that a variable occurs.
    pub(super) fn count(&self, variable: VarId) -> usize {
        self.0.get(&variable).copied().unwrap_or_default()
    }

    fn add(&mut self, item: Visited<'_>) {
        let variable = match item {
            Visited::Term(
                Term::Var(variable) | Term::Ref(Ref { root: Root::Var(variable), .. }),
            ) => *variable,
            Visited::Bound(variable) => variable,
            Visited::Term(_) | Visited::Callee(_) | Visited::Replaced(_) => return,
        };
        *self.0.entry(variable).or_default() += 1;
    }
}
