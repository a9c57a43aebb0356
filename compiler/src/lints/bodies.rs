//! The bodies of a definition, with those of comprehensions and negations in them.

use crate::hir::{Body, Branch, Head, Literal, LiteralKind, Program, Ref, Term, WithValue};

/// Iterates over the branches of all rules, defaults included.
pub(super) fn branches(program: &Program) -> impl Iterator<Item = &Branch> {
    program.rules.iter().flat_map(|rule| {
        let branches = rule.clauses.iter().flat_map(|clause| &clause.branches);
        rule.default.iter().chain(branches)
    })
}

/// Calls `visit` for each body of a branch, before the bodies within it.
pub(super) fn of_branch<'p>(branch: &'p Branch, visit: &mut dyn FnMut(&'p Body)) {
    body(&branch.body, visit);
    let (Head::Value(value) | Head::Member(value)) = &branch.head;
    term(value, visit);
}

fn body<'p>(part: &'p Body, visit: &mut dyn FnMut(&'p Body)) {
    visit(part);
    for literal in part {
        self::literal(literal, visit);
    }
}

fn literal<'p>(literal: &'p Literal, visit: &mut dyn FnMut(&'p Body)) {
    match &literal.kind {
        LiteralKind::Test(part) => term(part, visit),
        LiteralKind::Unify(left, right) => {
            term(left, visit);
            term(right, visit);
        }
        LiteralKind::Call { arguments, output, .. } => {
            arguments.iter().chain(output).for_each(|part| term(part, visit));
        }
        LiteralKind::Not(part) | LiteralKind::NotBody(part) => body(part, visit),
        LiteralKind::Every { domain, body: part, .. } => {
            term(domain, visit);
            body(part, visit);
        }
    }
    for with in &literal.with {
        if let WithValue::Value(part) = &with.value {
            term(part, visit);
        }
    }
}

fn term<'p>(part: &'p Term, visit: &mut dyn FnMut(&'p Body)) {
    match part {
        Term::Constant(_) | Term::Var(_) => {}
        Term::Ref(Ref { operands: parts, .. }) | Term::Array(parts) | Term::Set(parts) => {
            for part in parts {
                term(part, visit);
            }
        }
        Term::Object(pairs) => {
            for part in pairs.iter().flat_map(|(key, value)| [key, value]) {
                term(part, visit);
            }
        }
        Term::ArrayComprehension(inner) | Term::SetComprehension(inner) => body(&inner.body, visit),
        Term::ObjectComprehension(inner) => body(&inner.body, visit),
    }
}
