//! Replaces variables.

use crate::analyze::working_ast::closures::Closure;
use crate::analyze::working_ast::symbols::Var;
use crate::analyze::working_ast::walk_mut::{
    NodeMut, children_of_comprehension, children_of_expr, children_of_term,
};
use crate::analyze::working_ast::{Body, Expr, Term, TermKind};

/// A function from a variable to its replacement, or to `None` if the variable stays.
type Replacement<'r> = &'r dyn Fn(Var) -> Option<Var>;

/// Replaces each variable of `term` for which `replacement` returns another.
pub(crate) fn term(term: &mut Term, replacement: Replacement<'_>) {
    if let TermKind::Var(var) = &mut term.kind {
        *var = replacement(*var).unwrap_or(*var);
    }
    children_of_term(term, &mut |child| node(child, replacement));
}

/// Replaces the variables of a closure.
pub(crate) fn closure(closure: Closure<'_>, replacement: Replacement<'_>) {
    match closure {
        Closure::Comprehension(comprehension) => {
            children_of_comprehension(comprehension, &mut |child| node(child, replacement));
        }
        Closure::Every(every) => body(&mut every.body, replacement),
        Closure::Not(inner) => body(inner, replacement),
    }
}

fn body(body: &mut Body, replacement: Replacement<'_>) {
    for inner in body {
        expr(inner, replacement);
    }
}

fn expr(expr: &mut Expr, replacement: Replacement<'_>) {
    children_of_expr(expr, &mut |child| node(child, replacement));
}

fn node(node: NodeMut<'_>, replacement: Replacement<'_>) {
    match node {
        NodeMut::Term(inner) => term(inner, replacement),
        NodeMut::Expr(inner) => expr(inner, replacement),
    }
}
