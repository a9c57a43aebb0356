//! The variables in a part of the tree (`VarVisitor` of `ast/visit.go`).

use crate::analyze::working_ast::symbols::{VarSet, reserved};
use crate::analyze::working_ast::{Expr, ExprKind, Head, Part, Term, TermKind, With};

/// The places that a collection of variables omits.
#[expect(clippy::struct_excessive_bools, reason = "each is a place of its own, in any combination")]
#[derive(Clone, Copy, Default)]
pub(crate) struct Skip {
    /// The heads of references.
    pub(crate) reference_heads: bool,
    /// The names of called functions, and function names in `with`.
    pub(crate) call_heads: bool,
    /// The keys of objects.
    pub(crate) object_keys: bool,
    /// Comprehensions, template strings and the bodies of `every` and `not`.
    pub(crate) closures: bool,
    /// Sets.
    pub(crate) sets: bool,
}

/// A collection of all variables.
pub(crate) const ALL: Skip = Skip {
    reference_heads: false,
    call_heads: false,
    object_keys: false,
    closures: false,
    sets: false,
};

/// A collection of the variables that must be safe in an expression.
pub(crate) const SAFETY: Skip = Skip { call_heads: true, closures: true, ..ALL };

/// A collection of the variables outside of closures.
pub(crate) const CLOSED: Skip = Skip { closures: true, ..ALL };

/// A collection of the variables that a pattern can bind.
pub(crate) const PATTERN: Skip =
    Skip { reference_heads: true, object_keys: true, closures: true, ..ALL };

/// A collection of the variables in a call's operands.
pub(crate) const OPERANDS: Skip = Skip { sets: true, ..PATTERN };

/// A collection of all variables except the heads of references.
pub(crate) const OUTPUTS: Skip = Skip { reference_heads: true, ..ALL };

/// Returns the variables of `term`.
pub(crate) fn of_term(term: &Term, skip: Skip) -> VarSet {
    let mut vars = VarSet::new();
    collect_term(term, skip, &mut vars);
    vars
}

/// Returns the variables of `expr`.
pub(crate) fn of_expr(expr: &Expr, skip: Skip) -> VarSet {
    let mut vars = VarSet::new();
    collect_expr(expr, skip, &mut vars);
    vars
}

/// Returns the variables of `body`.
pub(crate) fn of_body(body: &[Expr], skip: Skip) -> VarSet {
    let mut vars = VarSet::new();
    collect_body(body, skip, &mut vars);
    vars
}

/// Returns the variables of all `terms`.
pub(crate) fn of_terms<'t>(terms: impl IntoIterator<Item = &'t Term>, skip: Skip) -> VarSet {
    let mut vars = VarSet::new();
    terms.into_iter().for_each(|term| collect_term(term, skip, &mut vars));
    vars
}

/// Returns the variables that are bound before a branch's body: `input`, `data` and the parameters.
pub(crate) fn bound_by_head(head: &Head) -> VarSet {
    let mut vars = of_terms(&head.parameters, ALL);
    vars.append(&mut reserved());
    vars
}

/// Adds the variables of `body` to `vars`.
pub(crate) fn collect_body(body: &[Expr], skip: Skip, vars: &mut VarSet) {
    for expr in body {
        collect_expr(expr, skip, vars);
    }
}

/// Adds the variables of `expr` to `vars`.
pub(crate) fn collect_expr(expr: &Expr, skip: Skip, vars: &mut VarSet) {
    match &expr.kind {
        ExprKind::Term(term) => collect_term(term, skip, vars),
        ExprKind::Call(terms) => collect_call(terms, skip, vars),
        ExprKind::Some(declared) => vars.extend(declared),
        ExprKind::SomeIn(some) => {
            let terms = some.key.iter().chain([&some.value, &some.collection]);
            terms.for_each(|term| collect_term(term, skip, vars));
        }
        ExprKind::Every(every) if skip.closures => collect_term(&every.domain, skip, vars),
        ExprKind::Every(every) => {
            let terms = every.key.iter().chain([&every.value, &every.domain]);
            terms.for_each(|term| collect_term(term, skip, vars));
            collect_body(&every.body, skip, vars);
        }
        ExprKind::Not(_) if skip.closures => {}
        ExprKind::Not(body) => collect_body(body, skip, vars),
    }
    // OPA's visitor leaves an `every` before it reaches the modifiers.
    if !(skip.closures && matches!(expr.kind, ExprKind::Every(_))) {
        expr.with.iter().for_each(|with| collect_with(with, skip, vars));
    }
}

/// Adds the variables of a modifier to `vars`.
pub(crate) fn collect_with(with: &With, skip: Skip, vars: &mut VarSet) {
    for term in [&with.target, &with.value] {
        match term.as_reference() {
            Some([_, operands @ ..]) if skip.call_heads => {
                for operand in operands {
                    collect_term(operand, skip, vars);
                }
            }
            _ => collect_term(term, skip, vars),
        }
    }
}

fn collect_call(terms: &[Term], skip: Skip, vars: &mut VarSet) {
    let Some((operator, operands)) = terms.split_first() else { return };
    match operator.as_reference() {
        Some([_, fields @ ..]) if skip.call_heads => {
            for field in fields {
                collect_term(field, skip, vars);
            }
        }
        _ => collect_term(operator, skip, vars),
    }
    for operand in operands {
        collect_term(operand, skip, vars);
    }
}

/// Adds the variables of `term` to `vars`.
pub(crate) fn collect_term(term: &Term, skip: Skip, vars: &mut VarSet) {
    match &term.kind {
        TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => {}
        TermKind::Var(var) => {
            vars.insert(*var);
        }
        TermKind::Ref(terms) => {
            let first = usize::from(skip.reference_heads);
            terms.iter().skip(first).for_each(|term| collect_term(term, skip, vars));
        }
        TermKind::Call(terms) => collect_call(terms, skip, vars),
        TermKind::Set(_) if skip.sets => {}
        TermKind::Array(terms) | TermKind::Set(terms) => {
            for term in terms {
                collect_term(term, skip, vars);
            }
        }
        TermKind::Object(pairs) => pairs.iter().for_each(|(key, value)| {
            if !skip.object_keys {
                collect_term(key, skip, vars);
            }
            collect_term(value, skip, vars);
        }),
        TermKind::Comprehension(_) | TermKind::Template(_) if skip.closures => {}
        TermKind::Comprehension(comprehension) => {
            let terms = comprehension.key.iter().chain([&comprehension.value]);
            terms.for_each(|term| collect_term(term, skip, vars));
            collect_body(&comprehension.body, skip, vars);
        }
        TermKind::Template(parts) => parts.iter().for_each(|part| {
            if let Part::Expr(expr) = part {
                collect_expr(expr, skip, vars);
            }
        }),
    }
}
