//! Elements of `violation` that Gatekeeper cannot report.
//!
//! Gatekeeper reads `msg` of each element. It drops an element without one, so that the request is
//! allowed. It fails on a `msg` that is not a string.

use std::sync::Arc;

use crate::ast::{self, Head, HeadKind, LiteralKind, Module, Operand, Rule, Term, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::source::Span;
use crate::suggest::closest;

use super::evaluate::kinds::Kinds;
use super::evaluate::known::Known;
use super::paths::OPTIONAL_PARAMETER;
use super::shapes::parameters;
use super::{Findings, Subject};

/// An element of `violation` has no `msg`.
pub(super) static MISSING_MESSAGE: Lint = Lint {
    name: "missing-message",
    group: Group::Correctness,
    summary: "an element of `violation` has no `msg`, so that Gatekeeper drops it",
    page: include_str!("pages/missing-message.md"),
};

/// The `msg` of an element of `violation` is not a string.
pub(super) static MESSAGE_TYPE: Lint = Lint {
    name: "message-type",
    group: Group::Correctness,
    summary: "the `msg` of an element of `violation` is not a string",
    page: include_str!("pages/message-type.md"),
};

/// Reports elements without `msg`.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(entry) = subject.modules.first().filter(|_| subject.template) else { return };
    let optional = subject.constraints.map(parameters::optional).unwrap_or_default();
    for rule in &entry.rules {
        let Some(pairs) = element(rule).and_then(|element| object(rule, element)) else { continue };
        if let Some(value) = message(pairs) {
            findings.0.extend(optional_message(rule, value, &optional));
        }
        if message(pairs).is_some() || pairs.iter().any(|(key, _)| name(key).is_none()) {
            continue;
        }
        let keys = pairs.iter().filter_map(|(key, _)| Some((key.span, name(key)?)));
        let names: Vec<_> = keys.collect();
        let similar = ["message", "mgs", "Msg", "text", "reason"];
        let misspelled = names
            .iter()
            .find(|(_, name)| similar.contains(name) || closest(name, ["msg"]).is_some());
        let place = misspelled.map_or_else(|| whole(rule, pairs), |(place, _)| *place);
        let message = match misspelled {
            Some((_, name)) => format!("expected the key `msg` in this violation, found `{name}`"),
            None => "expected the key `msg` in this violation, found none".to_owned(),
        };
        let mut finding = Diagnostic::warning(&MISSING_MESSAGE, place, message)
            .with_help("Gatekeeper drops violations without `msg`, and allows the request");
        if misspelled.is_some() {
            finding = finding.with_fix(false, place, "\"msg\"");
        }
        findings.report(finding);
    }
}

/// Returns the finding about a `msg` that is an optional parameter, without which the violation is
/// undefined. Another literal that reads the parameter says that this is meant.
fn optional_message(rule: &Rule, value: &Term, optional: &[Arc<str>]) -> Option<Diagnostic> {
    let term = match &value.kind {
        TermKind::Var(name) => bound(rule, name)?,
        _ => value,
    };
    let TermKind::Ref(reference) = &term.kind else { return None };
    let mut path = match &reference.head.kind {
        TermKind::Var(root) if &**root == "input" => Vec::new(),
        _ => return None,
    };
    for operand in &reference.operands {
        match operand {
            Operand::Field(name) => path.push(&*name.text),
            Operand::Index(_) => return None,
        }
    }
    let ["parameters", rest @ ..] = &path[..] else { return None };
    let name = rest.join(".");
    if !optional.iter().any(|optional| **optional == *name) {
        return None;
    }
    let mut reads = 0;
    ast::walk::terms(rule, &mut |part| reads += usize::from(part == term));
    if reads > 1 {
        return None;
    }
    let message = format!(
        "expected a required parameter or one with a default, found the optional `{name}`, \
         without which nothing is reported here"
    );
    let field = name.rsplit('.').next().unwrap_or(&name);
    Some(Diagnostic::warning(&OPTIONAL_PARAMETER, term.span, message).with_help(format!(
        "add `required: [{field}]` or a default to the schema, or give another message without it"
    )))
}

/// Reports a `msg` of wrong types. `head` is the place of the head, `known` what is known of it.
pub(super) fn message_type(entry: &Module, head: Span, known: &Known<'_>, findings: &mut Findings) {
    if known.kinds == Kinds::NONE || known.kinds.within(Kinds::STRING) || known.kinds == Kinds::ANY
    {
        return;
    }
    let at_head =
        |rule: &&Rule| rule.head.span.start == head.start && rule.head.span.source == head.source;
    let Some(rule) = entry.rules.iter().find(at_head) else { return };
    let pairs = element(rule).and_then(|element| object(rule, element));
    let Some(value) = pairs.and_then(message) else { return };
    let bound = match &value.kind {
        TermKind::Var(name) => bound(rule, name),
        _ => None,
    };
    let found = known.kinds;
    let message = format!("expected a string as `msg`, found {found}");
    let mut finding =
        Diagnostic::warning(&MESSAGE_TYPE, bound.map_or(value.span, |term| term.span), message);
    if bound.is_some() {
        finding = finding.with_label(value.span, "the `msg` of the violation");
    }
    findings.report(finding.with_help("write a string, or format the value with `sprintf`"));
}

/// Reports an element that is not an object. `head` is the place of the head, `known` what is known of
/// the element.
pub(super) fn element_type(entry: &Module, head: Span, known: &Known<'_>, findings: &mut Findings) {
    let found = known.kinds;
    if found == Kinds::NONE || found.meets(Kinds::OBJECT) {
        return;
    }
    let at_head =
        |rule: &&Rule| rule.head.span.start == head.start && rule.head.span.source == head.source;
    let Some(element) = entry.rules.iter().find(at_head).and_then(element) else { return };
    let message = format!("expected an object with `msg` as the element, found {found}");
    let finding = Diagnostic::warning(&MISSING_MESSAGE, element.span, message);
    findings.report(finding.with_help("write `{\"msg\": …}`; Gatekeeper drops other elements"));
}

/// Returns the element that a definition of `violation` adds.
fn element(rule: &Rule) -> Option<&Term> {
    let Head { kind: HeadKind::Set { key, .. }, reference, .. } = &rule.head else { return None };
    (&*reference.name.text == "violation" && reference.operands.is_empty()).then_some(key)
}

/// Returns the pairs of an element: an object, or a variable that is bound to one.
fn object<'p>(rule: &'p Rule, element: &'p Term) -> Option<&'p [(Term, Term)]> {
    match &element.kind {
        TermKind::Object(pairs) => Some(pairs),
        TermKind::Var(name) => match &bound(rule, name)?.kind {
            TermKind::Object(pairs) => Some(pairs),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the term to which the only body of a rule binds a variable.
fn bound<'p>(rule: &'p Rule, variable: &str) -> Option<&'p Term> {
    let is_variable =
        |term: &Term| matches!(&term.kind, TermKind::Var(name) if &**name == variable);
    let [body] = &rule.bodies[..] else { return None };
    body.literals.iter().find_map(|literal| match &literal.kind {
        LiteralKind::Assign(left, right) | LiteralKind::Unify(left, right) if is_variable(left) => {
            Some(right)
        }
        LiteralKind::Unify(left, right) if is_variable(right) => Some(left),
        _ => None,
    })
}

fn name(key: &Term) -> Option<&str> {
    match &key.kind {
        TermKind::String(text) => Some(text),
        _ => None,
    }
}

fn message(pairs: &[(Term, Term)]) -> Option<&Term> {
    pairs.iter().find(|(key, _)| name(key) == Some("msg")).map(|(_, value)| value)
}

/// Returns the place of the element.
fn whole(rule: &Rule, pairs: &[(Term, Term)]) -> Span {
    match (element(rule), pairs) {
        (Some(element), _) if matches!(element.kind, TermKind::Object(_)) => element.span,
        (_, [(first, _), .., (_, last)]) => first.span.to(last.span),
        (_, [(key, value)]) => key.span.to(value.span),
        (_, []) => rule.head.span,
    }
}
