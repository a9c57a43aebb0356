//! The variables that `left = right` binds (`ast/unify.go`).

use std::collections::BTreeMap;

use crate::analyze::working_ast::symbols::{Var, VarSet};
use crate::analyze::working_ast::vars::{self, PATTERN, SAFETY};
use crate::analyze::working_ast::{Shape, Term, TermKind};

/// The variables that are already bound: those of two sets without those of a third. The sets are
/// not merged, because the first is large.
#[derive(Clone, Copy)]
pub(crate) struct Safe<'s> {
    /// The variables that were bound before.
    pub(crate) before: &'s VarSet,
    /// The variables that the expression itself binds.
    pub(crate) own: &'s VarSet,
    /// The variables that count as not bound.
    pub(crate) except: &'s VarSet,
}

impl Safe<'_> {
    fn contains(self, var: Var) -> bool {
        (self.before.contains(&var) || self.own.contains(&var)) && !self.except.contains(&var)
    }

    fn contains_all(self, term: &Term) -> bool {
        vars::of_term(term, SAFETY).into_iter().all(|var| self.contains(var))
    }

    /// Returns `true` if the head of the reference is bound.
    pub(crate) fn contains_head(self, terms: &[Term]) -> bool {
        match terms.first() {
            Some(Term { kind: TermKind::Var(var), .. }) => self.contains(*var),
            Some(head) => self.contains_all(head),
            None => true,
        }
    }
}

/// Returns the variables that `left = right` binds if those of `safe` are already bound.
pub(crate) fn unify(safe: Safe<'_>, left: &Term, right: &Term) -> VarSet {
    let mut unifier = Unifier { safe, unified: VarSet::new(), unknown: BTreeMap::new() };
    unifier.unify(left, right);
    unifier.unified
}

struct Unifier<'s> {
    safe: Safe<'s>,
    unified: VarSet,
    /// The variables that would bind each variable that is not known to be bound.
    unknown: BTreeMap<Var, VarSet>,
}

impl Unifier<'_> {
    fn is_safe(&self, var: Var) -> bool {
        self.safe.contains(var) || self.unified.contains(&var)
    }

    fn unify(&mut self, left: &Term, right: &Term) {
        match &left.kind {
            TermKind::Var(var) => self.unify_variable(*var, right),
            TermKind::Ref(_) | TermKind::Call(_) => self.unify_evaluated(left, right),
            TermKind::Comprehension(comprehension) => match (comprehension.shape, &right.kind) {
                (_, TermKind::Var(var)) => self.mark_safe(*var),
                (Shape::Array, TermKind::Array(_)) | (Shape::Object, TermKind::Object(_)) => {
                    self.mark_all_safe(right);
                }
                _ => {}
            },
            TermKind::Array(terms) => self.unify_array(left, terms, right),
            TermKind::Object(pairs) => self.unify_object(left, pairs, right),
            _ => {
                if let TermKind::Var(var) = right.kind {
                    self.mark_safe(var);
                }
            }
        }
    }

    fn unify_variable(&mut self, var: Var, right: &Term) {
        match &right.kind {
            TermKind::Var(other) => {
                if self.is_safe(*other) {
                    self.mark_safe(var);
                } else if self.is_safe(var) {
                    self.mark_safe(*other);
                } else {
                    self.mark_unknown(var, *other);
                    self.mark_unknown(*other, var);
                }
            }
            TermKind::Array(_) | TermKind::Object(_) => self.unify_all(var, right),
            TermKind::Ref(_) | TermKind::Call(_) => {
                if self.is_evaluated_safe(right) {
                    self.mark_safe(var);
                }
            }
            _ => self.mark_safe(var),
        }
    }

    /// Unifies a reference or call with any term.
    fn unify_evaluated(&mut self, left: &Term, right: &Term) {
        if !self.is_evaluated_safe(left) {
            return;
        }
        match &right.kind {
            TermKind::Var(var) => self.mark_safe(*var),
            TermKind::Array(_) | TermKind::Object(_) => self.mark_all_safe(right),
            _ => {}
        }
    }

    fn unify_array(&mut self, left: &Term, terms: &[Term], right: &Term) {
        match &right.kind {
            TermKind::Var(var) => self.unify_all(*var, left),
            TermKind::Comprehension(_) => self.mark_all_safe(left),
            TermKind::Ref(_) | TermKind::Call(_) if self.is_evaluated_safe(right) => {
                self.mark_all_safe(left);
            }
            TermKind::Array(others) if others.len() == terms.len() => {
                for (left, right) in terms.iter().zip(others) {
                    self.unify(left, right);
                }
            }
            _ => {}
        }
    }

    fn unify_object(&mut self, left: &Term, pairs: &[(Term, Term)], right: &Term) {
        match &right.kind {
            TermKind::Var(var) => self.unify_all(*var, left),
            TermKind::Ref(_) | TermKind::Call(_) if self.is_evaluated_safe(right) => {
                self.mark_all_safe(left);
            }
            TermKind::Object(others) if others.len() == pairs.len() => {
                for (key, value) in pairs {
                    let other = others
                        .iter()
                        .find(|(other, _)| crate::analyze::working_ast::equality::term(key, other));
                    if let Some((_, other)) = other {
                        self.unify(value, other);
                    }
                }
            }
            _ => {}
        }
    }

    fn is_evaluated_safe(&self, term: &Term) -> bool {
        match &term.kind {
            TermKind::Ref(terms) => self.safe.contains_head(terms),
            _ => self.safe.contains_all(term),
        }
    }

    fn mark_all_safe(&mut self, term: &Term) {
        for var in vars::of_term(term, PATTERN) {
            self.mark_safe(var);
        }
    }

    /// Marks `var` as bound, and also the variables that become bound by it.
    fn mark_safe(&mut self, var: Var) {
        let mut pending = vec![var];
        while let Some(var) = pending.pop() {
            self.unified.insert(var);
            pending.extend(self.unknown.remove(&var).into_iter().flatten());
            self.unknown.retain(|&dependant, needed| {
                let bound = needed.remove(&var) && needed.is_empty();
                if bound {
                    pending.push(dependant);
                }
                !bound
            });
        }
    }

    fn mark_unknown(&mut self, var: Var, needed: Var) {
        self.unknown.entry(var).or_default().insert(needed);
    }

    fn unify_all(&mut self, var: Var, composite: &Term) {
        if self.is_safe(var) {
            return self.mark_all_safe(composite);
        }
        let mut needed = vars::of_term(composite, PATTERN);
        needed.retain(|&part| !self.is_safe(part));
        if needed.is_empty() {
            self.mark_safe(var);
        }
        for part in needed {
            self.mark_unknown(var, part);
        }
    }
}
