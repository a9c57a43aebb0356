//! Checks that OPA's parser makes on parsed rules: default rules (`validateDefaultRuleValue`,
//! `validateDefaultRuleArgs`) and the rules of v1 (`checkRegoV1Rule` in `v1/ast/rego_v1.go`).

use std::collections::HashSet;

use crate::ast::{HeadKind, Operand, Rule, TemplatePart, Term, TermKind, walk};
use crate::diagnostics::Diagnostic;
use crate::source::{RegoVersion, Span};

use super::super::errors::{MAX_TERMS, parse_error, too_large};
use super::super::foreign;
use super::super::keywords;

/// Returns the error for a rule with too many terms.
pub(super) fn size(rule: &Rule) -> Option<Diagnostic> {
    let mut count = 0;
    walk::terms(rule, &mut |_| count += 1);
    let name = &rule.head.reference.name.text;
    (count > MAX_TERMS).then(|| too_large(rule.head.span, name, count))
}

/// Returns OPA's name for the kind of a term (`ValueName`).
pub(super) fn value_name(term: &Term) -> &'static str {
    match &term.kind {
        TermKind::Null => "null",
        TermKind::Bool(_) => "boolean",
        TermKind::Number(_) => "number",
        TermKind::String(_) => "string",
        TermKind::Template(_) => "templatestring",
        TermKind::Var(name) if matches!(name.as_ref(), "input" | "data") => "ref",
        TermKind::Var(_) => "var",
        TermKind::Ref(_) => "ref",
        TermKind::Call(_) | TermKind::Infix(_) | TermKind::Negative(_) | TermKind::In(_) => "call",
        TermKind::Array(_) => "array",
        TermKind::Object(_) => "object",
        TermKind::Set(_) => "set",
        TermKind::ArrayComprehension(_) => "arraycomprehension",
        TermKind::SetComprehension(_) => "setcomprehension",
        TermKind::ObjectComprehension(_) => "objectcomprehension",
    }
}

/// Returns the message for a term in the place of a rule's name.
pub(super) fn not_a_name(term: &Term) -> String {
    format!("{} cannot be used for rule name", value_name(term))
}

/// Returns `true` if the term holds no variable (`IsGround`; the head of a reference does not
/// count).
fn is_ground(term: &Term) -> bool {
    match &term.kind {
        TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_) => true,
        TermKind::Var(name) => matches!(name.as_ref(), "input" | "data"),
        TermKind::Ref(reference) => reference.operands.iter().all(operand_is_ground),
        TermKind::Call(call) => call.arguments.iter().all(is_ground),
        TermKind::Infix(infix) => is_ground(&infix.left) && is_ground(&infix.right),
        TermKind::Negative(term) => is_ground(term),
        TermKind::In(member) => {
            member.key.iter().chain([&member.value, &member.collection]).all(is_ground)
        }
        TermKind::Array(terms) | TermKind::Set(terms) => terms.iter().all(is_ground),
        TermKind::Object(pairs) => {
            pairs.iter().all(|(key, value)| is_ground(key) && is_ground(value))
        }
        TermKind::Template(_)
        | TermKind::ArrayComprehension(_)
        | TermKind::SetComprehension(_)
        | TermKind::ObjectComprehension(_) => false,
    }
}

pub(super) fn operand_is_ground(operand: &Operand) -> bool {
    match operand {
        Operand::Field(_) => true,
        Operand::Index(term) => is_ground(term),
    }
}

/// Returns `true` if the operand is computed or looked up, so that a head with it is not a constant
/// path.
pub(super) fn operand_is_reference(operand: &Operand) -> bool {
    match operand {
        Operand::Field(_) => false,
        Operand::Index(term) => matches!(term.kind, TermKind::Ref(_)) || !is_ground(term),
    }
}

/// Checks a default rule's value and parameters.
pub(super) fn default_rule(rule: &Rule, errors: &mut Vec<Diagnostic>) {
    let value = match &rule.head.kind {
        HeadKind::Value(value) => value,
        HeadKind::Function { parameters, value } => {
            default_parameters(parameters, rule.span, errors);
            value
        }
        HeadKind::Set { .. } => &None,
    };
    if let Some(value) = value {
        constant(&value.term, rule.span, errors);
    }
}

fn default_parameters(parameters: &[Term], span: Span, errors: &mut Vec<Diagnostic>) {
    let mut seen = HashSet::new();
    for parameter in parameters {
        let message = match &parameter.kind {
            TermKind::Var(name) if name.as_ref() == "_" || seen.insert(name) => continue,
            TermKind::Var(name) => format!("arguments cannot be repeated {name}"),
            _ => format!("arguments cannot contain {}", value_name(parameter)),
        };
        errors.push(parse_error(span, format!("illegal default rule ({message})")));
    }
}

/// Rejects variables, references and calls outside of comprehensions. As in OPA, the errors are at
/// the rule's `place`.
fn constant(term: &Term, place: Span, errors: &mut Vec<Diagnostic>) {
    match &term.kind {
        TermKind::Var(_)
        | TermKind::Ref(_)
        | TermKind::Call(_)
        | TermKind::Infix(_)
        | TermKind::Negative(_)
        | TermKind::In(_) => {
            let message =
                format!("illegal default rule (value cannot contain {})", value_name(term));
            errors.push(
                parse_error(place, message)
                    .with_help("compute the value in a rule of its own; a default is a constant"),
            );
        }
        TermKind::Array(terms) | TermKind::Set(terms) => {
            for term in terms {
                constant(term, place, errors);
            }
        }
        TermKind::Object(pairs) => {
            for (key, value) in pairs {
                constant(key, place, errors);
                constant(value, place, errors);
            }
        }
        TermKind::Template(parts) => {
            for part in parts {
                match part {
                    TemplatePart::Text(_) => {}
                    TemplatePart::Term(term) | TemplatePart::With(term, _) => {
                        constant(term, place, errors);
                    }
                }
            }
        }
        TermKind::Null
        | TermKind::Bool(_)
        | TermKind::Number(_)
        | TermKind::String(_)
        | TermKind::ArrayComprehension(_)
        | TermKind::SetComprehension(_)
        | TermKind::ObjectComprehension(_) => {}
    }
}

/// Checks a rule of a v1 module, or of a v0 module with `import rego.v1`.
pub(super) fn version_one(rule: &Rule, errors: &mut Vec<Diagnostic>) {
    let head = &rule.head;
    let name = &head.reference.name;
    if head.reference.operands.is_empty() && keywords::is_keyword(&name.text, RegoVersion::V1) {
        let message = format!("{} keyword cannot be used for rule name", name.text);
        errors.push(parse_error(name.span, message));
    }
    let bodyless = rule.bodies.is_empty() && !rule.default;
    if bodyless && matches!(head.kind, HeadKind::Value(None)) {
        errors.push(parse_error(
            head.span,
            "rule must have value assignment and/or body declaration",
        ));
    }
    if matches!(head.kind, HeadKind::Set { contains: false, .. }) {
        errors.push(
            parse_error(head.span, "`contains` keyword is required for partial set rules")
                .with_help(format!("write `{} contains …`", name.text)),
        );
    }
    let what = if matches!(head.kind, HeadKind::Function { .. }) { "function" } else { "rule" };
    let branches = rule.branches.iter().filter(|branch| !branch.uses_if && branch.body.is_some());
    // The `if` of the head counts for all bodies, and that of an `else` for this branch only.
    let bodies = if head.uses_if || rule.default { &[][..] } else { &rule.bodies[..] };
    let chained = bodies.iter().skip(1).map(|body| body.span);
    let first = bodies.first().map(|_| head.span);
    for span in first.into_iter().chain(chained).chain(branches.map(|branch| branch.span)) {
        let message = format!("`if` keyword is required before {what} body");
        let help = foreign::rule_name(&name.text).unwrap_or("write `if` before the `{`");
        errors.push(parse_error(span, message).with_help(help));
    }
}
