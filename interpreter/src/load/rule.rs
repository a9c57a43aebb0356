//! Loads rules: their heads and branches.

use ferrego_compiler::ast::{self, HeadKind, Module, Operand};
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::source::Span;

use super::metadata::Metadata;
use super::names::{Globals, Groups, constant_key, path_of};
use super::scope::Scope;
use super::{hoist, order, variables};
use crate::program::{Branch, Definition, Head, Key, Literal, LiteralKind, Term};

/// Adds the definitions of `rule` to its group.
pub(super) fn load(
    module: &Module,
    rule: &ast::Rule,
    metadata: &Metadata,
    globals: &Globals,
    groups: &mut Groups,
    diagnostics: &mut Diagnostics,
    prints: bool,
) {
    let id = groups.of(module, &rule.head);
    let mut loader = Loader { module, rule, metadata, globals, groups, diagnostics, prints };
    if rule.default {
        let branch = loader.branch(None, value_of(&rule.head.kind), rule.span, true);
        groups.get_mut(id).default = Some(branch);
        return;
    }
    let definitions = loader.definitions();
    groups.get_mut(id).definitions.extend(definitions);
}

fn value_of(kind: &HeadKind) -> Option<&ast::Assigned> {
    match kind {
        HeadKind::Value(value) | HeadKind::Function { value, .. } => value.as_ref(),
        HeadKind::Set { .. } => None,
    }
}

struct Loader<'m> {
    module: &'m Module,
    rule: &'m ast::Rule,
    metadata: &'m Metadata,
    globals: &'m Globals,
    groups: &'m Groups,
    diagnostics: &'m mut Diagnostics,
    prints: bool,
}

impl Loader<'_> {
    /// Returns one definition for each body. The `else` branches belong to the last body.
    fn definitions(&mut self) -> Vec<Definition> {
        let rule = self.rule;
        let value = value_of(&rule.head.kind);
        let mut definitions: Vec<Definition> = rule
            .bodies
            .iter()
            .enumerate()
            .map(|(index, body)| self.branch(Some(body), value, rule.span, index == 0))
            .map(|branch| Definition { branches: vec![branch] })
            .collect();
        if definitions.is_empty() {
            let branch = self.branch(None, value, rule.span, true);
            definitions.push(Definition { branches: vec![branch] });
        }
        if let Some(last) = definitions.last_mut() {
            for other in &rule.branches {
                let branch =
                    self.branch(other.body.as_ref(), other.value.as_ref(), other.span, false);
                last.branches.push(branch);
            }
        }
        definitions
    }

    /// Loads a branch. `annotated` is `true` if the comments before the rule apply to it.
    fn branch(
        &mut self,
        body: Option<&ast::Body>,
        value: Option<&ast::Assigned>,
        span: Span,
        annotated: bool,
    ) -> Branch {
        let end = body.map_or(span.end, |body| body.span.start.max(span.start));
        let title = Span { end, ..span };
        let negates_bodies = self.module.negates_bodies();
        let metadata = self.metadata.answers(
            &self.module.package.path,
            &path_of(self.module, &self.rule.head),
            annotated.then_some(self.rule.span),
        );
        let mut scope = Scope::new(
            self.globals,
            self.groups,
            metadata,
            self.diagnostics,
            negates_bodies,
            self.prints,
        );
        let mut tail = Vec::new();
        let parameters = parameters(&mut scope, &self.rule.head.kind, &mut tail);
        scope.open_block();
        let mut literals = body.map_or_else(Vec::new, |body| scope.body(body));
        let reference = reference(&mut scope, self.module, &self.rule.head, &mut tail);
        let head = match &self.rule.head.kind {
            HeadKind::Set { key, .. } => Head::Member(scope.bound_term(key, &mut tail)),
            _ => Head::Value(
                value.map_or(Term::Bool(true), |value| scope.bound_term(&value.term, &mut tail)),
            ),
        };
        scope.append(body, &mut literals, tail);
        let mut bound = variables::Slots::new();
        for term in &parameters {
            variables::all(term, &mut bound);
        }
        let ordered = order::body(literals, &bound, &mut scope);
        let body = hoist::body(ordered, &mut scope);
        Branch {
            variables: scope.into_variables(),
            parameters,
            reference,
            head,
            body,
            conditions: Vec::new(),
            span,
            title,
            definition: self.rule.span,
        }
    }
}

fn parameters(scope: &mut Scope<'_>, kind: &HeadKind, tail: &mut Vec<Literal>) -> Vec<Term> {
    let HeadKind::Function { parameters, .. } = kind else { return Vec::new() };
    for parameter in parameters {
        scope.declare_parameter(parameter);
    }
    parameters.iter().map(|parameter| scope.bound_term(parameter, tail)).collect()
}

/// Returns the head's full reference below `data`. Composites in it become variables, as in OPA's
/// `rewriteRuleHeadRefs`.
fn reference(
    scope: &mut Scope<'_>,
    module: &Module,
    head: &ast::Head,
    tail: &mut Vec<Literal>,
) -> Vec<Term> {
    let mut reference: Vec<Term> = module.package.path.iter().cloned().map(Term::String).collect();
    reference.push(Term::String(head.reference.name.text.clone()));
    for operand in &head.reference.operands {
        let term = match (constant_key(operand), operand) {
            (Some(key), _) => key_term(key),
            (None, Operand::Index(term)) => head_operand(scope, term, tail),
            (None, Operand::Field(name)) => Term::String(name.text.clone()),
        };
        reference.push(term);
    }
    reference
}

fn head_operand(scope: &mut Scope<'_>, term: &ast::Term, tail: &mut Vec<Literal>) -> Term {
    let span = term.span;
    let term = scope.term(term, tail);
    if matches!(term, Term::Var(_)) {
        return term;
    }
    let slot = scope.fresh_of(span);
    tail.push(Literal::new(LiteralKind::Unify(Term::Var(slot), term), span));
    Term::Var(slot)
}

fn key_term(key: Key) -> Term {
    match key {
        Key::Null => Term::Null,
        Key::Bool(value) => Term::Bool(value),
        Key::Number(text) => Term::Number(text),
        Key::String(text) => Term::String(text),
    }
}
