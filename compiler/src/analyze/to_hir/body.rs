//! Lowers bodies, expressions and terms.

use std::collections::HashMap;
use std::sync::Arc;

use crate::analyze::messages;
use crate::analyze::names::builtins;
use crate::analyze::names::rule_tree::{Function, RulePosition, RuleTree};
use crate::analyze::working_ast::print;
use crate::analyze::working_ast::symbols::{ASSIGN, DATA, EQ, INPUT, Symbols, Var};
use crate::analyze::working_ast::{
    Comprehension, Every, Expr, ExprKind, Shape, Term, TermKind, With,
};
use crate::diagnostics::Diagnostics;
use crate::hir::{self, Callee, Constant, LiteralKind};
use crate::source::Span;

/// The rules by path, and their indices.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'r> {
    /// The rules by path.
    pub(crate) tree: &'r RuleTree,
    /// The index of the rule that a definition belongs to.
    pub(crate) ids: &'r HashMap<RulePosition, hir::RuleId>,
}

impl Rules<'_> {
    /// Returns the function of the program that a reference names.
    fn function(self, terms: &[Term]) -> Option<hir::RuleId> {
        let &(_, arity) = self.tree.find(terms)?.rules.first()?;
        if arity > 0 { self.callable(terms) } else { None }
    }

    /// Returns the function or the rule without parameters that a call names.
    fn callable(self, terms: &[Term]) -> Option<hir::RuleId> {
        let &(position, _) = self.tree.find(terms)?.rules.first()?;
        self.ids.get(&position).copied()
    }
}

/// Lowers one branch.
pub(crate) struct BodyLowerer<'r> {
    /// The variables of the branch so far.
    pub(crate) variables: Vec<hir::Variable>,
    rules: Rules<'r>,
    symbols: &'r Symbols,
    errors: &'r mut Diagnostics,
    /// The symbols' variables in the enclosing bodies, innermost last.
    scopes: Vec<HashMap<Var, hir::VarId>>,
}

impl<'r> BodyLowerer<'r> {
    /// Returns a lowerer without variables.
    pub(crate) fn new(rules: Rules<'r>, symbols: &'r Symbols, errors: &'r mut Diagnostics) -> Self {
        Self { variables: Vec::new(), rules, symbols, errors, scopes: vec![HashMap::new()] }
    }

    /// Lowers the literals of a body.
    pub(crate) fn body(&mut self, body: &[Expr]) -> hir::Body {
        let is_true = |expr: &&Expr| {
            !(matches!(&expr.kind, ExprKind::Term(term) if matches!(term.kind, TermKind::Bool(true)))
                && !expr.negated
                && expr.with.is_empty())
        };
        body.iter().filter(is_true).map(|expr| self.literal(expr)).collect()
    }

    fn inner<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(HashMap::new());
        let lowered = lower(self);
        self.scopes.pop();
        lowered
    }

    fn literal(&mut self, expr: &Expr) -> hir::Literal {
        let kind = if expr.negated {
            LiteralKind::Not(self.inner(|lowerer| {
                let kind = lowerer.kind(expr);
                vec![hir::Literal { kind, with: Vec::new(), span: expr.span }]
            }))
        } else {
            self.kind(expr)
        };
        let with = expr.with.iter().filter_map(|with| self.with(with)).collect();
        hir::Literal { kind, with, span: expr.span }
    }

    fn kind(&mut self, expr: &Expr) -> LiteralKind {
        match &expr.kind {
            ExprKind::Term(term) => LiteralKind::Test(self.term(term)),
            ExprKind::Call(terms) => self.call(expr, terms),
            ExprKind::Every(every) => self.every(every),
            ExprKind::Not(body) => LiteralKind::NotBody(self.inner(|lowerer| lowerer.body(body))),
            // `rewrite_local_vars` has removed these.
            ExprKind::Some(_) | ExprKind::SomeIn(_) => truth(),
        }
    }

    fn call(&mut self, expr: &Expr, terms: &[Term]) -> LiteralKind {
        if let Some((left, right)) = expr.operands_of(EQ).or_else(|| expr.operands_of(ASSIGN)) {
            return LiteralKind::Unify(self.term(left), self.term(right));
        }
        let Some((operator, operands)) = terms.split_first() else { return truth() };
        let Some((callee, arity)) = self.callee(operator) else {
            let name = print::term(operator, self.symbols);
            self.errors.push(messages::undefined_function(expr.span, &name));
            return truth();
        };
        let (arguments, output) = operands.split_at(arity.min(operands.len()));
        let arguments = self.terms(arguments);
        let output = output.first().map(|term| self.term(term));
        LiteralKind::Call { callee, arguments, output }
    }

    fn callee(&self, operator: &Term) -> Option<(Callee, usize)> {
        match self.rules.tree.function(operator, self.symbols)? {
            // `eq` with a result is a comparison.
            Function::Builtin(builtin, arity) if builtin.name == "eq" => {
                Some((Callee::Builtin(ferrego_runtime::builtins::lookup("equal")?), arity))
            }
            Function::Builtin(builtin, arity) => Some((Callee::Builtin(builtin), arity)),
            Function::Rules(arity) => {
                Some((Callee::Function(self.rules.callable(operator.as_reference()?)?), arity))
            }
        }
    }

    fn every(&mut self, every: &Every) -> LiteralKind {
        let domain = self.term(&every.domain);
        self.inner(|lowerer| {
            let key = every.key.as_ref().and_then(|key| Some((key.as_var()?, key.span)));
            let key = key.filter(|&(key, _)| !lowerer.symbols.is_wildcard(key));
            let key = key.map(|(key, span)| lowerer.variable(key, span));
            let value = match every.value.kind {
                TermKind::Var(value) => lowerer.variable(value, every.value.span),
                _ => hir::VarId(u32::MAX),
            };
            LiteralKind::Every { key, value, domain, body: lowerer.body(&every.body) }
        })
    }

    fn variable(&mut self, var: Var, span: Span) -> hir::VarId {
        if let Some(&id) = self.scopes.iter().rev().find_map(|scope| scope.get(&var)) {
            return id;
        }
        let id = hir::VarId(u32::try_from(self.variables.len()).unwrap_or(u32::MAX));
        self.variables.push(hir::Variable {
            name: Arc::clone(self.symbols.name(var)),
            generated: self.symbols.is_generated(var),
            span,
        });
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(var, id);
        }
        id
    }

    /// Lowers the terms in order.
    pub(crate) fn terms(&mut self, terms: &[Term]) -> Vec<hir::Term> {
        terms.iter().map(|term| self.term(term)).collect()
    }

    /// Lowers a term.
    pub(crate) fn term(&mut self, term: &Term) -> hir::Term {
        if let Some(constant) = constant(term) {
            return hir::Term::Constant(constant);
        }
        match &term.kind {
            TermKind::Var(var) => hir::Term::Var(self.variable(*var, term.span)),
            TermKind::Ref(terms) => self.reference(terms, term.span),
            TermKind::Array(terms) => hir::Term::Array(self.terms(terms)),
            TermKind::Set(terms) => hir::Term::Set(self.terms(terms)),
            TermKind::Object(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| (self.term(key), self.term(value)));
                hir::Term::Object(pairs.collect())
            }
            TermKind::Comprehension(inner) => self.comprehension(inner, term.span),
            // `constant` has handled the constants, and earlier stages have removed calls and
            // templates.
            TermKind::Null
            | TermKind::Bool(_)
            | TermKind::Number(_)
            | TermKind::String(_)
            | TermKind::Call(_)
            | TermKind::Template(_) => hir::Term::Constant(Constant::Null),
        }
    }

    fn reference(&mut self, terms: &[Term], span: Span) -> hir::Term {
        let Some((head, operands)) = terms.split_first() else {
            return hir::Term::Constant(Constant::Null);
        };
        let root = match head.as_var() {
            Some(INPUT) => hir::Root::Input,
            Some(DATA) => hir::Root::Data,
            Some(var) => hir::Root::Var(self.variable(var, head.span)),
            None => return hir::Term::Constant(Constant::Null),
        };
        hir::Term::Ref(hir::Ref { root, operands: self.terms(operands), span })
    }

    fn comprehension(&mut self, inner: &Comprehension, span: Span) -> hir::Term {
        self.inner(|lowerer| {
            let body = lowerer.body(&inner.body);
            let value = lowerer.term(&inner.value);
            match (inner.shape, &inner.key) {
                (Shape::Object, Some(key)) => {
                    let key = lowerer.term(key);
                    let inner = hir::ObjectComprehension { key, value, body, span };
                    hir::Term::ObjectComprehension(Box::new(inner))
                }
                (Shape::Set, _) => {
                    hir::Term::SetComprehension(Box::new(hir::Comprehension { value, body, span }))
                }
                (Shape::Array | Shape::Object, _) => {
                    hir::Term::ArrayComprehension(Box::new(hir::Comprehension {
                        value,
                        body,
                        span,
                    }))
                }
            }
        })
    }

    fn with(&mut self, with: &With) -> Option<hir::With> {
        let target = self.target(&with.target)?;
        let function = match (&target, with.value.as_reference()) {
            (hir::WithTarget::Function(_), Some(terms)) => self.function_name(terms),
            _ => None,
        };
        let value = match function {
            Some(callee) => hir::WithValue::Function(callee),
            None => hir::WithValue::Value(self.term(&with.value)),
        };
        Some(hir::With { target, value, span: with.span })
    }

    fn function_name(&self, terms: &[Term]) -> Option<Callee> {
        match builtins::named(terms, self.symbols) {
            Some(builtin) => Some(Callee::Builtin(builtin)),
            None => self.rules.function(terms).map(Callee::Function),
        }
    }

    fn target(&mut self, target: &Term) -> Option<hir::WithTarget> {
        let terms = target.as_reference()?;
        if let Some(callee) = self.function_name(terms) {
            return Some(hir::WithTarget::Function(callee));
        }
        let (head, operands) = terms.split_first()?;
        let mut path = Vec::with_capacity(operands.len());
        for operand in operands {
            let TermKind::String(field) = &operand.kind else {
                let what = "a `with` target whose path holds more than strings is not supported";
                self.errors.push(messages::unsupported(target.span, what));
                return None;
            };
            path.push(Arc::clone(field));
        }
        match head.as_var()? {
            INPUT => Some(hir::WithTarget::Input(path)),
            DATA => Some(hir::WithTarget::Data(path)),
            _ => None,
        }
    }
}

fn truth() -> LiteralKind {
    LiteralKind::Test(hir::Term::Constant(Constant::Bool(true)))
}

/// Returns the constant that a term denotes, or `None` if a part of it is not constant.
fn constant(term: &Term) -> Option<Constant> {
    let all = |terms: &[Term]| terms.iter().map(constant).collect::<Option<Vec<_>>>();
    Some(match &term.kind {
        TermKind::Null => Constant::Null,
        TermKind::Bool(value) => Constant::Bool(*value),
        TermKind::Number(text) => Constant::Number(Arc::clone(text)),
        TermKind::String(text) => Constant::String(Arc::clone(text)),
        TermKind::Array(terms) => Constant::Array(all(terms)?),
        TermKind::Set(terms) => Constant::Set(all(terms)?),
        TermKind::Object(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| Some((constant(key)?, constant(value)?)));
            Constant::Object(pairs.collect::<Option<Vec<_>>>()?)
        }
        TermKind::Var(_)
        | TermKind::Ref(_)
        | TermKind::Call(_)
        | TermKind::Comprehension(_)
        | TermKind::Template(_) => return None,
    })
}
