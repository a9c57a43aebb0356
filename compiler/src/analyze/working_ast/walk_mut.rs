//! The children of a term or expression, to be changed in place.

use crate::analyze::working_ast::children::define_children;
use crate::analyze::working_ast::{
    Body, Comprehension, Expr, ExprKind, Part, Term, TermKind, With,
};

/// A node that can be changed.
pub(crate) enum NodeMut<'t> {
    /// A term.
    Term(&'t mut Term),
    /// An expression.
    Expr(&'t mut Expr),
}

fn child_with<'t>(with: &'t mut With, visit: &mut dyn FnMut(NodeMut<'t>)) {
    visit(NodeMut::Term(&mut with.target));
    visit(NodeMut::Term(&mut with.value));
}

define_children! { NodeMut, iter_mut, mut }
