//! Replaces variables.

use crate::analyze::working_ast::closures::Closure;
use crate::analyze::working_ast::symbols::Var;
use crate::analyze::working_ast::{Body, Expr, ExprKind, Part, Term, TermKind};

/// Replaces each variable of `term` for which `replacement` returns another.
pub(crate) fn term(term: &mut Term, replacement: &dyn Fn(Var) -> Option<Var>) {
    let each = |terms: &mut [Term]| {
        for inner in terms {
            self::term(inner, replacement);
        }
    };
    match &mut term.kind {
        TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => {}
        TermKind::Var(var) => *var = replacement(*var).unwrap_or(*var),
        TermKind::Ref(terms)
        | TermKind::Call(terms)
        | TermKind::Array(terms)
        | TermKind::Set(terms) => each(terms),
        TermKind::Object(pairs) => {
            for (key, value) in pairs {
                self::term(key, replacement);
                self::term(value, replacement);
            }
        }
        TermKind::Comprehension(comprehension) => {
            closure(Closure::Comprehension(comprehension), replacement);
        }
        TermKind::Template(parts) => {
            for part in parts {
                if let Part::Expr(inner) = part {
                    expr(inner, replacement);
                }
            }
        }
    }
}

/// Replaces the variables of a closure.
pub(crate) fn closure(closure: Closure<'_>, replacement: &dyn Fn(Var) -> Option<Var>) {
    match closure {
        Closure::Comprehension(comprehension) => {
            let terms = comprehension.key.iter_mut().chain([&mut comprehension.value]);
            terms.for_each(|inner| term(inner, replacement));
            body(&mut comprehension.body, replacement);
        }
        Closure::Every(every) => body(&mut every.body, replacement),
        Closure::Not(inner) => body(inner, replacement),
    }
}

fn body(body: &mut Body, replacement: &dyn Fn(Var) -> Option<Var>) {
    for inner in body.iter_mut() {
        expr(inner, replacement);
    }
}

fn expr(expr: &mut Expr, replacement: &dyn Fn(Var) -> Option<Var>) {
    match &mut expr.kind {
        ExprKind::Term(inner) => term(inner, replacement),
        ExprKind::Call(terms) => terms.iter_mut().for_each(|inner| term(inner, replacement)),
        ExprKind::Some(_) => {}
        ExprKind::SomeIn(some) => {
            let terms = some.key.iter_mut().chain([&mut some.value, &mut some.collection]);
            terms.for_each(|inner| term(inner, replacement));
        }
        ExprKind::Every(every) => {
            let terms = every.key.iter_mut().chain([&mut every.value, &mut every.domain]);
            terms.for_each(|inner| term(inner, replacement));
            body(&mut every.body, replacement);
        }
        ExprKind::Not(inner) => body(inner, replacement),
    }
    for with in &mut expr.with {
        term(&mut with.target, replacement);
        term(&mut with.value, replacement);
    }
}
