//! The names that expressions declare (`declaredVars` of `ast/compile.go`).

use crate::analyze::working_ast::symbols::{ASSIGN, VarSet};
use crate::analyze::working_ast::vars;
use crate::analyze::working_ast::walk::{Descend, Node, walk_body};
use crate::analyze::working_ast::{Expr, ExprKind, Term, TermKind};

/// Returns the names that `:=` and `some` declare in a body, including the bodies of `every` but
/// not those of comprehensions.
pub(crate) fn declared_in(body: &[Expr]) -> VarSet {
    let mut names = VarSet::new();
    walk_body(body, &mut |node| match node {
        Node::Expr(expr) => {
            collect_declared(expr, &mut names);
            Descend::Yes
        }
        Node::Term(Term { kind: TermKind::Comprehension(_), .. }) => Descend::No,
        Node::Term(_) | Node::With(_) => Descend::Yes,
    });
    names
}

/// Adds the names that the expression itself declares.
pub(crate) fn collect_declared(expr: &Expr, names: &mut VarSet) {
    match &expr.kind {
        ExprKind::Call(_) => {
            if let Some((target, _)) = expr.operands_of(ASSIGN) {
                vars::collect_term(target, vars::ALL, names);
            }
        }
        ExprKind::Some(symbols) => names.extend(symbols),
        ExprKind::SomeIn(some) => {
            let patterns = some.key.iter().chain([&some.value]);
            patterns.for_each(|term| vars::collect_term(term, vars::ALL, names));
        }
        ExprKind::Term(_) | ExprKind::Every(_) | ExprKind::Not(_) => {}
    }
}
