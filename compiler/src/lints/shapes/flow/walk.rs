//! The literals of a program.

use crate::hir::{self, Branch, Program};

/// Iterates over the branches of all rules.
pub(super) fn branches(program: &Program) -> impl Iterator<Item = &Branch> {
    program.rules.iter().flat_map(|rule| {
        rule.clauses.iter().flat_map(|clause| &clause.branches).chain(&rule.default)
    })
}

/// Calls `visit` for each literal, including those of nested bodies.
pub(super) fn walk_literals<'p>(body: &'p hir::Body, visit: &mut dyn FnMut(&'p hir::Literal)) {
    use hir::{LiteralKind, Term};
    fn term<'p>(part: &'p Term, visit: &mut dyn FnMut(&'p hir::Literal)) {
        match part {
            Term::ArrayComprehension(inner) | Term::SetComprehension(inner) => {
                walk_literals(&inner.body, visit);
            }
            Term::ObjectComprehension(inner) => walk_literals(&inner.body, visit),
            _ => {}
        }
    }
    for literal in body {
        visit(literal);
        match &literal.kind {
            LiteralKind::Test(one) => term(one, visit),
            LiteralKind::Unify(left, right) => {
                term(left, visit);
                term(right, visit);
            }
            LiteralKind::Call { arguments, output, .. } => {
                arguments.iter().chain(output).for_each(|part| term(part, visit));
            }
            LiteralKind::Not(inner)
            | LiteralKind::NotBody(inner)
            | LiteralKind::Every { body: inner, .. } => walk_literals(inner, visit),
        }
    }
}
