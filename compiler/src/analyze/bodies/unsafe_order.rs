//! Rewrites the bodies that OPA's safety check accepts although they use a variable before it is
//! bound (see [`CarriedOutputs`]).
//!
//! At run time, OPA uses the variable itself in place of its value. An equation waits for the
//! value, a closure takes the variable as its own, and a builtin that expects a certain type fails.
//! This stage makes that behavior explicit: afterwards, every variable is bound before its use.

use crate::analyze::bodies::check_safety_rule_bodies::closure_vars;
use crate::analyze::bodies::output_vars::{self, Arities, CarriedOutputs};
use crate::analyze::messages;
use crate::analyze::names::builtins;
use crate::analyze::names::rule_tree::{Function, RuleTree};
use crate::analyze::unit::{Unit, branches};
use crate::analyze::working_ast::closures::{Closure, closures_of_expr};
use crate::analyze::working_ast::substitute;
use crate::analyze::working_ast::symbols::{EQ, Symbols, Var, VarSet};
use crate::analyze::working_ast::vars::{self, SAFETY};
use crate::analyze::working_ast::{Body, Expr, ExprKind, Term, TermKind};
use crate::diagnostics::Diagnostics;

/// Rewrites all bodies. Returns `true` if one of them has changed.
pub(crate) fn run(unit: &mut Unit<'_>) -> bool {
    let mut reorderer = Reorderer {
        tree: &unit.tree,
        symbols: &mut unit.symbols,
        errors: &mut unit.errors,
        has_changed: false,
    };
    for branch in branches(&mut unit.modules) {
        let mut bound = Bound(vars::bound_by_head(&branch.head));
        reorderer.body(&mut branch.body, &mut bound);
    }
    reorderer.has_changed
}

struct Reorderer<'u> {
    tree: &'u RuleTree,
    symbols: &'u mut Symbols,
    errors: &'u mut Diagnostics,
    has_changed: bool,
}

/// The variables that are bound at a place.
struct Bound(VarSet);

impl Bound {
    /// Binds variables, and adds those that were not bound to `own`.
    fn bind(&mut self, vars: impl IntoIterator<Item = Var>, own: &mut Vec<Var>) {
        own.extend(vars.into_iter().filter(|&var| self.0.insert(var)));
    }

    /// Ends the scope of some variables.
    fn unbind(&mut self, own: Vec<Var>) {
        for var in own {
            self.0.remove(&var);
        }
    }
}

impl Reorderer<'_> {
    /// Rewrites a body. What it binds is not bound after it.
    fn body(&mut self, body: &mut Body, bound: &mut Bound) {
        let mut own = Vec::new();
        self.bind_body(body, bound, &mut own);
        bound.unbind(own);
    }

    fn bind_body(&mut self, body: &mut Body, bound: &mut Bound, own: &mut Vec<Var>) {
        let body_vars = vars::of_body(body, SAFETY);
        let mut ordered = Body::with_capacity(body.len());
        let mut deferred = Body::new();
        for mut expr in std::mem::take(body) {
            self.rename_closure_variables(&mut expr, &body_vars, &bound.0);
            let missing = self.missing(&expr, &bound.0);
            if !missing.is_empty() {
                self.has_changed = true;
                if is_equation(&expr) {
                    deferred.push(expr);
                    continue;
                }
                if !self.make_fail(&mut expr, &missing) {
                    self.report_unbound(&expr, bound, own);
                }
            }
            self.emit(expr, &mut ordered, bound, own);
            self.emit_deferred(&mut deferred, &mut ordered, bound, own);
        }
        for expr in deferred {
            self.report_unbound(&expr, bound, own);
        }
        *body = ordered;
    }

    fn report_unbound(&mut self, expr: &Expr, bound: &mut Bound, own: &mut Vec<Var>) {
        for var in self.missing(expr, &bound.0) {
            let name = self.symbols.name(var);
            let what = format!("variable `{name}` is used before it is bound, which OPA overlooks");
            self.errors.push(messages::unsupported(expr.span, &what));
            bound.bind([var], own);
        }
    }

    fn emit(&mut self, mut expr: Expr, ordered: &mut Body, bound: &mut Bound, own: &mut Vec<Var>) {
        closures_of_expr(&mut expr, &mut |mut closure| {
            let mut inner = Vec::new();
            if let Closure::Every(every) = &closure {
                let locals = every.key.iter().chain([&every.value]);
                bound.bind(locals.filter_map(Term::as_var), &mut inner);
            }
            self.bind_body(closure.body(), bound, &mut inner);
            bound.unbind(inner);
        });
        bound.bind(vars::of_expr(&expr, SAFETY), own);
        ordered.push(expr);
    }

    fn emit_deferred(
        &mut self,
        deferred: &mut Body,
        ordered: &mut Body,
        bound: &mut Bound,
        own: &mut Vec<Var>,
    ) {
        while let Some(index) =
            deferred.iter().position(|expr| self.missing(expr, &bound.0).is_empty())
        {
            let expr = deferred.remove(index);
            self.emit(expr, ordered, bound, own);
        }
    }

    /// Returns the variables that must be bound for `expr` and are not.
    fn missing(&self, expr: &Expr, bound: &VarSet) -> VarSet {
        let needed = vars::of_expr(expr, SAFETY);
        if needed.is_subset(bound) {
            return VarSet::new();
        }
        let arities = Arities { tree: self.tree, symbols: self.symbols };
        let outputs = output_vars::of_expr(expr, arities, bound, &mut CarriedOutputs::default());
        &(&needed - bound) - &outputs
    }

    /// Makes each variable of the body that is not bound yet the closure's own.
    fn rename_closure_variables(&mut self, expr: &mut Expr, body_vars: &VarSet, bound: &VarSet) {
        let own = &(&closure_vars(expr) & body_vars) - bound;
        self.has_changed |= !own.is_empty();
        for var in own {
            let fresh = self.symbols.rewrite(self.symbols.original(var));
            let replacement = |other| (other == var).then_some(fresh);
            closures_of_expr(expr, &mut |closure| substitute::closure(closure, &replacement));
        }
    }

    /// Makes an expression with unbound operands fail as it does in OPA. Returns `false` if this
    /// behavior cannot be expressed.
    fn make_fail(&self, expr: &mut Expr, missing: &VarSet) -> bool {
        if expr.negated {
            return false;
        }
        match &mut expr.kind {
            ExprKind::Call(terms) => self.make_call_fail(terms, missing),
            ExprKind::Every(every) if every.domain.as_var().is_some() => {
                // `evalEvery` fails if the domain is not a collection.
                expr.kind = ExprKind::Term(Term::new(TermKind::Bool(false), expr.span));
                true
            }
            _ => false,
        }
    }

    /// Replaces unbound operands by values that the builtin rejects. Returns `false` if one of them
    /// has no such value.
    fn make_call_fail(&self, terms: &mut [Term], missing: &VarSet) -> bool {
        let Some((operator, operands)) = terms.split_first_mut() else { return false };
        let Some(Function::Builtin(builtin, _)) = self.tree.function(operator, self.symbols) else {
            return false;
        };
        let mut replaced = VarSet::new();
        for (operand, parameter) in operands.iter_mut().zip(builtins::parameters(builtin)) {
            let Some(var) = operand.as_var().filter(|var| missing.contains(var)) else { continue };
            operand.kind = match parameter {
                "any" => return false,
                _ if !parameter.contains("null") => TermKind::Null,
                _ if !parameter.contains("array") => TermKind::Array(Vec::new()),
                _ => return false,
            };
            replaced.insert(var);
        }
        replaced == *missing
    }
}

/// Returns `true` if `expr` is an equation that may move.
fn is_equation(expr: &Expr) -> bool {
    expr.operands_of(EQ).is_some() && !expr.negated && expr.with.is_empty()
}
