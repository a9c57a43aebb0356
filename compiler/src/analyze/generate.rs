//! Variables of the compiler's own, and the equations that bind them.

use std::sync::Arc;

use super::symbols::{EQ, Symbols, Var};
use super::tree::{Expr, ExprKind, Shape, Term, TermKind};

/// A new variable for the value of `term`, named after it.
pub(super) fn variable_for(term: &Term, symbols: &mut Symbols) -> Var {
    let hint = hint(term, symbols);
    symbols.generate(&hint)
}

/// `new = term`, and the new variable (`equalityFactory.Generate`).
pub(super) fn equation(term: Term, symbols: &mut Symbols) -> (Expr, Term) {
    let span = term.span;
    let variable = Term::var(variable_for(&term, symbols), span);
    let operator = Term::operator(EQ, span);
    let mut expr = Expr::new(ExprKind::Call(vec![operator, variable.clone(), term]), span);
    expr.generated = true;
    (expr, variable)
}

/// Moves `term` into an equation, which it gives, and leaves the new variable.
pub(super) fn hoist(term: &mut Term, symbols: &mut Symbols) -> Expr {
    let taken = std::mem::replace(term, Term::new(TermKind::Null, term.span));
    let (expr, variable) = equation(taken, symbols);
    *term = variable;
    expr
}

/// A name for what `term` holds: a reference's last field, a function's name.
fn hint(term: &Term, symbols: &Symbols) -> Arc<str> {
    match &term.kind {
        TermKind::Ref(terms) => terms
            .iter()
            .rev()
            .find_map(|part| match &part.kind {
                TermKind::String(text) => Some(Arc::clone(text)),
                TermKind::Var(var) if !symbols.is_wildcard(*var) => {
                    Some(Arc::clone(symbols.name(*var)))
                }
                _ => None,
            })
            .unwrap_or_else(|| Arc::from("value")),
        TermKind::Call(terms) => {
            terms.first().map_or_else(|| Arc::from("value"), |operator| hint(operator, symbols))
        }
        TermKind::Var(var) => Arc::clone(symbols.name(*var)),
        TermKind::Comprehension(comprehension) => Arc::from(match comprehension.shape {
            Shape::Array => "items",
            Shape::Set => "members",
            Shape::Object => "entries",
        }),
        TermKind::Array(_) => Arc::from("array"),
        TermKind::Set(_) => Arc::from("set"),
        TermKind::Object(_) => Arc::from("object"),
        TermKind::Template(_) | TermKind::String(_) => Arc::from("text"),
        TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) => Arc::from("value"),
    }
}

/// Whether a term holds a reference or a comprehension (`requiresEval`).
pub(super) fn requires_evaluation(term: &Term) -> bool {
    super::walk::any_term(term, &mut |term| {
        matches!(term.kind, TermKind::Ref(_) | TermKind::Comprehension(_))
    })
}
