//! Literals.

use super::{At, BuiltinCall, Comparison, Fallback, Flow, Scope};
use crate::hir::{self, Body, Callee, Constant, Literal, LiteralKind, Term};
use crate::lints::shapes::{Alternative, Origin, Shape};
use crate::source::Span;

impl<'p> Flow<'p, '_> {
    pub(super) fn body(&mut self, scope: &mut Scope, body: &'p Body) {
        for literal in body {
            self.budget = self.budget.saturating_sub(1);
            self.literal(scope, literal);
        }
    }

    /// Visits a body that may have no solution although the definition holds.
    pub(super) fn inner_body(&mut self, scope: &mut Scope, body: &'p Body) {
        let before = scope.reports;
        let must_have_member = std::mem::take(&mut scope.must_have_member);
        if let Some(circumstances) = &mut scope.reports {
            circumstances.required &= must_have_member;
        }
        self.body(scope, body);
        scope.reports = before;
    }

    fn literal(&mut self, scope: &mut Scope, literal: &'p Literal) {
        for with in &literal.with {
            if let hir::WithValue::Value(value) = &with.value {
                self.term(scope, value);
            }
            if let hir::WithTarget::Input(path) = &with.target {
                self.replaced_field(scope, path, with.span);
            }
        }
        let documents = self.documents;
        self.documents = documents.under(&literal.with);
        self.kind(scope, literal);
        self.documents = documents;
    }

    /// Steps to the field of the input that a `with` replaces.
    fn replaced_field(&mut self, scope: &mut Scope, path: &[std::sync::Arc<str>], with: Span) {
        let before = scope.reports;
        if let Some(circumstances) = &mut scope.reports {
            circumstances.required = false;
        }
        let mut from = self.documents.input;
        for name in path {
            from = self.named(scope, from, name, At::Domain(with));
        }
        scope.reports = before;
    }

    fn kind(&mut self, scope: &mut Scope, literal: &'p Literal) {
        match &literal.kind {
            LiteralKind::Test(term) => {
                self.term(scope, term);
            }
            LiteralKind::Unify(left, right) => self.unify(scope, left, right, literal.span),
            LiteralKind::Call { callee, arguments, output } => {
                let value = match callee {
                    Callee::Function(id) => self.function(scope, *id, arguments, literal.span),
                    Callee::Builtin(builtin) => {
                        self.builtin(scope, builtin, arguments, literal.span)
                    }
                };
                if let Some(output) = output {
                    self.output(scope, output, value);
                }
            }
            LiteralKind::Not(inner) | LiteralKind::NotBody(inner) => self.inner_body(scope, inner),
            LiteralKind::Every { key, value, domain, body } => {
                let domain = self.term(scope, domain);
                let each = self.all(scope, domain, At::Domain(literal.span));
                if let Some(key) = key {
                    self.bind(scope, &Term::Var(*key), each.0);
                }
                self.bind(scope, &Term::Var(*value), each.1);
                self.inner_body(scope, body);
            }
        }
    }

    fn unify(&mut self, scope: &mut Scope, left: &'p Term, right: &'p Term, span: Span) {
        if is_open(scope, left) {
            scope.must_have_member = matches!(left, Term::Var(own) if scope.wanted.contains(own));
            let shape = self.term(scope, right);
            scope.must_have_member = false;
            self.bind(scope, left, shape);
        } else if is_open(scope, right) {
            let shape = self.term(scope, left);
            self.bind(scope, right, shape);
        } else {
            let shapes = [self.term(scope, left), self.term(scope, right)];
            self.compare(scope, "equal", [left, right], shapes, span);
        }
    }

    fn compare(
        &mut self,
        scope: &Scope,
        operator: &'static str,
        terms: [&Term; 2],
        shapes: [Shape; 2],
        span: Span,
    ) {
        if scope.reports.is_some() {
            let comparison = Comparison { operator, terms, shapes, span };
            self.observer.comparison(self.shapes, comparison);
            let constant = |term: &Term| matches!(term, Term::Constant(_));
            if !constant(terms[0]) && !constant(terms[1]) {
                self.escape(&shapes);
            }
        }
    }

    fn output(&mut self, scope: &mut Scope, output: &'p Term, value: Shape) {
        if is_open(scope, output) {
            self.bind(scope, output, value);
        } else {
            self.term(scope, output);
        }
    }

    fn function(
        &mut self,
        scope: &mut Scope,
        id: hir::RuleId,
        arguments: &'p [Term],
        span: Span,
    ) -> Shape {
        let shapes: Vec<Shape> = arguments.iter().map(|term| self.term(scope, term)).collect();
        if scope.reports.is_some() {
            self.called(id, &shapes);
            self.accessed(scope, id, arguments, &shapes, span);
        }
        self.requires(scope, id);
        self.result(id, &shapes)
    }

    /// Steps to the constant keys that a function looks up in its other arguments.
    fn accessed(
        &mut self,
        scope: &mut Scope,
        id: hir::RuleId,
        arguments: &'p [Term],
        shapes: &[Shape],
        call: Span,
    ) {
        let Some(pairs) = self.accessors.get(&id).cloned() else { return };
        let before = scope.reports;
        if let Some(circumstances) = &mut scope.reports {
            circumstances.required = false;
        }
        for (collection, index) in pairs {
            if let (Some(from), Some(Term::Constant(Constant::String(name)))) =
                (shapes.get(collection), arguments.get(index))
            {
                self.named(scope, *from, name, At::Argument { call, index });
            }
        }
        scope.reports = before;
    }

    fn builtin(
        &mut self,
        scope: &mut Scope,
        builtin: &'static ferrego_runtime::builtins::Builtin,
        arguments: &'p [Term],
        span: Span,
    ) -> Shape {
        let shapes: Vec<Shape> = arguments.iter().map(|term| self.term(scope, term)).collect();
        match (builtin.name, arguments) {
            ("object.get", [_, key, default]) => {
                let found = self.object_get(scope, shapes[0], key, span);
                if scope.reports.is_some() {
                    let fallback = Fallback { field: found, default, span };
                    self.observer.fallback(self.shapes, fallback);
                }
                return self.join(&[found, shapes[2]]);
            }
            ("equal" | "neq" | "lt" | "lte" | "gt" | "gte" | "internal.member_2", [one, other]) => {
                let shapes = [shapes[0], shapes[1]];
                self.compare(scope, builtin.name, [one, other], shapes, span);
                return self.shapes.result(builtin, &shapes);
            }
            _ => {}
        }
        if scope.reports.is_some() {
            let values = match arguments {
                [_, Term::Array(values)] if matches!(builtin.name, "sprintf" | "concat") => {
                    &values[..]
                }
                _ => &[],
            };
            let values: Vec<Shape> = values.iter().map(|term| self.term(scope, term)).collect();
            let call = BuiltinCall { builtin, arguments: &shapes, values: &values, span };
            self.observer.call(self.shapes, call);
            self.escape(&shapes);
        }
        self.shapes.result(builtin, &shapes)
    }

    /// Binds the open variables of a pattern to the parts of a value.
    pub(super) fn bind(&mut self, scope: &mut Scope, pattern: &Term, shape: Shape) {
        match pattern {
            Term::Var(var) => {
                if let Some(value @ None) = scope.values.get_mut(var.0 as usize) {
                    *value = Some(shape);
                }
            }
            Term::Array(items) | Term::Set(items) => {
                let item = self.shapes.item(shape);
                // The items of an array that the policy writes differ in shape.
                let item = if self.is_written(shape) { Shape::ANY } else { item };
                if item == Shape::ANY {
                    self.observer.escapes(self.shapes, shape);
                }
                for pattern in items {
                    self.bind(scope, pattern, item);
                }
            }
            Term::Object(pairs) => {
                for (key, value) in pairs {
                    let field = match key {
                        Term::Constant(Constant::String(name)) => {
                            self.shapes.field(shape, name).shape
                        }
                        _ => Shape::ANY,
                    };
                    self.bind(scope, key, Shape::ANY);
                    self.bind(scope, value, field);
                }
            }
            Term::Constant(_)
            | Term::Ref(_)
            | Term::ArrayComprehension(_)
            | Term::SetComprehension(_)
            | Term::ObjectComprehension(_) => {}
        }
    }

    fn is_written(&self, shape: Shape) -> bool {
        let written = |one: &Alternative| matches!(one, Alternative::Array(_, Origin::Policy));
        self.shapes.get(shape).iter().any(written)
    }
}

/// Returns `true` if a part of the pattern is a variable without a value.
pub(super) fn is_open(scope: &Scope, pattern: &Term) -> bool {
    match pattern {
        Term::Var(var) => scope.values.get(var.0 as usize).is_some_and(Option::is_none),
        Term::Array(items) | Term::Set(items) => items.iter().any(|item| is_open(scope, item)),
        Term::Object(pairs) => {
            pairs.iter().any(|(key, value)| is_open(scope, key) || is_open(scope, value))
        }
        _ => false,
    }
}
