//! Stage `RewriteTemplateStrings`: `$"a {x}"` becomes `internal.template_string(["a", {x}])`, and
//! `$"a {f(x)}"` becomes `internal.template_string(["a", {v | v = f(x)}])`.

use std::sync::Arc;

use crate::analyze::bodies::output_vars::{self, Arities};
use crate::analyze::messages;
use crate::analyze::names::builtins;
use crate::analyze::names::rule_tree::RuleTree;
use crate::analyze::unit::{Unit, branches};
use crate::analyze::working_ast::fresh_names;
use crate::analyze::working_ast::symbols::{Symbols, VarSet};
use crate::analyze::working_ast::vars::{self, SAFETY};
use crate::analyze::working_ast::walk_mut::{NodeMut, children_of_term};
use crate::analyze::working_ast::{Body, Branch, Expr, ExprKind, Part, Term, TermKind};
use crate::diagnostics::Diagnostics;
use ferrego_runtime::builtins::Kind;

/// Rewrites all template strings.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let mut rewriter =
        Rewriter { tree: &unit.tree, symbols: &mut unit.symbols, errors: &mut unit.errors };
    for branch in branches(&mut unit.modules) {
        rewriter.branch(branch);
    }
}

struct Rewriter<'u> {
    tree: &'u RuleTree,
    symbols: &'u mut Symbols,
    errors: &'u mut Diagnostics,
}

impl Rewriter<'_> {
    fn branch(&mut self, branch: &mut Branch) {
        let safe = vars::bound_by_head(&branch.head);
        let safe = self.body(&mut branch.body, &safe);
        let head = &mut branch.head;
        let operands = head.reference.iter_mut().skip(1);
        let terms =
            operands.chain(&mut head.parameters).chain(&mut head.key).chain(&mut head.value);
        terms.for_each(|term| self.term(term, &safe));
    }

    /// Rewrites a body, and returns the variables that are bound in it.
    fn body(&mut self, body: &mut Body, outer: &VarSet) -> VarSet {
        let arities = Arities { tree: self.tree, symbols: self.symbols };
        let mut safe = output_vars::of_body(body.iter(), arities, outer);
        safe.extend(outer);
        for expr in body.iter_mut() {
            self.expr(expr, &safe);
        }
        safe
    }

    fn expr(&mut self, expr: &mut Expr, safe: &VarSet) {
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term, safe),
            ExprKind::Call(terms) => terms.iter_mut().for_each(|term| self.term(term, safe)),
            ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
            ExprKind::Every(every) => {
                self.term(&mut every.domain, safe);
                let locals = every.key.iter().chain([&every.value]).filter_map(Term::as_var);
                let inner = safe.iter().copied().chain(locals).collect();
                self.body(&mut every.body, &inner);
            }
            ExprKind::Not(body) => {
                self.body(body, safe);
            }
        }
        for with in &mut expr.with {
            self.term(&mut with.target, safe);
            self.term(&mut with.value, safe);
        }
        // A template string that is a whole expression has become a call.
        if let ExprKind::Term(Term { kind: TermKind::Call(terms), .. }) = &mut expr.kind {
            expr.kind = ExprKind::Call(std::mem::take(terms));
        }
    }

    fn term(&mut self, term: &mut Term, safe: &VarSet) {
        match &mut term.kind {
            TermKind::Comprehension(comprehension) => {
                let inner = self.body(&mut comprehension.body, safe);
                let terms = comprehension.key.iter_mut().chain([&mut comprehension.value]);
                terms.for_each(|term| self.term(term, &inner));
            }
            TermKind::Template(_) => self.template(term, safe),
            _ => children_of_term(term, &mut |child| match child {
                NodeMut::Term(term) => self.term(term, safe),
                NodeMut::Expr(expr) => self.expr(expr, safe),
            }),
        }
    }

    fn template(&mut self, template: &mut Term, safe: &VarSet) {
        let span = template.span;
        let TermKind::Template(parts) = &mut template.kind else { return };
        let mut terms = Vec::with_capacity(parts.len());
        for part in std::mem::take(parts) {
            terms.extend(match part {
                Part::Text(term) => Some(term),
                Part::Expr(expr) => self.part(expr, safe),
            });
        }
        if terms.is_empty() {
            terms.push(Term::new(TermKind::String(Arc::from("")), span));
        }
        let operator =
            fresh_names::builtin_operator("internal.template_string", span, self.symbols);
        template.kind = TermKind::Call(vec![operator, Term::new(TermKind::Array(terms), span)]);
    }

    /// Rewrites an expression of a template string to the set of its values, which has at most one
    /// member.
    fn part(&mut self, mut expr: Expr, safe: &VarSet) -> Option<Term> {
        if let Some(name) = self.relation(&expr) {
            self.errors.push(messages::relation_in_template(expr.span, name));
            return None;
        }
        self.expr(&mut expr, safe);
        let span = expr.span;
        let term = match expr.kind {
            ExprKind::Term(term) => term,
            ExprKind::Call(terms) => Term::new(TermKind::Call(terms), span),
            _ => return None,
        };
        // OPA leaves a variable to the safety check, which finds the expression that binds it.
        if term.as_var().is_some() {
            return Some(Term::new(TermKind::Set(vec![term]), span));
        }
        for var in vars::of_term(&term, SAFETY).difference(safe) {
            let name = self.symbols.name(*var);
            self.errors.push(messages::undeclared(span, name));
        }
        Some(fresh_names::set_of(term, "part", expr.with, self.symbols))
    }

    fn relation(&self, expr: &Expr) -> Option<&'static str> {
        let operator = expr.as_call()?.first()?;
        let builtin = builtins::named(operator.as_reference()?, self.symbols)?;
        matches!(builtin.kind, Kind::Relation).then_some(builtin.name)
    }
}
