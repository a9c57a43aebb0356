//! Names with which a policy compares the kind or the API group of the reviewed object, and that no
//! kind or group has.
//!
//! ```text
//! input.review.kind.kind == "ingress"                  # the kind is `Ingress`
//! input.review.kind.kind in {"Pod", "deployments"}     # a resource, not a kind
//! input.review.kind.group == "apps/v1"                 # an API version, not a group
//! ```
//!
//! The names of kinds begin with a capital, those of custom resources too. Another name is reported
//! if it misspells a kind or group of Kubernetes. Variables and rules without a body may hold the
//! object, its kind or its group.

use std::collections::HashMap;

use crate::ast::{
    self, HeadKind, Infix, LiteralKind, Module, Operand, Operator, Rule, Term, TermKind,
};
use crate::diagnostics::Diagnostic;
use crate::suggest::misspelled;

use super::paths::IMPOSSIBLE_VALUE;
use super::{Findings, Subject, kubernetes};

/// A part of the review that a policy gives a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The reviewed object.
    Object,
    /// Its kind.
    Kind,
    /// Its API group.
    Group,
}

/// The names of parts of the review.
type Aliases<'p> = HashMap<&'p str, Part>;

/// Looks at the comparisons with the kind and the group of the reviewed object.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !subject.template {
        return;
    }
    for module in subject.modules {
        let aliases = aliases_of_module(module);
        for rule in &module.rules {
            let aliases = aliases_of_rule(rule, &aliases);
            let mut compared = |left: &Term, right: &Term| {
                for (one, other) in [(left, right), (right, left)] {
                    match part(one, &aliases) {
                        Some(Part::Kind) => texts(other, &mut |item, text| {
                            findings.0.extend(kind(item, text));
                        }),
                        Some(Part::Group) => texts(other, &mut |item, text| {
                            findings.0.extend(group(item, text));
                        }),
                        Some(Part::Object) | None => {}
                    }
                }
            };
            ast::walk::bodies(rule, &mut |body| {
                for literal in &body.literals {
                    if let LiteralKind::Unify(left, right) = &literal.kind {
                        compared(left, right);
                    }
                }
            });
            ast::walk::terms(rule, &mut |term| match &term.kind {
                TermKind::Infix(infix) => {
                    let Infix { operator, left, right, .. } = &**infix;
                    if matches!(operator, Operator::Equal | Operator::NotEqual) {
                        compared(left, right);
                    }
                }
                TermKind::In(membership) => compared(&membership.value, &membership.collection),
                TermKind::Ref(reference) => {
                    if let [Operand::Index(index)] = &reference.operands[..] {
                        compared(index, &reference.head);
                    }
                }
                _ => {}
            });
        }
    }
}

/// Returns the rules that are names for parts of the review.
fn aliases_of_module(module: &Module) -> Aliases<'_> {
    let none = Aliases::new();
    let alias = |rule: &'_ Rule| match &rule.head.kind {
        HeadKind::Value(Some(value)) if rule.bodies.is_empty() => part(&value.term, &none),
        _ => None,
    };
    let named = module
        .rules
        .iter()
        .filter_map(|rule| Some((&*rule.head.reference.name.text, alias(rule)?)));
    named.collect()
}

/// Returns the names that hold within a rule: those of the module and its variables.
fn aliases_of_rule<'p>(rule: &'p Rule, module: &Aliases<'p>) -> Aliases<'p> {
    let mut found = module.clone();
    ast::walk::bodies(rule, &mut |body| {
        for literal in &body.literals {
            if let LiteralKind::Assign(left, right) | LiteralKind::Unify(left, right) =
                &literal.kind
                && let TermKind::Var(name) = &left.kind
            {
                match part(right, &found) {
                    Some(part) => found.insert(name, part),
                    None => found.remove(&**name),
                };
            }
        }
    });
    found
}

/// Returns the path of a variable or a reference of fields, with its root.
fn path(term: &Term) -> Option<Vec<&str>> {
    let reference = match &term.kind {
        TermKind::Var(name) => return Some(vec![name]),
        TermKind::Ref(reference) => reference,
        _ => return None,
    };
    let TermKind::Var(root) = &reference.head.kind else { return None };
    let fields = reference.operands.iter().map(|operand| match operand {
        Operand::Field(name) => Some(&*name.text),
        Operand::Index(Term { kind: TermKind::String(text), .. }) => Some(&**text),
        Operand::Index(_) => None,
    });
    std::iter::once(Some(&**root)).chain(fields).collect()
}

/// Returns the part of the review that a term is.
fn part(term: &Term, aliases: &Aliases<'_>) -> Option<Part> {
    match path(term)?[..] {
        ["input", "review", "object"] => Some(Part::Object),
        ["input", "review", "kind" | "object" | "oldObject", "kind"] => Some(Part::Kind),
        ["input", "review", "kind", "group"] => Some(Part::Group),
        [root, "kind"] if aliases.get(root) == Some(&Part::Object) => Some(Part::Kind),
        [name] => aliases.get(name).copied(),
        _ => None,
    }
}

/// Calls `visit` for each string in a constant.
fn texts(constant: &Term, visit: &mut dyn FnMut(&Term, &str)) {
    let (items, one) = match &constant.kind {
        TermKind::Array(items) | TermKind::Set(items) => (&items[..], None),
        _ => (&[][..], Some(constant)),
    };
    for item in items.iter().chain(one) {
        if let TermKind::String(text) = &item.kind {
            visit(item, text);
        }
    }
}

/// Returns the finding about a string that does not name a kind.
fn kind(item: &Term, text: &str) -> Option<Diagnostic> {
    let near = kubernetes::misspelled_kind(text);
    let is_name = text.starts_with(|first: char| first.is_ascii_uppercase());
    if kubernetes::kind_named(text).is_some() || text.is_empty() || (is_name && near.is_none()) {
        return None;
    }
    let message = format!("expected the name of a kind, found `{text}`");
    let finding = Diagnostic::warning(&IMPOSSIBLE_VALUE, item.span, message);
    Some(match near {
        Some(near) => finding.with_help(format!("did you mean `{near}`?")).with_fix(
            false,
            item.span,
            format!("\"{near}\""),
        ),
        None => finding.with_help("the names of kinds begin with a capital"),
    })
}

/// Returns the finding about a string that does not name an API group.
fn group(item: &Term, text: &str) -> Option<Diagnostic> {
    if kubernetes::is_group(text) {
        return None;
    }
    let finding = |message| Diagnostic::warning(&IMPOSSIBLE_VALUE, item.span, message);
    let suggest = |finding: Diagnostic, name: &str| {
        let help = format!("did you mean `{name}`?");
        finding.with_help(help).with_fix(false, item.span, format!("\"{name}\""))
    };
    if let Some((name, _)) = text.split_once('/') {
        let message = format!("expected an API group, found the API version `{text}`");
        return Some(suggest(finding(message), name));
    }
    let message = format!("expected an API group, found `{text}`");
    if matches!(text, "core" | "v1") {
        return Some(finding(message).with_help("the name of the core group is empty"));
    }
    let groups = kubernetes::kinds().iter().flat_map(|kind| &kind.groups).map(|one| one.group);
    let near = misspelled(text, groups.filter(|group| !group.is_empty()))?;
    Some(suggest(finding(message), near))
}
