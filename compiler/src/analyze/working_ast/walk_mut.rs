//! The children of a term or expression, to be changed in place.

use crate::analyze::working_ast::{Comprehension, Expr, ExprKind, Part, Term, TermKind};

/// A node that can be changed.
pub(crate) enum NodeMut<'t> {
    /// A term.
    Term(&'t mut Term),
    /// An expression.
    Expr(&'t mut Expr),
}

/// Calls `visit` for each direct child of `term`, in the order of the source.
pub(crate) fn children_of_term(term: &mut Term, visit: &mut dyn FnMut(NodeMut<'_>)) {
    match &mut term.kind {
        TermKind::Null
        | TermKind::Bool(_)
        | TermKind::Number(_)
        | TermKind::String(_)
        | TermKind::Var(_) => {}
        TermKind::Ref(terms)
        | TermKind::Call(terms)
        | TermKind::Array(terms)
        | TermKind::Set(terms) => terms.iter_mut().for_each(|term| visit(NodeMut::Term(term))),
        TermKind::Object(pairs) => {
            for (key, value) in pairs {
                visit(NodeMut::Term(key));
                visit(NodeMut::Term(value));
            }
        }
        TermKind::Comprehension(comprehension) => children_of_comprehension(comprehension, visit),
        TermKind::Template(parts) => parts.iter_mut().for_each(|part| match part {
            Part::Text(term) => visit(NodeMut::Term(term)),
            Part::Expr(expr) => visit(NodeMut::Expr(expr)),
        }),
    }
}

/// Calls `visit` for the key, the value and the body of a comprehension.
pub(crate) fn children_of_comprehension(
    comprehension: &mut Comprehension,
    visit: &mut dyn FnMut(NodeMut<'_>),
) {
    let terms = comprehension.key.iter_mut().chain([&mut comprehension.value]);
    terms.for_each(|term| visit(NodeMut::Term(term)));
    comprehension.body.iter_mut().for_each(|expr| visit(NodeMut::Expr(expr)));
}

/// Calls `visit` for each direct child of `expr`: the content, then the modifiers.
pub(crate) fn children_of_expr(expr: &mut Expr, visit: &mut dyn FnMut(NodeMut<'_>)) {
    match &mut expr.kind {
        ExprKind::Term(term) => visit(NodeMut::Term(term)),
        ExprKind::Call(terms) => terms.iter_mut().for_each(|term| visit(NodeMut::Term(term))),
        ExprKind::Some(_) => {}
        ExprKind::SomeIn(some) => {
            let terms = some.key.iter_mut().chain([&mut some.value, &mut some.collection]);
            terms.for_each(|term| visit(NodeMut::Term(term)));
        }
        ExprKind::Every(every) => {
            let terms = every.key.iter_mut().chain([&mut every.value, &mut every.domain]);
            terms.for_each(|term| visit(NodeMut::Term(term)));
            every.body.iter_mut().for_each(|expr| visit(NodeMut::Expr(expr)));
        }
        ExprKind::Not(body) => body.iter_mut().for_each(|expr| visit(NodeMut::Expr(expr))),
    }
    for with in &mut expr.with {
        visit(NodeMut::Term(&mut with.target));
        visit(NodeMut::Term(&mut with.value));
    }
}
