//! Definitions of one rule or function that give two values for one input.
//!
//! ```text
//! limit = 3 { input.small }
//! limit = 5 { input.small; input.fast }   # whenever this body holds, the other one does
//! ```
//!
//! OPA stops with an error where two definitions give different values. The lint compares
//! definitions with constant values and equal parameters. It reports two of them if all literals of
//! one are literals of the other: then no input can satisfy only the longer body. It also reports
//! two bodies whose conditions some input satisfies, as [`conditions`] finds out.

mod conditions;
mod unconditional;
mod witness;

use std::collections::HashMap;

use crate::ast::{Body, Head, HeadKind, Literal, LiteralKind, Operand, Rule, Term, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::source::Span;

use super::{Findings, Subject};
use conditions::Conditions;
use unconditional::Given;

/// Two definitions give different values for one input.
pub(super) static CONFLICTING_VALUES: Lint = Lint {
    name: "conflicting-values",
    group: Group::Correctness,
    summary: "two definitions give different values for one input",
    page: include_str!("../pages/conflicting-values.md"),
};

/// The number of definitions of one rule that are compared with each other.
const COMPARED: usize = 32;

/// The number of literals of a body beyond which it is not compared.
const LITERALS: usize = 64;

/// A definition with one of its bodies.
struct Definition<'p> {
    parameters: &'p [Term],
    value: Option<&'p Term>,
    literals: Vec<&'p Literal>,
    span: Span,
}

/// Compares the definitions of each rule.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for module in subject.modules {
        let mut rules: HashMap<Vec<&str>, Vec<Definition<'_>>> = HashMap::new();
        for rule in module.rules.iter().filter(|rule| !rule.default && rule.branches.is_empty()) {
            let Some(name) = name(&rule.head) else { continue };
            rules.entry(name).or_default().extend(definitions(rule));
        }
        for definitions in rules.values() {
            unconditional(subject, definitions, findings);
            let compared = &definitions[..definitions.len().min(COMPARED)];
            for (index, second) in compared.iter().enumerate() {
                let first = compared[..index].iter().find(|first| conflicts(first, second));
                if let Some(first) = first {
                    findings.report(finding(subject, first, second));
                }
            }
        }
    }
}

/// Returns the path of a rule whose head has only constant operands.
fn name(head: &Head) -> Option<Vec<&str>> {
    let operands = head.reference.operands.iter().map(|operand| match operand {
        Operand::Field(name) => Some(&*name.text),
        Operand::Index(Term { kind: TermKind::String(text), .. }) => Some(&**text),
        Operand::Index(_) => None,
    });
    std::iter::once(Some(&*head.reference.name.text)).chain(operands).collect()
}

/// Returns the definitions of a rule, one for each body, if their value is a constant.
fn definitions(rule: &Rule) -> Vec<Definition<'_>> {
    let (parameters, value) = match &rule.head.kind {
        HeadKind::Value(value) => (&[][..], value),
        HeadKind::Function { parameters, value } => (&parameters[..], value),
        HeadKind::Set { .. } => return Vec::new(),
    };
    let value = value.as_ref().map(|value| &value.term);
    let span = rule.head.span;
    let definition = |literals| Definition { parameters, value, literals, span };
    if rule.bodies.is_empty() {
        return vec![definition(Vec::new())];
    }
    let bodies = rule.bodies.iter().filter(|body| body.literals.len() <= LITERALS);
    bodies.map(|body| definition(literals(body))).collect()
}

/// Returns the literals of a body that test something.
fn literals(body: &Body) -> Vec<&Literal> {
    let is_true = |literal: &&Literal| {
        matches!(&literal.kind, LiteralKind::Term(Term { kind: TermKind::Bool(true), .. }))
            && literal.with.is_empty()
    };
    body.literals.iter().filter(|literal| !is_true(literal)).collect()
}

fn is_constant(term: &Term) -> bool {
    match &term.kind {
        TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => true,
        TermKind::Array(items) | TermKind::Set(items) => items.iter().all(is_constant),
        TermKind::Object(pairs) => {
            pairs.iter().all(|(key, value)| is_constant(key) && is_constant(value))
        }
        _ => false,
    }
}

/// Reports a definition beside one without conditions.
fn unconditional(subject: &Subject<'_>, definitions: &[Definition<'_>], findings: &mut Findings) {
    let compared = &definitions[..definitions.len().min(COMPARED)];
    let given: Vec<Option<Given<'_>>> = compared.iter().map(Given::of).collect();
    let conflicts = |one: usize, other: usize| match (&given[one], &given[other]) {
        (Some(first), Some(second)) => first.conflicts_with(second) || second.conflicts_with(first),
        _ => false,
    };
    for index in 1..compared.len() {
        let Some(first) = (0..index).find(|first| conflicts(*first, index)) else { continue };
        findings.report(finding(subject, &compared[first], &compared[index]));
    }
}

fn variable(term: &Term) -> Option<&str> {
    match &term.kind {
        TermKind::Var(name) => Some(name),
        _ => None,
    }
}

fn conflicts(first: &Definition<'_>, second: &Definition<'_>) -> bool {
    let subset = |some: &Definition<'_>, all: &Definition<'_>| {
        some.literals.iter().all(|literal| all.literals.contains(literal))
    };
    [first, second].iter().all(|one| one.value.is_none_or(is_constant))
        && !is_same_value(first.value, second.value)
        && first.parameters == second.parameters
        && (subset(first, second) || subset(second, first) || are_compatible(first, second))
}

/// Returns `true` if some input satisfies the conditions of both.
fn are_compatible(first: &Definition<'_>, second: &Definition<'_>) -> bool {
    let conditions = |definition: &Definition<'_>| Conditions::of(&definition.literals);
    let (Some(first), Some(second)) = (conditions(first), conditions(second)) else { return false };
    first.are_compatible(&second)
}

/// Returns `true` if the values are written alike, or may be equal: numbers such as `1` and `1.0`.
fn is_same_value(first: Option<&Term>, second: Option<&Term>) -> bool {
    let is_true =
        |term: Option<&Term>| term.is_none_or(|term| matches!(term.kind, TermKind::Bool(true)));
    match (first, second) {
        (Some(first), Some(second)) => {
            let numbers = [first, second].map(|term| match &term.kind {
                TermKind::Number(text) => text.parse::<f64>().ok(),
                _ => None,
            });
            let scalar = |term: &Term| {
                !matches!(term.kind, TermKind::Array(_) | TermKind::Object(_) | TermKind::Set(_))
            };
            match numbers {
                [Some(one), Some(other)] => one.total_cmp(&other).is_eq(),
                _ => first == second || !(scalar(first) || scalar(second)),
            }
        }
        _ => is_true(first) && is_true(second),
    }
}

fn finding(subject: &Subject<'_>, first: &Definition<'_>, second: &Definition<'_>) -> Diagnostic {
    let value = |definition: &Definition<'_>| match definition.value {
        Some(value) => format!("`{}`", subject.quoted(value.span)),
        None => "`true`".to_owned(),
    };
    let (one, other) = (value(first), value(second));
    let message =
        format!("this definition gives {other} for an input for which another gives {one}");
    Diagnostic::warning(&CONFLICTING_VALUES, second.span, message)
        .with_label(first.span, format!("gives {one}"))
        .with_help("OPA fails where two definitions differ; exclude one case in the other's body, or use `else`")
}
