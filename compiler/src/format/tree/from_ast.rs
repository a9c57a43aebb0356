//! Builds modules and rules.

use std::ops::Range;
use std::sync::Arc;

use super::super::location::{Location, Text};
use super::{
    Branch, Expr, ExprKind, Head, Import, Literal, Module, Package, Rule, Term, TermKind, Value,
};
use crate::ast;

/// Builds the tree of a module.
pub(in super::super) fn module(text: &Text<'_>, module: &ast::Module) -> Module {
    let builder = Builder { text, fixed: None, negates_bodies: module.negates_bodies() };
    let location = text.of(module.package.span);
    let package = Package { path: path(text, &module.package.path, location), location };
    let imports = module.imports.iter().map(|import| {
        let location = text.of(import.span);
        Import {
            path: path(text, &import.path, location),
            names: import.path.clone(),
            alias: import.alias.as_ref().map(|name| Arc::clone(&name.text)),
            location,
        }
    });
    let imports = imports.collect();
    let rules = module.rules.iter().flat_map(|rule| builder.rules(rule)).collect();
    Module { package, imports, rules }
}

fn path(text: &Text<'_>, names: &[Arc<str>], location: Location) -> Vec<Term> {
    let literals = literals(text, location);
    let term = |(index, name): (usize, &Arc<str>)| {
        let literal = literals.get(index).cloned().flatten();
        let kind = match index {
            0 => TermKind::Var(Arc::clone(name)),
            _ => TermKind::String { value: Arc::clone(name), literal: Literal(literal) },
        };
        Term { kind, location }
    };
    names.iter().enumerate().map(term).collect()
}

/// Returns for each part of the path in a clause the range of its string literal, if it is one.
fn literals(text: &Text<'_>, clause: Location) -> Vec<Option<Range<usize>>> {
    let bytes = text.at(clause).as_bytes();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut found = Vec::new();
    // The keyword `package` or `import`.
    let mut position = bytes.iter().position(|byte| !is_word(byte)).unwrap_or(bytes.len());
    while let Some(&byte) = bytes.get(position) {
        let rest = &bytes[position + 1..];
        let length = match byte {
            b'#' => rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len()),
            b'"' | b'`' => {
                let length = string_length(rest, byte);
                let start = clause.start + position;
                found.push(Some(start..start + length + 1));
                length
            }
            byte if is_word(&byte) => {
                found.push(None);
                rest.iter().position(|byte| !is_word(byte)).unwrap_or(rest.len())
            }
            _ => 0,
        };
        position += length + 1;
    }
    found
}

/// Returns the length of a string literal after its first quote.
fn string_length(rest: &[u8], quote: u8) -> usize {
    let mut escaped = false;
    for (index, &byte) in rest.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quote == b'"' => escaped = true,
            byte if byte == quote => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A builder of nodes.
#[derive(Clone, Copy)]
pub(super) struct Builder<'t> {
    pub(super) text: &'t Text<'t>,
    /// The place of all nodes. OPA gives one place to all nodes of a literal after `else if`, and
    /// to all nodes of the head of a chained body.
    pub(super) fixed: Option<Location>,
    /// [`ast::Module::negates_bodies`].
    pub(super) negates_bodies: bool,
}

impl Builder<'_> {
    /// Returns a builder that gives `location` to all nodes.
    pub(super) fn fixed(self, location: Location) -> Self {
        Self { fixed: Some(location), ..self }
    }

    /// Builds the rules of a definition, one for each of its bodies.
    fn rules(self, rule: &ast::Rule) -> Vec<Rule> {
        let mut location = self.text.of(rule.span);
        if let ([first, ..], []) = (&rule.bodies[..], &rule.branches[..]) {
            location.end = first.span.end as usize;
        }
        let head = self.head(rule);
        let last = rule.branches.len().saturating_sub(1);
        let branch = |(index, branch)| self.branch(branch, &head, (location.end, index == last));
        let branches: Vec<Branch> = rule.branches.iter().enumerate().map(branch).collect();
        let mut body = rule.bodies.first().map_or_else(Vec::new, |body| self.body(body));
        if branches.is_empty() && holds_always(&body) {
            body.clear();
        }
        let mut rules = vec![Rule { default: rule.default, head, body, branches, location }];
        rules.extend(rule.bodies.iter().skip(1).map(|body| self.chained(rule, body)));
        rules
    }

    fn chained(self, rule: &ast::Rule, body: &ast::Body) -> Rule {
        let location = self.text.of(body.span);
        let mut head = self.fixed(location).head(rule);
        head.location = location;
        let mut body = self.body(body);
        if holds_always(&body) {
            body.clear();
        }
        Rule { default: false, head, body, branches: Vec::new(), location }
    }

    /// Builds an `else` branch of a rule that ends at `end`. Only the last one
    /// may have no body. As in OPA, a branch without a value has
    /// the operator of the rule's head.
    fn branch(self, branch: &ast::Else, rule: &Head, (end, last): (usize, bool)) -> Branch {
        let span = branch.span;
        let location = Location { end, ..self.text.of(span) };
        let start = span.start as usize;
        let value_end = branch.value.as_ref().map(|value| value.term.span.end as usize);
        let head = self.text.location(start..value_end.unwrap_or(start + "else".len()));
        let value = if let Some(value) = &branch.value {
            let term = Term { location: head, ..self.term(&value.term) };
            Value { term, declares: value.declares, implied: false }
        } else {
            let term = Term { kind: TermKind::Scalar("true".into()), location: head };
            let declares = rule.value.as_ref().is_some_and(|value| value.declares);
            Value { term, declares, implied: true }
        };
        let mut body = match &branch.body {
            Some(body) if branch.uses_if && !self.has_braces(body) => {
                self.fixed(location).body(body)
            }
            Some(body) => self.body(body),
            None => vec![always(location)],
        };
        if last && holds_always(&body) {
            body.clear();
        }
        Branch { value, body, head, location }
    }

    fn has_braces(self, body: &ast::Body) -> bool {
        self.text.slice(body.span.start as usize..body.span.end as usize).starts_with('{')
    }
}

/// Returns `true` for the body `true`, which OPA does not distinguish from no body.
fn holds_always(body: &[Expr]) -> bool {
    matches!(body, [Expr { kind: ExprKind::Term(term), negated: false, with, .. }] if with.is_empty() && is_true(term))
}

fn always(location: Location) -> Expr {
    let term = Term { kind: TermKind::Scalar("true".into()), location };
    Expr { kind: ExprKind::Term(term), negated: false, with: Vec::new(), location }
}

/// Returns `true` for the term `true`.
pub(in super::super) fn is_true(term: &Term) -> bool {
    matches!(&term.kind, TermKind::Scalar(text) if text.as_ref() == "true")
}
