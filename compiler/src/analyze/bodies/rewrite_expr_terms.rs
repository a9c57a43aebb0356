//! Stage `RewriteExprTerms`: calls inside terms become expressions of their own. They precede the
//! expression that held them, outside its `not`.

use crate::analyze::unit::{Unit, branches};
use crate::analyze::working_ast::fresh_names;
use crate::analyze::working_ast::symbols::Symbols;
use crate::analyze::working_ast::{Body, Branch, Comprehension, Expr, ExprKind, Term, TermKind};

/// Expands all branches.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let mut expander = Expander { symbols: &mut unit.symbols };
    for branch in branches(&mut unit.modules) {
        expander.branch(branch);
    }
}

struct Expander<'s> {
    symbols: &'s mut Symbols,
}

impl Expander<'_> {
    fn branch(&mut self, branch: &mut Branch) {
        let head = &mut branch.head;
        let terms = head.parameters.iter_mut().chain(&mut head.key).chain(&mut head.value);
        for term in terms {
            fresh_names::append(&mut branch.body, |body| self.term(term, body));
        }
        self.body(&mut branch.body);
    }

    fn body(&mut self, body: &mut Body) {
        let mut expanded = Body::with_capacity(body.len());
        for expr in std::mem::take(body) {
            self.expr(expr, &mut expanded);
        }
        *body = expanded;
    }

    /// Adds `expr` to `body`, after the expressions that it needs.
    fn expr(&mut self, mut expr: Expr, body: &mut Body) {
        for with in &mut expr.with {
            self.term(&mut with.value, body);
        }
        let mut support = Body::new();
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term, &mut support),
            ExprKind::Call(terms) => {
                terms.iter_mut().skip(1).for_each(|term| self.term(term, &mut support));
            }
            ExprKind::Every(every) => {
                let equation = fresh_names::hoist(&mut every.domain, self.symbols);
                self.expr(Expr { with: expr.with.clone(), ..equation }, body);
                self.body(&mut every.body);
            }
            ExprKind::Not(inner) => self.body(inner),
            ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
        }
        for extra in &mut support {
            extra.with.clone_from(&expr.with);
        }
        body.append(&mut support);
        body.push(expr);
    }

    /// Takes the calls out of `term` and adds them to `body`.
    fn term(&mut self, term: &mut Term, body: &mut Body) {
        match &mut term.kind {
            TermKind::Null
            | TermKind::Bool(_)
            | TermKind::Number(_)
            | TermKind::String(_)
            | TermKind::Var(_)
            | TermKind::Template(_) => {}
            TermKind::Call(_) => self.call(term, body),
            TermKind::Ref(terms) => self.reference(terms, body),
            TermKind::Array(terms) | TermKind::Set(terms) => {
                for term in terms.iter_mut() {
                    self.term(term, body);
                }
            }
            TermKind::Object(pairs) => {
                for (key, value) in pairs {
                    self.term(key, body);
                    self.term(value, body);
                }
            }
            TermKind::Comprehension(comprehension) => self.comprehension(comprehension),
        }
    }

    fn call(&mut self, term: &mut Term, body: &mut Body) {
        let variable = Term::var(fresh_names::variable_for(term, self.symbols), term.span);
        let TermKind::Call(terms) = &mut term.kind else { return };
        terms.iter_mut().skip(1).for_each(|operand| self.term(operand, body));
        let mut terms = std::mem::take(terms);
        terms.push(variable.clone());
        let mut expr = Expr::new(ExprKind::Call(terms), term.span);
        expr.generated = true;
        body.push(expr);
        *term = variable;
    }

    /// Expands a reference. A reference whose head is a composite or comprehension gets a variable
    /// as its head.
    fn reference(&mut self, terms: &mut [Term], body: &mut Body) {
        for term in terms.iter_mut() {
            self.term(term, body);
        }
        let Some(head) = terms.first_mut() else { return };
        if matches!(
            head.kind,
            TermKind::Array(_)
                | TermKind::Object(_)
                | TermKind::Set(_)
                | TermKind::Comprehension(_)
        ) {
            body.push(fresh_names::hoist(head, self.symbols));
        }
    }

    /// Expands a comprehension. The expressions that its key and value need become part of its
    /// body.
    fn comprehension(&mut self, comprehension: &mut Comprehension) {
        let terms = comprehension.key.iter_mut().chain([&mut comprehension.value]);
        for term in terms {
            fresh_names::append(&mut comprehension.body, |body| self.term(term, body));
        }
        self.body(&mut comprehension.body);
    }
}
