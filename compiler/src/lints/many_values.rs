//! Rules and functions whose value is each element of a collection.
//!
//! ```text
//! image = i { i := input.review.object.spec.containers[_].image }   # fails with two containers
//! ```
//!
//! A complete rule or a function has one value. If its value iterates and nothing selects one
//! element, OPA fails as soon as two elements differ. The lint reports a value that depends on one
//! variable alone, which occurs in no other literal, and whose reference iterates by `_` only. A body
//! that calls `count` is not reported, because it may accept only collections with one element.

use super::conflicts::CONFLICTING_VALUES;
use super::{Findings, Subject};
use crate::ast::{self, HeadKind, Literal, LiteralKind, Operand, Rule, Term, TermKind};
use crate::diagnostics::Diagnostic;

/// Builtins whose results differ for different operands, as a rule.
const SELECTING: [&str; 6] = ["split", "trim", "lower", "upper", "replace", "trim_prefix"];

/// Looks at the values of all rules and functions.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let rules = subject.modules.iter().flat_map(|module| &module.rules);
    for rule in rules.filter(|rule| !rule.default) {
        let Some(value) = value(rule) else { continue };
        let bodies = rule.bodies.iter().map(|body| &body.literals[..]);
        let none = rule.bodies.is_empty().then_some(&[][..]);
        for iterated in bodies.chain(none).filter_map(|body| iterated(value, body)) {
            let quoted = subject.quoted(iterated.span);
            let message = format!("the value is each element of `{quoted}`");
            let finding = Diagnostic::warning(&CONFLICTING_VALUES, rule.head.span, message);
            findings.report(
                finding.with_label(iterated.span, "iterates").with_help(
                    "OPA fails if two elements differ; make a set of them, or select one",
                ),
            );
        }
    }
}

fn value(rule: &Rule) -> Option<&Term> {
    let (HeadKind::Value(value) | HeadKind::Function { value, .. }) = &rule.head.kind else {
        return None;
    };
    let ground = rule.head.reference.operands.iter().all(|operand| match operand {
        Operand::Field(_) => true,
        Operand::Index(index) => matches!(index.kind, TermKind::String(_)),
    });
    value.as_ref().filter(|_| ground).map(|value| &value.term)
}

/// Returns the reference that gives the value each of its elements.
fn iterated<'p>(value: &'p Term, body: &'p [Literal]) -> Option<&'p Term> {
    if calls_count(body) {
        return None;
    }
    if iterates(value) {
        return Some(value);
    }
    let name = only_variable(value, body)?;
    let is_value = |term: &Term| matches!(&term.kind, TermKind::Var(other) if **other == *name);
    let mut uses = body.iter().filter(|literal| mentions(literal, name) && !is_predicate(literal));
    let (Some(Literal { kind, with, .. }), None) = (uses.next(), uses.next()) else { return None };
    let bound = match kind {
        LiteralKind::Assign(left, right) | LiteralKind::Unify(left, right) => {
            (is_value(left) && iterates_over(right, body)).then_some(right)
        }
        LiteralKind::SomeIn { key: None, value, collection } => {
            (is_value(value) && is_ground(collection)).then_some(collection)
        }
        _ => None,
    };
    bound.filter(|_| with.is_empty())
}

/// Returns the variable of the body on which alone a value depends. A value that collects, compares
/// or tests may be one for all elements.
fn only_variable<'p>(value: &'p Term, body: &[Literal]) -> Option<&'p str> {
    let mut names: Vec<&str> = Vec::new();
    let mut other = false;
    ast::walk::terms_of(value, &mut |term| match &term.kind {
        TermKind::Var(name) if body.iter().any(|literal| mentions(literal, name)) => {
            names.push(name);
        }
        TermKind::Ref(reference) => {
            if let TermKind::Var(root) = &reference.head.kind
                && body.iter().any(|literal| mentions(literal, root))
            {
                names.push(root);
            }
        }
        TermKind::Call(call) => {
            let is =
                |name: &str| matches!(&call.function.kind, TermKind::Var(own) if &**own == name);
            other |= !SELECTING.iter().any(|name| is(name));
        }
        TermKind::String(_)
        | TermKind::Number(_)
        | TermKind::Bool(_)
        | TermKind::Null
        | TermKind::Var(_)
        | TermKind::Array(_)
        | TermKind::Object(_) => {}
        _ => other = true,
    });
    let (first, rest) = names.split_first()?;
    (!other && rest.iter().all(|name| name == first)).then_some(*first)
}

/// Returns `true` for a call that may hold for several elements.
fn is_predicate(literal: &Literal) -> bool {
    let LiteralKind::Term(Term { kind: TermKind::Call(call), .. }) = &literal.kind else {
        return false;
    };
    matches!(&call.function.kind, TermKind::Var(name)
        if ["startswith", "endswith", "contains"].contains(&&**name))
}

/// Returns `true` for a collection that has no variables of the body.
fn is_ground(term: &Term) -> bool {
    let TermKind::Ref(reference) = &term.kind else { return false };
    let ground = reference.operands.iter().all(|operand| match operand {
        Operand::Field(_) => true,
        Operand::Index(index) => matches!(index.kind, TermKind::String(_) | TermKind::Number(_)),
    });
    ground && matches!(&reference.head.kind, TermKind::Var(_))
}

/// Returns `true` for a reference that iterates by wildcards, or by variables of which the body
/// tests only parts.
fn iterates_over(term: &Term, body: &[Literal]) -> bool {
    let TermKind::Ref(reference) = &term.kind else { return false };
    let selects = |name: &str| {
        let uses = body.iter().filter(|literal| mentions(literal, name) && !is_predicate(literal));
        uses.count() != 1
    };
    let mut iterates = false;
    for operand in &reference.operands {
        match operand {
            Operand::Index(Term { kind: TermKind::Var(name), .. }) => {
                let declared = body.iter().any(|literal| {
                    matches!(&literal.kind, LiteralKind::Some(names)
                        if names.iter().any(|own| own.text == *name))
                });
                if &**name != "_" && (!declared || selects(name)) {
                    return false;
                }
                iterates = true;
            }
            Operand::Field(_) => {}
            Operand::Index(index) => {
                let ground = matches!(index.kind, TermKind::String(_) | TermKind::Number(_));
                if !ground && !is_ground(index) {
                    return false;
                }
            }
        }
    }
    iterates && matches!(&reference.head.kind, TermKind::Var(_))
}

/// Returns `true` for a reference with a wildcard and no other variable among its operands.
fn iterates(term: &Term) -> bool {
    let TermKind::Ref(reference) = &term.kind else { return false };
    let mut wildcard = false;
    for operand in &reference.operands {
        match operand {
            Operand::Index(Term { kind: TermKind::Var(name), .. }) if &**name == "_" => {
                wildcard = true;
            }
            Operand::Field(_)
            | Operand::Index(Term { kind: TermKind::String(_) | TermKind::Number(_), .. }) => {}
            Operand::Index(_) => return false,
        }
    }
    wildcard && matches!(&reference.head.kind, TermKind::Var(_))
}

fn mentions(literal: &Literal, name: &str) -> bool {
    let mut found = false;
    ast::walk::terms_of_literal(literal, &mut |term| {
        found |= match &term.kind {
            TermKind::Var(other) => &**other == name,
            TermKind::Ref(reference) => {
                matches!(&reference.head.kind, TermKind::Var(root) if &**root == name)
            }
            TermKind::Call(call) => {
                matches!(&call.function.kind, TermKind::Var(function) if &**function == name)
            }
            _ => false,
        };
    });
    found
}

fn calls_count(body: &[Literal]) -> bool {
    body.iter().any(|literal| mentions(literal, "count"))
}
