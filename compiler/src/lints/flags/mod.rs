//! Comparisons of flags that are undefined for a missing field.
//!
//! ```text
//! violation[{"msg": msg}] {
//!     input.review.object.spec.automountServiceAccountToken != false   # nothing for a missing field
//!     …
//! }
//! ```
//!
//! A comparison with an undefined value is undefined, so the violation is not reported. If the policy
//! negates the field somewhere else, it handles a missing field there. The rules that a violation
//! requires to have a value are bodies of the violation, too. Others are left alone:
//! `not is_safe(container)` reports a container without the field.

mod required;

use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::hir::{Body, Callee, Constant, LiteralKind, Ref, Root, Term};
use crate::source::Span;

use super::emptiness::Handled;
use super::review_fields::{Fields, ReviewRules, has_default};
use super::{Findings, Subject, bodies};

/// A comparison of a flag is undefined for a missing field.
pub(super) static FLAG_OF_MISSING: Lint = Lint {
    name: "flag-of-missing",
    group: Group::Suspicious,
    summary: "a comparison of a flag is undefined for a missing field, so that nothing is reported",
    page: include_str!("../pages/flag-of-missing.md"),
};

/// Looks at the bodies on which a violation depends.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !subject.template {
        return;
    }
    let mut handled = None;
    if !compares_flags(subject) {
        return;
    }
    let review = ReviewRules::of(subject);
    for definition in required::definitions(subject) {
        let arguments = Fields::of_arguments(definition.branch).among(&review);
        definition.bodies(arguments, &mut |body, fields| {
            for (span, field) in compared(body, fields) {
                let handled = handled.get_or_insert_with(|| Handled::of(subject.program));
                if !(fields.is_part(field) || is_parameter(field))
                    || fields.is_tested(field)
                    || handled.has(field)
                    || has_default(subject, field)
                {
                    continue;
                }
                let (quoted, text) = (subject.quoted(span), subject.quoted(field.span));
                let message = format!("`{quoted}` is undefined if `{text}` is missing");
                findings.report(Diagnostic::warning(&FLAG_OF_MISSING, span, message).with_help(
                    "give the field a default with `object.get`, or write `not` before the field",
                ));
            }
        });
    }
}

/// Returns `true` if some body compares a value with a truth value.
fn compares_flags(subject: &Subject<'_>) -> bool {
    let mut found = false;
    let is_flag = |term: &Term| matches!(term, Term::Constant(Constant::Bool(_)));
    for branch in bodies::branches(subject.program) {
        bodies::of_branch(branch, &mut |body| {
            found |= body.iter().any(|literal| match &literal.kind {
                LiteralKind::Unify(left, right) => is_flag(left) || is_flag(right),
                LiteralKind::Call { arguments, .. } => arguments.iter().any(is_flag),
                _ => false,
            });
        });
    }
    found
}

/// Returns the references that literals compare with a truth value and that a missing field makes
/// undefined, with the places of the literals: `x != true`, `x != false`, `x == false`.
fn compared<'p>(body: &'p Body, fields: &Fields<'p>) -> impl Iterator<Item = (Span, &'p Ref)> {
    body.iter().filter(|literal| literal.with.is_empty()).filter_map(|literal| {
        let (left, right, unequal) = match &literal.kind {
            LiteralKind::Unify(left, right) => (left, right, false),
            LiteralKind::Call { callee: Callee::Builtin(builtin), arguments, output: None } => {
                let [left, right] = &arguments[..] else { return None };
                match builtin.name {
                    "equal" => (left, right, false),
                    "neq" => (left, right, true),
                    _ => return None,
                }
            }
            _ => return None,
        };
        let (field, flag) = match (left, right) {
            (field, Term::Constant(Constant::Bool(flag)))
            | (Term::Constant(Constant::Bool(flag)), field) => (field, *flag),
            _ => return None,
        };
        let reference = match field {
            Term::Ref(reference) => reference,
            Term::Var(variable) => fields.held(*variable)?,
            _ => return None,
        };
        let ground = reference
            .operands
            .iter()
            .all(|operand| matches!(operand, Term::Constant(Constant::String(_))));
        (ground && (unequal || !flag)).then_some((literal.span, reference))
    })
}

fn is_parameter(reference: &Ref) -> bool {
    matches!(
        reference.operands.first(),
        Some(Term::Constant(Constant::String(name))) if &**name == "parameters"
    ) && reference.root == Root::Input
}
