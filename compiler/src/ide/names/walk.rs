//! Visits the names of a module with the scopes around them.

use std::collections::HashSet;
use std::sync::Arc;

use super::scopes::{self, Declared};
use super::{Names, Occurrence, Target};
use crate::ast::{
    Assigned, Body, Comprehension, Head, HeadKind, Literal, LiteralKind, Module, Name, Operand,
    Rule, TemplatePart, Term, TermKind, With,
};
use crate::source::{SourceId, Span};

/// Adds the names of a module.
pub(super) fn module(
    source: SourceId,
    module: &Module,
    modules: &[Option<Module>],
    names: &mut Names,
) {
    let all = || modules.iter().flatten();
    let own = all().filter(|other| other.package.path == module.package.path);
    let rules = own.flat_map(|other| &other.rules).map(|rule| &*rule.head.reference.name.text);
    let packages = all().map(|other| &other.package.path[..]).collect();
    let mut walker = Walker {
        source,
        module,
        rules: rules.collect(),
        packages,
        names,
        rule: 0,
        scopes: Vec::new(),
        next: 1,
        undeclared: HashSet::new(),
    };
    module.imports.iter().for_each(|import| walker.import(import));
    for (index, rule) in module.rules.iter().enumerate() {
        (walker.rule, walker.next) = (index, 1);
        walker.undeclared.clear();
        walker.definition(rule);
    }
}

/// A visitor of the names of a module.
pub(super) struct Walker<'m, 'n> {
    pub(super) source: SourceId,
    pub(super) module: &'m Module,
    /// The names of the package's rules.
    pub(super) rules: HashSet<&'m str>,
    pub(super) packages: Vec<&'m [Arc<str>]>,
    pub(super) names: &'n mut Names,
    /// The index of the current definition.
    pub(super) rule: usize,
    pub(super) scopes: Vec<(u32, Declared)>,
    pub(super) next: u32,
    /// The variables of the current definition that occur and are not declared.
    pub(super) undeclared: HashSet<Arc<str>>,
}

impl Walker<'_, '_> {
    pub(super) fn add(&mut self, span: Span, target: Target, definition: bool) {
        self.names.occurrences.push(Occurrence { span, target, definition, plain: true });
    }

    fn definition(&mut self, rule: &Rule) {
        let Head { reference, kind, .. } = &rule.head;
        let name = &reference.name;
        let path = self.own_path(&name.text);
        self.add(name.span, Target::Rule(path), true);
        let mut parameters = Declared::new();
        if let HeadKind::Function { parameters: terms, .. } = kind {
            for term in terms {
                scopes::pattern(term, &mut parameters);
            }
        }
        self.within(parameters, |walker| {
            let declared = rule.bodies.iter().flat_map(scopes::of_body).collect();
            walker.within(declared, |walker| {
                walker.head(&rule.head);
                rule.bodies.iter().for_each(|body| walker.literals(body));
            });
            for branch in &rule.branches {
                let declared = branch.body.as_ref().map(scopes::of_body).unwrap_or_default();
                walker.within(declared, |walker| {
                    walker.assigned(branch.value.as_ref());
                    branch.body.iter().for_each(|body| walker.literals(body));
                });
            }
        });
    }

    fn head(&mut self, head: &Head) {
        self.operands(&head.reference.operands);
        match &head.kind {
            HeadKind::Value(value) => self.assigned(value.as_ref()),
            HeadKind::Function { parameters, value } => {
                for term in parameters {
                    self.pattern(term);
                }
                self.assigned(value.as_ref());
            }
            HeadKind::Set { key, .. } => self.term(key),
        }
    }

    pub(super) fn own_path(&self, name: &Arc<str>) -> Vec<Arc<str>> {
        let package = self.module.package.path.iter();
        package.chain([name]).cloned().collect()
    }

    /// Runs `walk` in a scope of its own.
    fn within(&mut self, declared: Declared, walk: impl FnOnce(&mut Self)) {
        self.scopes.push((self.next, declared));
        self.next += 1;
        walk(self);
        self.scopes.pop();
    }

    fn body(&mut self, body: &Body) {
        self.within(scopes::of_body(body), |walker| walker.literals(body));
    }

    fn literals(&mut self, body: &Body) {
        body.literals.iter().for_each(|literal| self.literal(literal));
    }

    fn literal(&mut self, literal: &Literal) {
        self.kind(&literal.kind);
        self.modifiers(&literal.with);
    }

    pub(super) fn modifiers(&mut self, modifiers: &[With]) {
        for with in modifiers {
            self.callee(&with.target);
            self.term(&with.value);
        }
    }

    fn kind(&mut self, kind: &LiteralKind) {
        match kind {
            LiteralKind::Term(term) => self.term(term),
            LiteralKind::Unify(left, right) => {
                self.term(left);
                self.term(right);
            }
            LiteralKind::Assign(left, right) => {
                self.pattern(left);
                self.term(right);
            }
            LiteralKind::Not(inner) => self.kind(inner),
            LiteralKind::NotBody(body) => self.body(body),
            LiteralKind::Logical(logical) => {
                self.body(&logical.left.body);
                self.body(&logical.right.body);
            }
            LiteralKind::Some(names) => names.iter().for_each(|name| self.declaration(name)),
            LiteralKind::SomeIn { key, value, collection } => {
                key.iter().chain([value]).for_each(|term| self.pattern(term));
                self.term(collection);
            }
            LiteralKind::Every { key, value, domain, body } => {
                self.term(domain);
                let declared = key.iter().chain([value]).map(|name| Arc::clone(&name.text));
                self.within(declared.collect(), |walker| {
                    key.iter().chain([value]).for_each(|name| walker.declaration(name));
                    walker.body(body);
                });
            }
        }
    }

    fn declaration(&mut self, name: &Name) {
        self.variable(&name.text, name.span, true);
    }

    fn assigned(&mut self, value: Option<&Assigned>) {
        if let Some(value) = value {
            self.term(&value.term);
        }
    }

    /// Visits a pattern, whose variables are introduced here.
    fn pattern(&mut self, term: &Term) {
        match &term.kind {
            TermKind::Var(name) => self.variable(name, term.span, true),
            TermKind::Array(items) | TermKind::Set(items) => {
                for item in items {
                    self.pattern(item);
                }
            }
            TermKind::Object(pairs) => pairs.iter().for_each(|(key, value)| {
                self.pattern(key);
                self.pattern(value);
            }),
            _ => self.term(term),
        }
    }

    pub(super) fn term(&mut self, term: &Term) {
        match &term.kind {
            TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => {}
            TermKind::Var(name) => self.variable(name, term.span, false),
            TermKind::Ref(reference) => self.reference(reference),
            TermKind::Call(call) => {
                self.callee(&call.function);
                for argument in &call.arguments {
                    self.term(argument);
                }
            }
            TermKind::Template(parts) => parts.iter().for_each(|part| match part {
                TemplatePart::Text(_) => {}
                TemplatePart::Term(inner) => self.term(inner),
                TemplatePart::With(inner, with) => {
                    self.term(inner);
                    self.modifiers(with);
                }
            }),
            TermKind::Array(items) | TermKind::Set(items) => {
                for item in items {
                    self.term(item);
                }
            }
            TermKind::Object(pairs) => pairs.iter().for_each(|(key, value)| {
                self.term(key);
                self.term(value);
            }),
            TermKind::ArrayComprehension(inner) | TermKind::SetComprehension(inner) => {
                let Comprehension { value, body } = &**inner;
                self.comprehension(&[value], body);
            }
            TermKind::ObjectComprehension(inner) => {
                self.comprehension(&[&inner.key, &inner.value], &inner.body);
            }
            TermKind::Infix(infix) => {
                self.term(&infix.left);
                self.term(&infix.right);
            }
            TermKind::Negative(inner) => self.term(inner),
            TermKind::In(inner) => {
                if let Some(key) = &inner.key {
                    self.term(key);
                }
                self.term(&inner.value);
                self.term(&inner.collection);
            }
        }
    }

    fn comprehension(&mut self, heads: &[&Term], body: &Body) {
        self.within(scopes::of_body(body), |walker| {
            for term in heads {
                walker.term(term);
            }
            walker.literals(body);
        });
    }

    pub(super) fn operands(&mut self, operands: &[Operand]) {
        for operand in operands {
            if let Operand::Index(term) = operand {
                self.term(term);
            }
        }
    }

    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.scopes.iter().any(|(_, declared)| declared.contains(name))
    }
}
