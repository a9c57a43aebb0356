//! Traversals of the tree, in the order of OPA's visitors (`ast/visit.go`).

use std::ops::ControlFlow;

use crate::analyze::working_ast::children::define_children;
use crate::analyze::working_ast::{
    Body, Branch, Comprehension, Expr, ExprKind, Part, Term, TermKind, With,
};

/// A node that a walk visits.
#[derive(Clone, Copy)]
pub(crate) enum Node<'t> {
    /// A term.
    Term(&'t Term),
    /// An expression.
    Expr(&'t Expr),
    /// A modifier.
    With(&'t With),
}

/// A decision of a visitor: to visit the children of the node, or to skip them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Descend {
    /// Visit the children.
    Yes,
    /// Skip the children.
    No,
}

/// Calls `visit` for `node`. If `visit` returns [`Descend::Yes`], continues with the children.
pub(crate) fn walk<'t>(node: Node<'t>, visit: &mut dyn FnMut(Node<'t>) -> Descend) {
    if visit(node) == Descend::Yes {
        children(node, &mut |child| walk(child, visit));
    }
}

/// Walks all expressions of a body.
pub(crate) fn walk_body<'t>(body: &'t [Expr], visit: &mut dyn FnMut(Node<'t>) -> Descend) {
    for expr in body {
        walk(Node::Expr(expr), visit);
    }
}

/// Walks a branch: its head, then its body.
pub(crate) fn walk_branch<'t>(branch: &'t Branch, visit: &mut dyn FnMut(Node<'t>) -> Descend) {
    let head = &branch.head;
    let operands = head.reference.iter().skip(1);
    for term in operands.chain(&head.parameters).chain(&head.key).chain(&head.value) {
        walk(Node::Term(term), visit);
    }
    walk_body(&branch.body, visit);
}

/// Returns `true` if `found` returns `true` for `term` or a term below it.
pub(crate) fn any_term(term: &Term, found: &mut dyn FnMut(&Term) -> bool) -> bool {
    let mut result = ControlFlow::Continue(());
    walk(Node::Term(term), &mut |node| {
        if let Node::Term(term) = node
            && result.is_continue()
            && found(term)
        {
            result = ControlFlow::Break(());
        }
        if result.is_break() { Descend::No } else { Descend::Yes }
    });
    result.is_break()
}

/// Calls `visit` for each direct child of `node`.
fn children<'t>(node: Node<'t>, visit: &mut dyn FnMut(Node<'t>)) {
    match node {
        Node::Term(term) => children_of_term(term, visit),
        Node::Expr(expr) => children_of_expr(expr, visit),
        Node::With(with) => {
            visit(Node::Term(&with.target));
            visit(Node::Term(&with.value));
        }
    }
}

fn child_with<'t>(with: &'t With, visit: &mut dyn FnMut(Node<'t>)) {
    visit(Node::With(with));
}

define_children! { Node, iter }
