//! Replaces calls of rules without parameters by references.
//!
//! If the type of a rule is `any`, OPA accepts `f()` for `f() = x { x := input.a }` or
//! `f = x { … }`. The type checker has rejected other calls of rules. `y = f()` then means
//! `y = data.a.f`, and `f()` alone tests the value.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::analyze::messages;
use crate::diagnostics::Diagnostics;
use crate::hir::walk::{self, Visited};
use crate::hir::{
    Body, Branch, Callee, Comprehension, Constant, Literal, LiteralKind, Program, Ref, Root,
    RuleKind, Term,
};

/// Replaces the calls in all bodies of `program`. Rejects calls of rules that some `with` in the
/// program replaces: OPA calls the original rule there, but a reference would see the replacement.
pub(crate) fn replace_calls_of_rules(program: &mut Program) -> Diagnostics {
    let errors = reject_replaced(program);
    let targets: Vec<Option<Vec<Term>>> = program
        .rules
        .iter()
        .map(|rule| {
            let is_function = matches!(rule.kind, RuleKind::Function { .. });
            let path = || rule.path.iter().map(|name| Constant::String(name.clone()));
            (!is_function).then(|| path().map(Term::Constant).collect())
        })
        .collect();
    let calls = Calls { targets };
    for rule in &mut program.rules {
        let branches = rule.clauses.iter_mut().flat_map(|clause| &mut clause.branches);
        branches.chain(&mut rule.default).for_each(|branch| calls.branch(branch));
    }
    errors
}

fn reject_replaced(program: &Program) -> Diagnostics {
    let mut called = BTreeSet::new();
    let mut replaced = BTreeSet::new();
    for rule in &program.rules {
        let branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
        for branch in branches.chain(&rule.default) {
            walk::body(&branch.body, &mut |visited| match visited {
                Visited::Callee(Callee::Function(id)) => {
                    called.insert(id);
                }
                Visited::Replaced(path) => {
                    replaced.insert(path);
                }
                _ => {}
            });
        }
    }
    let mut errors = Diagnostics::default();
    for rule in called.into_iter().map(|id| program.rule(id)) {
        let overlaps = |path: &&[Arc<str>]| path.iter().zip(&rule.path).all(|(a, b)| a == b);
        let is_function = matches!(rule.kind, RuleKind::Function { .. });
        if !is_function && replaced.iter().any(overlaps) {
            let what = "a call of a rule without parameters that `with` replaces is not supported";
            errors.push(messages::unsupported(rule.span, what));
        }
    }
    errors
}

struct Calls {
    /// The path below `data` of each rule that is not a function.
    targets: Vec<Option<Vec<Term>>>,
}

impl Calls {
    fn branch(&self, branch: &mut Branch) {
        self.body(&mut branch.body);
    }

    fn body(&self, body: &mut Body) {
        for literal in body {
            self.literal(literal);
        }
    }

    fn literal(&self, literal: &mut Literal) {
        let span = literal.span;
        match &mut literal.kind {
            LiteralKind::Call { callee: Callee::Function(id), output, .. } => {
                let Some(Some(operands)) = self.targets.get(id.0 as usize) else { return };
                let operands = operands.clone();
                let value = Term::Ref(Ref { root: Root::Data, operands, span });
                literal.kind = match output.take() {
                    Some(output) => LiteralKind::Unify(output, value),
                    None => LiteralKind::Test(value),
                };
            }
            LiteralKind::Call { .. } => {}
            LiteralKind::Test(term) => self.term(term),
            LiteralKind::Unify(left, right) => {
                self.term(left);
                self.term(right);
            }
            LiteralKind::Not(body)
            | LiteralKind::NotBody(body)
            | LiteralKind::Every { body, .. } => self.body(body),
        }
    }

    /// Replaces the calls in a comprehension's body. Comprehensions are whole sides of an equation,
    /// so other terms hold no bodies.
    fn term(&self, term: &mut Term) {
        match term {
            Term::ArrayComprehension(inner) | Term::SetComprehension(inner) => {
                let Comprehension { body, .. } = &mut **inner;
                self.body(body);
            }
            Term::ObjectComprehension(inner) => self.body(&mut inner.body),
            Term::Constant(_)
            | Term::Var(_)
            | Term::Ref(_)
            | Term::Array(_)
            | Term::Object(_)
            | Term::Set(_) => {}
        }
    }
}
