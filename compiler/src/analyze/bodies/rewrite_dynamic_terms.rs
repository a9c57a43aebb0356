//! Stage `RewriteDynamicTerms`: `count(input.x, n)` becomes `x = input.x; count(x, n)`.
//!
//! Terms that must be evaluated move out of calls, references and composites. Expressions before
//! bind them to variables.

use crate::analyze::unit::{Unit, branches};
use crate::analyze::working_ast::fresh_names;
use crate::analyze::working_ast::symbols::{EQ, Symbols};
use crate::analyze::working_ast::{Body, Expr, ExprKind, Term, TermKind, With};

/// Binds dynamic terms before their use.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let mut rewriter = Rewriter { symbols: &mut unit.symbols };
    for branch in branches(&mut unit.modules) {
        rewriter.body(&mut branch.body);
    }
}

struct Rewriter<'s> {
    symbols: &'s mut Symbols,
}

impl Rewriter<'_> {
    fn body(&mut self, body: &mut Body) {
        let mut rewritten = Body::with_capacity(body.len());
        for mut expr in std::mem::take(body) {
            self.expr(&mut expr, &mut rewritten);
            rewritten.push(expr);
        }
        *body = rewritten;
    }

    fn expr(&mut self, expr: &mut Expr, before: &mut Body) {
        let is_equation = expr.operands_of(EQ).is_some();
        let is_malformed = expr.calls(EQ) && expr.as_call().is_some_and(|terms| terms.len() < 3);
        let mut hoist = Hoist { with: &expr.with, before };
        match &mut expr.kind {
            ExprKind::Term(term) => self.operand(term, &mut hoist),
            ExprKind::Call(_) if is_malformed => {}
            ExprKind::Call(terms) => {
                for term in terms.iter_mut().skip(1) {
                    if is_equation {
                        self.operand(term, &mut hoist);
                    } else {
                        self.nested(term, &mut hoist);
                    }
                }
            }
            ExprKind::Every(every) => {
                self.nested(&mut every.domain, &mut hoist);
                self.body(&mut every.body);
            }
            ExprKind::Not(body) => self.body(body),
            ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
        }
    }

    /// Rewrites a side of an equation or a whole expression, which may be a reference or
    /// comprehension.
    fn operand(&mut self, term: &mut Term, hoist: &mut Hoist<'_>) {
        match &mut term.kind {
            TermKind::Ref(terms) => {
                terms.iter_mut().skip(1).for_each(|operand| self.nested(operand, hoist));
            }
            TermKind::Comprehension(comprehension) => self.body(&mut comprehension.body),
            _ => self.nested(term, hoist),
        }
    }

    /// Rewrites a term that must neither be nor hold a reference or comprehension.
    fn nested(&mut self, term: &mut Term, hoist: &mut Hoist<'_>) {
        match &mut term.kind {
            TermKind::Ref(terms) => {
                terms.iter_mut().skip(1).for_each(|operand| self.nested(operand, hoist));
                self.bind(term, hoist);
            }
            TermKind::Comprehension(comprehension) => {
                self.body(&mut comprehension.body);
                self.bind(term, hoist);
            }
            TermKind::Array(terms) => {
                for inner in terms.iter_mut() {
                    self.nested(inner, hoist);
                }
            }
            TermKind::Set(terms) => {
                // OPA keeps the terms of a set sorted: references come before comprehensions.
                let mut terms: Vec<&mut Term> = terms.iter_mut().collect();
                terms.sort_by_key(|term| matches!(term.kind, TermKind::Comprehension(_)));
                for inner in terms {
                    self.nested(inner, hoist);
                }
            }
            TermKind::Object(pairs) => {
                for (key, value) in pairs {
                    self.nested(key, hoist);
                    self.nested(value, hoist);
                }
            }
            _ => {}
        }
    }

    fn bind(&mut self, term: &mut Term, hoist: &mut Hoist<'_>) {
        let mut equation = fresh_names::hoist(term, self.symbols);
        equation.with = hoist.with.to_vec();
        hoist.before.push(equation);
    }
}

/// The destination of bound terms: before the expression that held them, with its modifiers.
struct Hoist<'e> {
    with: &'e [With],
    before: &'e mut Body,
}
