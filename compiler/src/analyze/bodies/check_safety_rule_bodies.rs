//! Stage `CheckSafetyRuleBodies`: every variable must be bound, and bodies are reordered so that
//! each variable is bound before it is needed (`reorderBodyForSafety`).

use std::collections::BTreeMap;

use crate::analyze::bodies::output_vars::{self, Arities, CarriedOutputs};
use crate::analyze::messages;
use crate::analyze::unit::{Unit, branches};
use crate::analyze::working_ast::closures::{Closure, closures_of_expr};
use crate::analyze::working_ast::symbols::{EQ, Symbols, Var, VarSet, reserved};
use crate::analyze::working_ast::vars::{self, SAFETY};
use crate::analyze::working_ast::walk::{Descend, Node, walk};
use crate::analyze::working_ast::{Body, Comprehension, Expr, ExprKind, Term, TermKind};
use crate::diagnostics::Diagnostics;
use crate::source::Span;

/// Checks and orders all bodies.
pub(crate) fn run(unit: &mut Unit<'_>) {
    for branch in branches(&mut unit.modules) {
        let safe = vars::bound_by_head(&branch.head);
        let arities = Arities { tree: &unit.tree, symbols: &unit.symbols };
        let mut checker = Checker { arities, unsafe_vars: Vec::new() };
        checker.body(&mut branch.body, &safe);
        report(&checker.unsafe_vars, &unit.symbols, &mut unit.errors);
    }
}

/// The variables that an expression leaves unsafe.
type Unsafe = (Span, VarSet);

struct Checker<'u> {
    arities: Arities<'u>,
    unsafe_vars: Vec<Unsafe>,
}

/// An expression that waits for its place in the new order.
struct Pending {
    expr: Expr,
    unsafe_vars: VarSet,
    closed_over: VarSet,
}

impl Checker<'_> {
    /// Orders a body, and then the bodies inside it.
    fn body(&mut self, body: &mut Body, globals: &VarSet) {
        self.reorder(body, globals);
        let mut known = globals.clone();
        for expr in body.iter_mut() {
            self.closures(expr, &mut known);
            self.collect_required(expr, &mut known);
        }
    }

    /// Orders the expressions: each becomes part of the order as soon as it is safe, in rounds over
    /// the rest.
    fn reorder(&mut self, body: &mut Body, globals: &VarSet) {
        let mut body_vars = VarSet::new();
        for expr in body.iter() {
            self.collect_required(expr, &mut body_vars);
        }
        let mut safe: VarSet = &body_vars & globals;
        let mut pending: Vec<Pending> = std::mem::take(body)
            .into_iter()
            .map(|expr| {
                let mut unsafe_vars = VarSet::new();
                self.collect_required(&expr, &mut unsafe_vars);
                unsafe_vars.retain(|var| !safe.contains(var));
                let closed_over = &(&closure_vars(&expr) & &body_vars) - globals;
                Pending { expr, unsafe_vars, closed_over }
            })
            .collect();
        let mut carried = CarriedOutputs::default();
        loop {
            let before = pending.len();
            let mut rest = Vec::with_capacity(before);
            for mut next in pending {
                if self.is_safe(&mut next, &mut safe, &mut carried) {
                    body.push(next.expr);
                } else {
                    rest.push(next);
                }
            }
            pending = rest;
            if pending.len() == before || pending.is_empty() {
                break;
            }
        }
        let unsafe_vars = pending.into_iter().map(|next| (next.expr.span, next.unsafe_vars));
        self.unsafe_vars.extend(unsafe_vars);
    }

    /// Adds the variables of an expression that the enclosing body must bind. These are the
    /// variables outside of closures, and the variables that a body without braces does not bind
    /// itself (`promoteUnsafeOperandBodyVars`).
    fn collect_required(&self, expr: &Expr, vars: &mut VarSet) {
        vars::collect_expr(expr, SAFETY, vars);
        if let (ExprKind::Not(body), true) = (&expr.kind, expr.implicit) {
            vars.append(&mut self.unbound_in(body));
        }
    }

    /// Returns the variables of a body without braces that are not both bound and used inside of it
    /// (`unsafeImplicitBodyVars`). Such a body has several expressions if calls were taken out of
    /// its single expression.
    fn unbound_in(&self, body: &[Expr]) -> VarSet {
        let mut uses: BTreeMap<Var, usize> = BTreeMap::new();
        for expr in body {
            for var in vars::of_expr(expr, SAFETY) {
                *uses.entry(var).or_default() += 1;
            }
        }
        if body.len() == 1 {
            return uses.into_keys().collect();
        }
        let bound = self.bound_in(body, uses.keys().copied().collect());
        let unbound = uses.into_iter().filter(|(var, uses)| *uses == 1 || !bound.contains(var));
        unbound.map(|(var, _)| var).collect()
    }

    /// Returns the variables of `all` that equations and results of calls in `body` bind.
    fn bound_in(&self, body: &[Expr], all: VarSet) -> VarSet {
        let mut safe = all;
        safe.append(&mut reserved());
        for (left, right) in body.iter().filter_map(|expr| expr.operands_of(EQ)) {
            for side in [left, right].into_iter().filter_map(Term::as_var) {
                safe.remove(&side);
            }
        }
        let mut bound = VarSet::new();
        loop {
            let before = bound.len();
            for expr in body.iter().filter(|expr| expr.calls(EQ)) {
                let outputs = output_vars::of_equation(expr, &safe, &mut CarriedOutputs::default());
                safe.extend(&outputs);
                bound.extend(outputs);
            }
            if bound.len() == before {
                break;
            }
        }
        for expr in body.iter().filter(|expr| !expr.calls(EQ)) {
            let results = self.arities.results(expr);
            bound.append(&mut vars::of_terms(results, vars::OPERANDS));
        }
        bound
    }

    /// Returns `true` if `next` can be evaluated now, and makes its outputs safe.
    fn is_safe(&self, next: &mut Pending, safe: &mut VarSet, carried: &mut CarriedOutputs) -> bool {
        let outputs = output_vars::of_expr(&next.expr, self.arities, safe, carried);
        if !next.closed_over.is_empty() {
            // An expression must not close over exactly the variables that it binds itself.
            if next.closed_over == outputs {
                return false;
            }
            next.unsafe_vars.clone_from(&next.closed_over);
        }
        next.unsafe_vars.retain(|var| !outputs.contains(var) && !safe.contains(var));
        if next.unsafe_vars.is_empty() {
            safe.extend(outputs);
        }
        next.unsafe_vars.is_empty()
    }

    fn closures(&mut self, expr: &mut Expr, known: &mut VarSet) {
        let span = expr.span;
        closures_of_expr(expr, &mut |closure| match closure {
            Closure::Comprehension(comprehension) => self.comprehension(comprehension, span, known),
            Closure::Every(every) => {
                let locals = every.key.iter().chain([&every.value]);
                known.extend(vars::of_terms(locals, vars::ALL));
                self.body(&mut every.body, known);
            }
            Closure::Not(body) => self.body(body, known),
        });
    }

    fn comprehension(&mut self, comprehension: &mut Comprehension, span: Span, known: &VarSet) {
        let terms = comprehension.key.iter().chain([&comprehension.value]);
        let mut missing = vars::of_terms(terms, vars::ALL);
        let mut inner = VarSet::new();
        for expr in &comprehension.body {
            self.collect_required(expr, &mut inner);
        }
        missing.retain(|var| !inner.contains(var) && !known.contains(var));
        if !missing.is_empty() {
            self.unsafe_vars.push((span, missing));
        }
        self.body(&mut comprehension.body, known);
    }
}

/// Returns the variables inside the closures of an expression (`unsafeVarsInClosures`). The domain
/// of an `every` counts as outside. So if the body closes over any variable, OPA does not wait for
/// the domain.
pub(crate) fn closure_vars(expr: &Expr) -> VarSet {
    let mut inner = VarSet::new();
    walk(Node::Expr(expr), &mut |node| match node {
        Node::Expr(Expr { kind: ExprKind::Every(every), .. }) => {
            vars::collect_body(&every.body, vars::ALL, &mut inner);
            Descend::No
        }
        Node::Expr(Expr { kind: ExprKind::Not(body), .. }) => {
            vars::collect_body(body, vars::ALL, &mut inner);
            Descend::No
        }
        Node::Term(term) if matches!(term.kind, TermKind::Comprehension(_)) => {
            vars::collect_term(term, vars::ALL, &mut inner);
            Descend::No
        }
        _ => Descend::Yes,
    });
    inner
}

/// Reports the unsafe variables of a rule, each once, at its first occurrence. If only generated
/// variables are unsafe, the expressions are reported.
fn report(unsafe_vars: &[Unsafe], symbols: &Symbols, errors: &mut Diagnostics) {
    let mut places: BTreeMap<Var, Span> = BTreeMap::new();
    for (span, names) in unsafe_vars {
        for &name in names.iter().filter(|&&name| !symbols.is_generated(name)) {
            let place = places.entry(symbols.original(name)).or_insert(*span);
            if span.start < place.start {
                *place = *span;
            }
        }
    }
    let mut places: Vec<(Span, Var)> = places.into_iter().map(|(var, span)| (span, var)).collect();
    places.sort_by_key(|(span, _)| span.start);
    for (span, var) in &places {
        errors.push(messages::unsafe_variable(*span, symbols.name(*var)));
    }
    if places.is_empty() {
        report_expressions(unsafe_vars, errors);
    }
}

fn report_expressions(unsafe_vars: &[Unsafe], errors: &mut Diagnostics) {
    let mut sorted: Vec<&Unsafe> = unsafe_vars.iter().collect();
    sorted.sort_by_key(|(span, _)| span.start);
    let mut seen = VarSet::new();
    for (span, names) in sorted {
        let before = seen.len();
        seen.extend(names);
        if seen.len() > before {
            errors.push(messages::unsafe_expression(*span));
        }
    }
}
