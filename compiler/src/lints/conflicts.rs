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
//! two bodies that compare different labels, annotations, parameters or fields of a `spec` with
//! constants, because an object can have both.

use std::collections::HashMap;

use crate::ast::{
    Body, Head, HeadKind, Literal, LiteralKind, Operand, Operator, Rule, Term, TermKind,
};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::source::Span;

use super::{Findings, Subject};

/// Two definitions give different values for one input.
pub(super) static CONFLICTING_VALUES: Lint = Lint {
    name: "conflicting-values",
    group: Group::Correctness,
    summary: "two definitions give different values for one input",
    page: include_str!("pages/conflicting-values.md"),
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

/// Reports the definitions beside one that gives a value for every input.
fn unconditional(subject: &Subject<'_>, definitions: &[Definition<'_>], findings: &mut Findings) {
    let Some(all) = definitions.iter().position(gives_always) else { return };
    for (index, other) in definitions.iter().enumerate() {
        let constant = |one: &Definition<'_>| one.value.is_none_or(is_constant);
        // `conflicts` compares constants.
        let compared = constant(&definitions[all])
            && constant(other)
            && definitions[all].parameters == other.parameters;
        if index == all || compared || gives_same(&definitions[all], other) {
            continue;
        }
        let (first, second) = (index.min(all), index.max(all));
        findings.report(finding(subject, &definitions[first], &definitions[second]));
        return;
    }
}

/// Returns `true` for a definition without conditions, whose value is a constant or a parameter.
fn gives_always(definition: &Definition<'_>) -> bool {
    let names: Vec<Option<&str>> = definition.parameters.iter().map(variable).collect();
    let is_named = |name: &str| names.iter().flatten().any(|own| *own == name);
    let distinct = names.iter().flatten().all(|name| {
        *name == "_" || names.iter().flatten().filter(|other| *other == name).count() == 1
    });
    let value = definition
        .value
        .is_none_or(|value| is_constant(value) || variable(value).is_some_and(is_named));
    definition.literals.is_empty() && distinct && value && names.iter().all(Option::is_some)
}

/// Returns `true` if both definitions have one constant or the argument at one place as value.
fn gives_same(first: &Definition<'_>, second: &Definition<'_>) -> bool {
    let place = |definition: &Definition<'_>| {
        let name = variable(definition.value?)?;
        definition.parameters.iter().position(|parameter| variable(parameter) == Some(name))
    };
    match (place(first), place(second)) {
        (Some(one), Some(other)) => one == other,
        (Some(index), None) => second
            .parameters
            .get(index)
            .is_some_and(|given| is_same_value(Some(given), second.value)),
        (None, _) => is_same_value(first.value, second.value),
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
        && (subset(first, second) || subset(second, first) || are_independent(first, second))
}

/// Returns `true` if both bodies only compare fields with constants, and no field is compared by both
/// or part of another one.
fn are_independent(first: &Definition<'_>, second: &Definition<'_>) -> bool {
    let fields = |definition: &Definition<'_>| -> Option<Vec<Vec<String>>> {
        definition.literals.iter().map(|literal| compared_field(literal)).collect()
    };
    let (Some(first), Some(second)) = (fields(first), fields(second)) else { return false };
    let is_part =
        |one: &[String], other: &[String]| one.starts_with(other) || other.starts_with(one);
    let apart = |one: &Vec<String>| second.iter().all(|other| !is_part(one, other));
    !first.is_empty() && !second.is_empty() && first.iter().all(apart)
}

/// Returns the path of the field in `field == constant`, if objects choose the field freely.
fn compared_field(literal: &Literal) -> Option<Vec<String>> {
    let (left, right) = match &literal.kind {
        LiteralKind::Unify(left, right) => (left, right),
        LiteralKind::Term(Term { kind: TermKind::Infix(infix), .. })
            if infix.operator == Operator::Equal =>
        {
            (&infix.left, &infix.right)
        }
        _ => return None,
    };
    let (field, constant) = if is_constant(left) { (right, left) } else { (left, right) };
    let TermKind::Ref(reference) = &field.kind else { return None };
    let TermKind::Var(root) = &reference.head.kind else { return None };
    if !literal.with.is_empty() || !is_constant(constant) {
        return None;
    }
    let names = reference.operands.iter().map(|operand| match operand {
        Operand::Field(name) => Some(name.text.to_string()),
        Operand::Index(Term { kind: TermKind::String(text), .. }) => Some(text.to_string()),
        Operand::Index(_) => None,
    });
    let path: Vec<String> =
        std::iter::once(Some(root.to_string())).chain(names).collect::<Option<_>>()?;
    let free = ["labels", "annotations", "parameters", "spec"];
    let end = path.len() - 1;
    path[..end].iter().any(|name| free.contains(&&**name)).then_some(path)
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
