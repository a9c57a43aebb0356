//! Builds the working tree from the syntax tree, in the structure that OPA's parser gives it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analyze::working_ast::equality;
use crate::analyze::working_ast::fresh_names::builtin_operator;
use crate::analyze::working_ast::symbols::{ASSIGN, DATA, EQ, INPUT, Symbols, Var};
use crate::analyze::working_ast::{
    Body, Branch, Comprehension, Every, Expr, ExprKind, Head, Import, Module, Part, Rule, Shape,
    SomeIn, Term, TermKind, With,
};
use crate::ast;
use crate::source::{Source, Span};

/// Returns the working tree of a module.
pub(crate) fn module(source: &Source, module: &ast::Module, symbols: &mut Symbols) -> Module {
    let mut builder = Builder { symbols, negates_bodies: module.negates_bodies() };
    let rules = module.rules.iter().flat_map(|rule| builder.rule(rule)).collect();
    Module {
        name: Arc::clone(&source.name),
        version: module.version,
        package: module.package.path.clone(),
        package_span: module.package.span,
        imports: module.imports.iter().map(import).collect(),
        rules,
        comments: module.comments.clone(),
    }
}

fn import(import: &ast::Import) -> Import {
    Import {
        path: import.path.clone(),
        alias: import.alias.as_ref().map(|name| Arc::clone(&name.text)),
        span: import.span,
    }
}

struct Builder<'s> {
    symbols: &'s mut Symbols,
    negates_bodies: bool,
}

impl Builder<'_> {
    /// Builds one rule per body.
    fn rule(&mut self, rule: &ast::Rule) -> Vec<Rule> {
        let head = self.head(&rule.head);
        let first = rule
            .bodies
            .first()
            .map_or_else(|| vec![Expr::truth(rule.head.span)], |body| self.body(body));
        let mut branches = vec![Branch { head: head.clone(), body: first, span: rule.span }];
        for branch in &rule.branches {
            branches.push(self.else_branch(&head, branch));
        }
        let mut rules = vec![Rule { default: rule.default, branches, span: rule.span }];
        for body in rule.bodies.iter().skip(1) {
            let branch =
                Branch { head: self.head(&rule.head), body: self.body(body), span: body.span };
            rules.push(Rule { default: rule.default, branches: vec![branch], span: body.span });
        }
        rules
    }

    fn else_branch(&mut self, head: &Head, branch: &ast::Else) -> Branch {
        let value = self.value(branch.value.as_ref(), branch.span);
        let head = Head { value: Some(value), span: branch.span, ..head.clone() };
        let body = branch
            .body
            .as_ref()
            .map_or_else(|| vec![Expr::truth(branch.span)], |body| self.body(body));
        Branch { head, body, span: branch.span }
    }

    fn head(&mut self, head: &ast::Head) -> Head {
        let name = &head.reference.name;
        let mut reference = vec![Term::var(self.symbols.named(&name.text), name.span)];
        for operand in &head.reference.operands {
            reference.push(self.operand(operand));
        }
        let mut built =
            Head { reference, parameters: Vec::new(), key: None, value: None, span: head.span };
        match &head.kind {
            ast::HeadKind::Value(value) => {
                built.value = Some(self.value(value.as_ref(), head.span));
            }
            ast::HeadKind::Function { parameters, value } => {
                built.parameters = self.terms(parameters);
                built.value = Some(self.value(value.as_ref(), head.span));
            }
            ast::HeadKind::Set { key, .. } => built.key = Some(self.term(key)),
        }
        built
    }

    fn value(&mut self, value: Option<&ast::Assigned>, span: Span) -> Term {
        value.map_or_else(
            || Term::new(TermKind::Bool(true), span),
            |assigned| self.term(&assigned.term),
        )
    }

    fn body(&mut self, body: &ast::Body) -> Body {
        body.literals.iter().map(|literal| self.literal(literal)).collect()
    }

    fn literal(&mut self, literal: &ast::Literal) -> Expr {
        let mut expr = self.expr(&literal.kind, literal.span);
        expr.with = literal.with.iter().map(|with| self.with(with)).collect();
        expr
    }

    fn expr(&mut self, kind: &ast::LiteralKind, span: Span) -> Expr {
        let kind = match kind {
            ast::LiteralKind::Term(term) => self.term_expr(term),
            ast::LiteralKind::Unify(left, right) => self.binary(EQ, left, right, span),
            ast::LiteralKind::Assign(left, right) => self.binary(ASSIGN, left, right, span),
            ast::LiteralKind::Not(inner) => {
                let mut expr = self.expr(inner, span);
                if !self.negates_bodies {
                    expr.negated = true;
                    return expr;
                }
                let kind = ExprKind::Not(vec![expr]);
                return Expr { implicit: true, ..Expr::new(kind, span) };
            }
            ast::LiteralKind::NotBody(body) => ExprKind::Not(self.body(body)),
            ast::LiteralKind::Logical(logical) => self.logical(logical, span),
            ast::LiteralKind::Some(names) => {
                ExprKind::Some(names.iter().map(|name| self.name(&name.text)).collect())
            }
            ast::LiteralKind::SomeIn { key, value, collection } => {
                ExprKind::SomeIn(Box::new(SomeIn {
                    key: key.as_ref().map(|key| self.term(key)),
                    value: self.term(value),
                    collection: self.term(collection),
                }))
            }
            ast::LiteralKind::Every { key, value, domain, body } => {
                ExprKind::Every(Box::new(Every {
                    key: key.as_ref().map(|key| Term::var(self.name(&key.text), key.span)),
                    value: Term::var(self.name(&value.text), value.span),
                    domain: self.term(domain),
                    body: self.body(body),
                }))
            }
        };
        Expr::new(kind, span)
    }

    /// Returns the form of `and` and `or` with negations only. `a or b` becomes
    /// `not { not { a }; not { b } }`. `a and b` becomes
    /// `not { not { not { not { a } }; not { not { b } } } }`.
    ///
    /// The operands are evaluated in order until one decides, and bind nothing outside of
    /// themselves. A chain of one connective has one negation around all of its operands.
    fn logical(&mut self, logical: &ast::Logical, span: Span) -> ExprKind {
        let not = |body| Expr::new(ExprKind::Not(body), span);
        let operands = chain(logical).into_iter().map(|operand| {
            let body = self.body(&operand.body);
            Expr { implicit: !operand.braces, ..not(body) }
        });
        match logical.connective {
            ast::Connective::Or => ExprKind::Not(operands.collect()),
            ast::Connective::And => {
                ExprKind::Not(vec![not(operands.map(|operand| not(vec![operand])).collect())])
            }
        }
    }

    fn term_expr(&mut self, term: &ast::Term) -> ExprKind {
        let term = self.term(term);
        match term.kind {
            TermKind::Call(terms) => ExprKind::Call(terms),
            _ => ExprKind::Term(term),
        }
    }

    fn binary(
        &mut self,
        operator: Var,
        left: &ast::Term,
        right: &ast::Term,
        span: Span,
    ) -> ExprKind {
        ExprKind::Call(vec![Term::operator(operator, span), self.term(left), self.term(right)])
    }

    fn with(&mut self, with: &ast::With) -> With {
        With { target: self.term(&with.target), value: self.term(&with.value), span: with.span }
    }

    fn name(&mut self, name: &str) -> Var {
        if name == "_" { self.symbols.wildcard() } else { self.symbols.named(name) }
    }

    fn terms(&mut self, terms: &[ast::Term]) -> Vec<Term> {
        terms.iter().map(|term| self.term(term)).collect()
    }

    fn term(&mut self, term: &ast::Term) -> Term {
        let span = term.span;
        let kind = match &term.kind {
            ast::TermKind::Null => TermKind::Null,
            ast::TermKind::Bool(value) => TermKind::Bool(*value),
            ast::TermKind::Number(text) => TermKind::Number(Arc::clone(text)),
            ast::TermKind::String(text) => TermKind::String(Arc::clone(text)),
            ast::TermKind::Template(parts) => self.template(parts, span),
            ast::TermKind::Var(name) => self.variable(name, span),
            ast::TermKind::Ref(reference) => self.reference(reference),
            ast::TermKind::Call(call) => self.call(call),
            ast::TermKind::Array(terms) => TermKind::Array(self.terms(terms)),
            ast::TermKind::Object(pairs) => self.object(pairs),
            ast::TermKind::Set(terms) => TermKind::Set(self.terms(terms)),
            ast::TermKind::ArrayComprehension(inner) => self.comprehension(Shape::Array, inner),
            ast::TermKind::SetComprehension(inner) => self.comprehension(Shape::Set, inner),
            ast::TermKind::ObjectComprehension(inner) => self.object_comprehension(inner),
            ast::TermKind::Infix(infix) => self.infix(infix),
            ast::TermKind::Negative(inner) => self.negative(inner, span),
            ast::TermKind::In(membership) => self.membership(membership, span),
        };
        Term::new(kind, span)
    }

    /// Returns the term for a name. `input` and `data` are references even without operands.
    fn variable(&mut self, name: &str, span: Span) -> TermKind {
        let var = self.name(name);
        match var {
            INPUT | DATA => TermKind::Ref(vec![Term::var(var, span)]),
            _ => TermKind::Var(var),
        }
    }

    fn head_term(&mut self, head: &ast::Term) -> Term {
        match &head.kind {
            ast::TermKind::Var(name) => Term::var(self.name(name), head.span),
            _ => self.term(head),
        }
    }

    fn reference(&mut self, reference: &ast::Ref) -> TermKind {
        let mut terms = vec![self.head_term(&reference.head)];
        for operand in &reference.operands {
            terms.push(self.operand(operand));
        }
        TermKind::Ref(terms)
    }

    fn operand(&mut self, operand: &ast::Operand) -> Term {
        match operand {
            ast::Operand::Field(name) => Term::string(&name.text, name.span),
            ast::Operand::Index(term) => self.term(term),
        }
    }

    fn call(&mut self, call: &ast::Call) -> TermKind {
        let function = self.head_term(&call.function);
        let operator = match function.kind {
            TermKind::Ref(_) => function,
            _ => Term::new(TermKind::Ref(vec![function]), call.function.span),
        };
        let mut terms = vec![operator];
        terms.extend(self.terms(&call.arguments));
        TermKind::Call(terms)
    }

    fn infix(&mut self, infix: &ast::Infix) -> TermKind {
        let operator =
            builtin_operator(infix.operator.builtin(), infix.operator_span, self.symbols);
        TermKind::Call(vec![operator, self.term(&infix.left), self.term(&infix.right)])
    }

    /// Returns the call for `-x`, which is `0 - x`.
    fn negative(&mut self, inner: &ast::Term, span: Span) -> TermKind {
        let operator = builtin_operator(ast::Operator::Minus.builtin(), span, self.symbols);
        let zero = Term::new(TermKind::Number(Arc::from("0")), span);
        TermKind::Call(vec![operator, zero, self.term(inner)])
    }

    fn membership(&mut self, membership: &ast::Membership, span: Span) -> TermKind {
        let key = membership.key.as_ref().map(|key| self.term(key));
        let name = if key.is_some() { "internal.member_3" } else { "internal.member_2" };
        let mut terms = vec![builtin_operator(name, span, self.symbols)];
        terms.extend(key);
        terms.push(self.term(&membership.value));
        terms.push(self.term(&membership.collection));
        TermKind::Call(terms)
    }

    fn comprehension(&mut self, shape: Shape, inner: &ast::Comprehension) -> TermKind {
        let value = self.term(&inner.value);
        let body = self.body(&inner.body);
        TermKind::Comprehension(Box::new(Comprehension { shape, key: None, value, body }))
    }

    fn object_comprehension(&mut self, inner: &ast::ObjectComprehension) -> TermKind {
        let key = Some(self.term(&inner.key));
        let value = self.term(&inner.value);
        let body = self.body(&inner.body);
        let shape = Shape::Object;
        TermKind::Comprehension(Box::new(Comprehension { shape, key, value, body }))
    }

    /// Returns an object. If all keys are strings, the pairs are in OPA's order, by key, and the
    /// last of several equal keys counts. Otherwise see [`without_duplicates`].
    fn object(&mut self, pairs: &[(ast::Term, ast::Term)]) -> TermKind {
        let pairs = pairs.iter().map(|(key, value)| (self.term(key), self.term(value)));
        let pairs: Vec<(Term, Term)> = pairs.collect();
        if !pairs.iter().all(|(key, _)| matches!(key.kind, TermKind::String(_))) {
            return TermKind::Object(without_duplicates(pairs));
        }
        let mut sorted = BTreeMap::new();
        for (key, value) in pairs {
            if let TermKind::String(text) = &key.kind {
                sorted.insert(Arc::clone(text), (key, value));
            }
        }
        TermKind::Object(sorted.into_values().collect())
    }

    fn part(&mut self, term: &ast::Term, with: &[ast::With]) -> Expr {
        let mut expr = Expr::new(self.term_expr(term), term.span);
        expr.with = with.iter().map(|with| self.with(with)).collect();
        expr
    }

    fn template(&mut self, parts: &[ast::TemplatePart], span: Span) -> TermKind {
        let parts = parts.iter().map(|part| match part {
            ast::TemplatePart::Text(text) => Part::Text(Term::string(text, span)),
            ast::TemplatePart::Term(term) => Part::Expr(self.part(term, &[])),
            ast::TemplatePart::With(term, with) => Part::Expr(self.part(term, with)),
        });
        TermKind::Template(parts.collect())
    }
}

/// Returns the operands of a chain of one connective, which associates to the left.
fn chain(logical: &ast::Logical) -> Vec<&ast::LogicalOperand> {
    let mut operands = vec![&logical.right];
    let mut left = &logical.left;
    while let ([ast::Literal { kind: ast::LiteralKind::Logical(inner), with, .. }], false) =
        (&left.body.literals[..], left.braces)
        && with.is_empty()
        && inner.connective == logical.connective
    {
        operands.push(&inner.right);
        left = &inner.left;
    }
    operands.push(left);
    operands.reverse();
    operands
}

/// Removes duplicate keys and orders the rest. Of keys written alike, the first stays, with the
/// last of their values, as in OPA's objects of terms. Keys may also turn out equal only in
/// evaluation. Then the last in the order of terms counts: a variable comes after the constants.
fn without_duplicates(pairs: Vec<(Term, Term)>) -> Vec<(Term, Term)> {
    let mut distinct: Vec<(Term, Term)> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        match distinct.iter_mut().find(|(earlier, _)| equality::term(earlier, &key)) {
            Some(earlier) => earlier.1 = value,
            None => distinct.push((key, value)),
        }
    }
    distinct.sort_by_key(|(key, _)| rank(key));
    distinct
}

/// Returns the rank of a key among terms of other kinds. A term that must be evaluated ranks as the
/// variable that it becomes.
fn rank(key: &Term) -> u8 {
    match key.kind {
        TermKind::Null => 0,
        TermKind::Bool(_) => 1,
        TermKind::Number(_) => 2,
        TermKind::String(_) => 3,
        TermKind::Array(_) => 5,
        TermKind::Object(_) => 6,
        TermKind::Set(_) => 7,
        _ => 4,
    }
}
