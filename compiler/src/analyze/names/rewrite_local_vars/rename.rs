//! Replaces the names in expressions and terms by the symbols of their declarations.

use super::{Rewriter, Walk};
use crate::analyze::messages;
use crate::analyze::names::scopes::Occurrence;
use crate::analyze::working_ast::print;
use crate::analyze::working_ast::symbols::INPUT;
use crate::analyze::working_ast::vars;
use crate::analyze::working_ast::walk_mut::{NodeMut, children_of_term};
use crate::analyze::working_ast::{Comprehension, Expr, ExprKind, Term, TermKind, With};
use crate::source::Span;

impl Rewriter<'_> {
    /// Rewrites the names in an expression that declares no names.
    pub(super) fn expr(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(terms) => terms.iter_mut().for_each(|term| self.term(term)),
            ExprKind::Some(_) => {}
            ExprKind::SomeIn(some) => {
                let terms = some.key.iter_mut().chain([&mut some.value, &mut some.collection]);
                terms.for_each(|term| self.term(term));
            }
            ExprKind::Every(every) => {
                let terms = every.key.iter_mut().chain([&mut every.value, &mut every.domain]);
                terms.for_each(|term| self.term(term));
                every.body.iter_mut().for_each(|expr| self.expr(expr));
            }
            ExprKind::Not(body) => body.iter_mut().for_each(|expr| self.expr(expr)),
        }
        expr.with.iter_mut().for_each(|with| self.with(with));
    }

    /// Rewrites a modifier. `with input…` replaces the document even if `input` is a variable.
    pub(super) fn with(&mut self, with: &mut With) {
        self.term(&mut with.target);
        if let Some(shadow) = self.scopes.declared(INPUT) {
            let span = with.target.span;
            match &mut with.target.kind {
                TermKind::Var(var) if *var == shadow => with.target = Term::operator(INPUT, span),
                TermKind::Ref(terms) => {
                    if let Some(head) =
                        terms.first_mut().filter(|head| head.as_var() == Some(shadow))
                    {
                        head.kind = TermKind::Var(INPUT);
                    }
                }
                _ => {}
            }
        }
        self.term(&mut with.value);
    }

    pub(super) fn term(&mut self, term: &mut Term) {
        if let Some(root) = term.as_root_document() {
            let occurrence = self.scopes.global_occurrence(root);
            if occurrence.is_some_and(|occurrence| occurrence != Occurrence::Seen)
                && let Some(variable) = self.scopes.declared(root)
            {
                term.kind = TermKind::Var(variable);
            }
            return;
        }
        let span = term.span;
        match &mut term.kind {
            TermKind::Var(var) => {
                if let Some(variable) = self.scopes.declared(*var) {
                    self.scopes.record_use(*var);
                    *var = variable;
                } else {
                    self.scopes.insert(*var, *var, Occurrence::Seen, Some(span));
                }
                return;
            }
            TermKind::Comprehension(_) if self.walk == Walk::Again => return,
            TermKind::Comprehension(comprehension) => return self.comprehension(comprehension),
            TermKind::Call(terms) => self.check_shadowed_function(terms, span),
            _ => {}
        }
        children_of_term(term, &mut |child| match child {
            NodeMut::Term(term) => self.term(term),
            NodeMut::Expr(expr) => self.expr(expr),
        });
    }

    fn check_shadowed_function(&mut self, terms: &[Term], span: Span) {
        let Some(operator) = terms.first() else { return };
        let shadowed = vars::of_term(operator, vars::ALL)
            .into_iter()
            .any(|name| self.scopes.declared(name).is_some_and(|variable| variable != name));
        if shadowed {
            let name = print::term(operator, self.symbols);
            self.errors.push(messages::function_shadowed(span, &name));
        }
    }

    pub(super) fn comprehension(&mut self, comprehension: &mut Comprehension) {
        let terms = comprehension.key.iter().chain([&comprehension.value]);
        let used = vars::of_terms(terms, vars::ALL);
        self.scopes.push();
        self.body(&mut comprehension.body, &used);
        let terms = comprehension.key.iter_mut().chain([&mut comprehension.value]);
        terms.for_each(|term| self.term(term));
        self.scopes.pop();
    }
}
