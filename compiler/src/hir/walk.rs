//! Visits the terms, callees and replaced paths in parts of the analyzed program.

use std::sync::Arc;

use super::{Body, Callee, Literal, LiteralKind, Ref, Term, VarId, With, WithTarget, WithValue};

/// An item that a walk visits.
#[derive(Clone, Copy, Debug)]
pub enum Visited<'p> {
    /// A term, before its parts.
    Term(&'p Term),
    /// A variable that an `every` binds.
    Bound(VarId),
    /// The function or builtin of a call, or the target or replacement of a `with`.
    Callee(Callee),
    /// A path below `data` that `with` replaces.
    Replaced(&'p [Arc<str>]),
}

/// Calls `visit` for each item of a body, in order.
pub fn body<'p>(part: &'p Body, visit: &mut dyn FnMut(Visited<'p>)) {
    for literal in part {
        self::literal(literal, visit);
    }
}

/// Calls `visit` for each item of a literal: those of its expression, then those of its modifiers.
pub fn literal<'p>(literal: &'p Literal, visit: &mut dyn FnMut(Visited<'p>)) {
    match &literal.kind {
        LiteralKind::Test(part) => term(part, visit),
        LiteralKind::Unify(left, right) => {
            term(left, visit);
            term(right, visit);
        }
        LiteralKind::Call { callee, arguments, output } => {
            visit(Visited::Callee(*callee));
            arguments.iter().chain(output).for_each(|part| term(part, visit));
        }
        LiteralKind::Not(part) | LiteralKind::NotBody(part) => body(part, visit),
        LiteralKind::Every { key, value, domain, body: part } => {
            key.iter().chain([value]).for_each(|var| visit(Visited::Bound(*var)));
            term(domain, visit);
            body(part, visit);
        }
    }
    literal.with.iter().for_each(|part| with(part, visit));
}

fn with<'p>(with: &'p With, visit: &mut dyn FnMut(Visited<'p>)) {
    match &with.target {
        WithTarget::Input(_) => {}
        WithTarget::Data(path) => visit(Visited::Replaced(path)),
        WithTarget::Function(callee) => visit(Visited::Callee(*callee)),
    }
    match &with.value {
        WithValue::Value(part) => term(part, visit),
        WithValue::Function(callee) => visit(Visited::Callee(*callee)),
    }
}

/// Calls `visit` for a term and for each item in it.
pub fn term<'p>(part: &'p Term, visit: &mut dyn FnMut(Visited<'p>)) {
    visit(Visited::Term(part));
    match part {
        Term::Constant(_) | Term::Var(_) => {}
        Term::Ref(Ref { operands: parts, .. }) | Term::Array(parts) | Term::Set(parts) => {
            for part in parts {
                term(part, visit);
            }
        }
        Term::Object(pairs) => pairs.iter().for_each(|(key, value)| {
            term(key, visit);
            term(value, visit);
        }),
        Term::ArrayComprehension(inner) | Term::SetComprehension(inner) => {
            term(&inner.value, visit);
            body(&inner.body, visit);
        }
        Term::ObjectComprehension(inner) => {
            term(&inner.key, visit);
            term(&inner.value, visit);
            body(&inner.body, visit);
        }
    }
}
