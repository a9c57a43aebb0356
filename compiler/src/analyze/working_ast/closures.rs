//! The constructs with bodies of their own: comprehensions, `every` and negated bodies.

use crate::analyze::working_ast::walk_mut::{NodeMut, children_of_expr, children_of_term};
use crate::analyze::working_ast::{
    Body, Branch, Comprehension, Every, Expr, ExprKind, Term, TermKind,
};

/// A construct with a body of its own.
pub(crate) enum Closure<'t> {
    /// A comprehension.
    Comprehension(&'t mut Comprehension),
    /// An `every`.
    Every(&'t mut Every),
    /// A negated body.
    Not(&'t mut Body),
}

impl Closure<'_> {
    /// Returns the body.
    pub(crate) fn body(&mut self) -> &mut Body {
        match self {
            Closure::Comprehension(comprehension) => &mut comprehension.body,
            Closure::Every(every) => &mut every.body,
            Closure::Not(body) => body,
        }
    }
}

/// Calls `visit` for the outermost closures of `expr`. The domain of an `every` is outside of it.
#[inline(never)] // as the functions in `children`, which it calls
pub(crate) fn closures_of_expr(expr: &mut Expr, visit: &mut dyn FnMut(Closure<'_>)) {
    match &mut expr.kind {
        ExprKind::Every(every) => {
            closures_of_term(&mut every.domain, visit);
            visit(Closure::Every(every));
        }
        ExprKind::Not(body) => visit(Closure::Not(body)),
        ExprKind::Term(_) | ExprKind::Call(_) | ExprKind::Some(_) | ExprKind::SomeIn(_) => {
            return children_of_expr(expr, &mut |child| closures_of_node(child, visit));
        }
    }
    for with in &mut expr.with {
        closures_of_term(&mut with.target, visit);
        closures_of_term(&mut with.value, visit);
    }
}

/// Calls `visit` for the outermost closures of `term`.
#[inline(never)] // as the functions in `children`, which it calls
pub(crate) fn closures_of_term(term: &mut Term, visit: &mut dyn FnMut(Closure<'_>)) {
    match &mut term.kind {
        TermKind::Comprehension(comprehension) => visit(Closure::Comprehension(comprehension)),
        _ => children_of_term(term, &mut |child| closures_of_node(child, visit)),
    }
}

fn closures_of_node(node: NodeMut<'_>, visit: &mut dyn FnMut(Closure<'_>)) {
    match node {
        NodeMut::Term(term) => closures_of_term(term, visit),
        NodeMut::Expr(expr) => closures_of_expr(expr, visit),
    }
}

/// Calls `visit` for the outermost closures of a head's terms.
pub(crate) fn closures_of_head(branch: &mut Branch, visit: &mut dyn FnMut(Closure<'_>)) {
    let head = &mut branch.head;
    let operands = head.reference.iter_mut().skip(1);
    let terms = operands.chain(&mut head.parameters).chain(&mut head.key).chain(&mut head.value);
    terms.for_each(|term| closures_of_term(term, visit));
}
