//! Generated terms: fresh variables, the equations that bind them, and calls of builtins.

use std::sync::Arc;

use crate::analyze::working_ast::symbols::{EQ, Symbols, Var};
use crate::analyze::working_ast::{
    Body, Comprehension, Expr, ExprKind, Shape, Term, TermKind, With,
};
use crate::source::Span;

/// Returns a new variable for the value of `term`, named after the term.
pub(crate) fn variable_for(term: &Term, symbols: &mut Symbols) -> Var {
    let hint = hint(term, symbols);
    symbols.generate(&hint)
}

/// Returns `new = term` and the new variable (`equalityFactory.Generate`).
pub(crate) fn equation(term: Term, symbols: &mut Symbols) -> (Expr, Term) {
    let span = term.span;
    let variable = Term::var(variable_for(&term, symbols), span);
    let operator = Term::operator(EQ, span);
    let mut expr = Expr::new(ExprKind::Call(vec![operator, variable.clone(), term]), span);
    expr.generated = true;
    (expr, variable)
}

/// Moves `term` into an equation, replaces it by the new variable, and returns the equation.
pub(crate) fn hoist(term: &mut Term, symbols: &mut Symbols) -> Expr {
    let taken = std::mem::replace(term, Term::new(TermKind::Null, term.span));
    let (expr, variable) = equation(taken, symbols);
    *term = variable;
    expr
}

/// Returns `{v | v = term}`, the set of the values of `term`: at most one. `hint` names the new
/// variable, and the modifiers are those of the equation.
pub(crate) fn set_of(term: Term, hint: &str, with: Vec<With>, symbols: &mut Symbols) -> Term {
    let span = term.span;
    let value = Term::var(symbols.generate(&Arc::from(hint)), span);
    let operator = Term::operator(EQ, span);
    let equation = Expr::new(ExprKind::Call(vec![operator, value.clone(), term]), span);
    let body = vec![Expr { with, ..equation }];
    let comprehension = Comprehension { shape: Shape::Set, key: None, value, body };
    Term::new(TermKind::Comprehension(Box::new(comprehension)), span)
}

/// Returns the operator of the builtin `name`, such as `internal.print`.
pub(crate) fn builtin_operator(name: &str, span: Span, symbols: &mut Symbols) -> Term {
    let mut parts = name.split('.');
    let head = symbols.named(parts.next().unwrap_or_default());
    let mut terms = vec![Term::var(head, span)];
    terms.extend(parts.map(|part| Term::string(&Arc::from(part), span)));
    Term::new(TermKind::Ref(terms), span)
}

/// Lets `add` append to `body`, and replaces a body that is only `true` (`appendToBody`).
///
/// OPA ignores `not` and `with` in this test, so that `p := count(x) if { not true }` has a value.
pub(crate) fn append(body: &mut Body, add: impl FnOnce(&mut Body)) {
    let is_true =
        |expr: &Expr| matches!(&expr.kind, ExprKind::Term(Term { kind: TermKind::Bool(true), .. }));
    let is_only_true = matches!(body.as_slice(), [expr] if is_true(expr));
    add(body);
    if is_only_true && body.len() > 1 {
        body.remove(0);
    }
}

/// Returns a name for the value of `term`: a reference's last field, a function's name.
fn hint(term: &Term, symbols: &Symbols) -> Arc<str> {
    let text = match &term.kind {
        TermKind::Ref(terms) => return reference_hint(terms, symbols),
        TermKind::Call(terms) => match terms.first() {
            Some(operator) => return operator_hint(operator, symbols),
            None => "value",
        },
        TermKind::Var(var) => return Arc::clone(symbols.name(*var)),
        TermKind::Comprehension(comprehension) => match comprehension.shape {
            Shape::Array => "items",
            Shape::Set => "members",
            Shape::Object => "entries",
        },
        TermKind::Array(_) => "array",
        TermKind::Set(_) => "set",
        TermKind::Object(_) => "object",
        TermKind::Template(_) | TermKind::String(_) => "text",
        TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) => "value",
    };
    Arc::from(text)
}

fn reference_hint(terms: &[Term], symbols: &Symbols) -> Arc<str> {
    let field = terms.iter().rev().find_map(|part| match &part.kind {
        TermKind::String(text) => Some(Arc::clone(text)),
        _ => None,
    });
    let start = || Some(Arc::clone(symbols.name(terms.first()?.as_var()?)));
    field.or_else(start).unwrap_or_else(|| Arc::from("value"))
}

/// Returns a noun for the result of a builtin, or the name of a function.
fn operator_hint(operator: &Term, symbols: &Symbols) -> Arc<str> {
    let name = hint(operator, symbols);
    match &*name {
        "member_2" | "member_3" => Arc::from("is_member"),
        "plus" => Arc::from("sum"),
        "minus" => Arc::from("difference"),
        "mul" => Arc::from("product"),
        "div" => Arc::from("quotient"),
        "rem" => Arc::from("remainder"),
        "get" => Arc::from("member"),
        "to_number" => Arc::from("number"),
        "split" => Arc::from("parts"),
        "concat" | "format_int" | "lower" | "marshal" | "replace" | "sprintf" | "substring"
        | "template_string" | "trim" | "trim_left" | "trim_prefix" | "trim_right"
        | "trim_space" | "trim_suffix" | "upper" => Arc::from("text"),
        _ => name,
    }
}

/// Returns `true` if the term holds a reference or a comprehension (`requiresEval`).
pub(crate) fn requires_evaluation(term: &Term) -> bool {
    crate::analyze::working_ast::walk::any_term(term, &mut |term| {
        matches!(term.kind, TermKind::Ref(_) | TermKind::Comprehension(_))
    })
}
