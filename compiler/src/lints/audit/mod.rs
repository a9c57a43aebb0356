//! Violations that an audit never reports.
//!
//! An audit reviews the objects in the cluster. Such a review has no operation: the field is an
//! empty string. A violation that requires `CREATE` therefore only denies new objects, and an audit
//! passes over the objects that break the policy already. It has neither a user nor an old object.
//! A violation that reads one of them is reported unless it also reads the operation: then it is
//! meant for requests. Operations that an audit cannot be about, such as `DELETE`, are not reported.
//!
//! A violation reads what its helpers read, and the helpers of those:
//!
//! ```text
//! violation[{"msg": "m"}] { not is_admin; … }
//! is_admin { input.review.userInfo.username == "admin" }   # an audit reports every object
//! ```

mod operations;
mod reads;

use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::hir::{Branch, RuleId, RuleKind};
use crate::source::Span;

use super::{Findings, Subject};
use reads::{Field, Fields, Reads, tested_rule};

/// A violation requires the operation `CREATE`, the user or the old object.
pub(super) static HIDDEN_FROM_AUDIT: Lint = Lint {
    name: "hidden-from-audit",
    group: Group::Compatibility,
    summary: "a violation requires a part of the request that an audit does not have",
    page: include_str!("../pages/hidden-from-audit.md"),
};

/// Looks at the definitions of the violations.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if !subject.template {
        return;
    }
    let reads = Reads::of(subject);
    for (index, rule) in subject.program.rules.iter().enumerate() {
        let is_violation = rule.kind == RuleKind::PartialSet
            && rule.span.source.0 == 0
            && rule.path.last().is_some_and(|name| **name == *"violation");
        if !is_violation {
            continue;
        }
        for branch in rule.clauses.iter().flat_map(|clause| &clause.branches) {
            let fields = reads.with_rules(subject.program, RuleId::at(index), branch);
            definition(subject, &reads, &fields, branch, findings);
        }
    }
}

/// Reports the first part of the request that a definition requires.
fn definition(
    subject: &Subject<'_>,
    reads: &Reads,
    fields: &Fields,
    branch: &Branch,
    findings: &mut Findings,
) {
    let request = [Field::User, Field::OldObject].into_iter().filter_map(|field| fields.get(field));
    if let Some((name, place)) = request.min_by_key(|(_, place)| (place.helper, place.span.start)) {
        if fields.get(Field::Operation).is_none() {
            findings.report(without_field(name, place.span, place.helper.then_some(branch.span)));
        }
        return;
    }
    if fields.get(Field::Options).is_some() {
        return;
    }
    for literal in &branch.body {
        let found = if reads.requires_creation(literal.span) {
            Some((literal.span, None))
        } else {
            let helper = match tested_rule(subject.program, literal) {
                Some((rule, false)) => reads.needs_creation.get(&rule),
                Some((rule, true)) => reads.spares_audits.get(&rule),
                None => None,
            };
            helper.map(|place| (*place, Some(literal.span)))
        };
        if let Some((place, helper)) = found {
            findings.report(never(subject, place, helper));
            return;
        }
    }
}

fn without_field(name: &str, span: Span, violation: Option<Span>) -> Diagnostic {
    let message = format!("an audit has no `{name}`, so that it cannot judge this violation");
    let finding = Diagnostic::warning(&HIDDEN_FROM_AUDIT, span, message);
    let finding = match violation {
        Some(violation) => finding.with_label(violation, "this violation depends on it"),
        None => finding,
    };
    finding.with_help(
        "test `input.review.operation` too, such as by `input.review.operation == \"UPDATE\"`, to \
         say that the violation is about requests",
    )
}

fn never(subject: &Subject<'_>, place: Span, helper: Option<Span>) -> Diagnostic {
    let quoted = subject.quoted(place);
    let message = format!("an audit never reports this violation, because of `{quoted}`");
    let finding = Diagnostic::warning(&HIDDEN_FROM_AUDIT, place, message);
    let finding = match helper {
        Some(literal) => finding.with_label(literal, "the violation depends on it"),
        None => finding,
    };
    finding.with_help(
        "a review of an audit has no operation; exclude the other operations instead, such \
         as by `input.review.operation != \"UPDATE\"`",
    )
}
