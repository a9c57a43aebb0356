mod errors;
mod modules;
mod property_tests;
mod syntax_trees;
mod tolerant;

use crate::ast::{Body, Literal, LiteralKind, Module, Rule, Term, TermKind};
use crate::diagnostics::Diagnostics;
use crate::source::{RegoVersion, SourceId, line_column};

fn parse(text: &str, version: RegoVersion) -> Result<Module, Diagnostics> {
    super::module(SourceId(0), text, version)
}

/// Parses a module with `statements` after its package clause.
fn statements(statements: &str, version: RegoVersion) -> Result<Module, Diagnostics> {
    parse(&format!("package test\n{statements}"), version)
}

/// Returns the only rule of the v1 module `text`.
fn rule(text: &str) -> Rule {
    let mut module = statements(text, RegoVersion::V1).unwrap_or_else(|e| panic!("{text}: {e}"));
    assert_eq!(module.rules.len(), 1, "{text}");
    module.rules.remove(0)
}

/// Returns the literals of the v1 body `body`.
fn body(body: &str) -> Vec<Literal> {
    let Body { literals, .. } = rule(&format!("p if {{\n{body}\n}}")).bodies.remove(0);
    literals
}

/// Returns the only literal of the v1 body `text`.
fn literal(text: &str) -> LiteralKind {
    let mut literals = body(text);
    assert_eq!(literals.len(), 1, "{text}");
    literals.remove(0).kind
}

fn term(text: &str) -> Term {
    super::term(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Returns a term's text with all its parentheses.
fn grouped(term: &Term) -> String {
    match &term.kind {
        TermKind::Infix(infix) => format!(
            "({} {} {})",
            grouped(&infix.left),
            infix.operator.symbol(),
            grouped(&infix.right)
        ),
        TermKind::In(member) => {
            let key = member.key.as_ref().map(|key| format!("{}, ", grouped(key)));
            let (value, collection) = (grouped(&member.value), grouped(&member.collection));
            format!("({}{value} in {collection})", key.unwrap_or_default())
        }
        _ => crate::ast::print::term(term),
    }
}

/// Returns the errors of `statements`, each as `line:column message`; the package clause is line 0.
fn errors(text: &str, version: RegoVersion) -> Vec<String> {
    match statements(text, version) {
        Ok(_) => Vec::new(),
        Err(Diagnostics(errors)) => errors
            .iter()
            .map(|error| {
                let whole = format!("package test\n{text}");
                let (line, column) = line_column(&whole, error.span.start as usize);
                format!("{}:{column} {}", line - 1, error.message)
            })
            .collect(),
    }
}
