//! The lints about literals with one outcome.

use super::Evaluation;
use super::known::{Outcome, Reason};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::source::Span;

/// A literal never holds.
pub(in crate::lints) static NEVER_TRUE: Lint = Lint {
    name: "never-true",
    group: Group::Correctness,
    summary: "a literal never holds, so that its body never does",
    page: include_str!("../pages/never-true.md"),
};

/// A literal always holds.
pub(in crate::lints) static ALWAYS_TRUE: Lint = Lint {
    name: "always-true",
    group: Group::Suspicious,
    summary: "a literal always holds, so that it tests nothing",
    page: include_str!("../pages/always-true.md"),
};

/// A comparison has operands of different types.
pub(in crate::lints) static DIFFERENT_TYPES: Lint = Lint {
    name: "different-types",
    group: Group::Correctness,
    summary: "a comparison has operands whose types are never the same",
    page: include_str!("../pages/different-types.md"),
};

/// An `else` never runs.
pub(in crate::lints) static UNREACHABLE_ELSE: Lint = Lint {
    name: "unreachable-else",
    group: Group::Correctness,
    summary: "an `else` never runs, because the branch before it always holds",
    page: include_str!("../pages/unreachable-else.md"),
};

/// Two literals give a value one bound twice.
pub(in crate::lints) static EQUAL_BOUNDS: Lint = Lint {
    name: "equal-bounds",
    group: Group::Suspicious,
    summary: "a value is at least and at most one and the same value",
    page: include_str!("../pages/equal-bounds.md"),
};

/// Reports a bound that an earlier literal has as the opposite bound.
pub(super) fn equal_bounds(evaluation: &mut Evaluation<'_, '_, '_>, span: Span, earlier: Span) {
    let quoted = evaluation.subject.quoted(span);
    let message = format!("expected another bound than the earlier one, found `{quoted}`");
    let finding = Diagnostic::warning(&EQUAL_BOUNDS, span, message);
    let finding = finding.with_label(earlier, "the opposite bound");
    evaluation.findings.report(finding.with_help("correct one of the two, or write `==`"));
}

/// Reports a string that is never a member of a set whose members have another case.
pub(super) fn other_case(
    evaluation: &mut Evaluation<'_, '_, '_>,
    span: Span,
    text: &str,
    reason: &Reason,
) {
    let message = format!("`{text}` is never a member of both sets: {}", reason.why);
    let finding = Diagnostic::warning(&NEVER_TRUE, span, message);
    evaluation.findings.report(finding.with_help("write the string in the case of the others"));
}

/// Reports the outcome of a literal, if it is a mistake.
pub(super) fn outcome(evaluation: &mut Evaluation<'_, '_, '_>, span: Span, outcome: &Outcome) {
    let (lint, verb, reason) = match outcome {
        Outcome::Never(Some(reason)) => (&NEVER_TRUE, "never", reason),
        Outcome::Always(Some(reason)) | Outcome::Idle(reason) => (&ALWAYS_TRUE, "always", reason),
        Outcome::Open | Outcome::Never(None) | Outcome::Always(None) => return,
    };
    let Reason { lint: own, why, label } = reason;
    let lint = own.unwrap_or(lint);
    let quoted = evaluation.subject.quoted(span);
    let help = match (*lint == DIFFERENT_TYPES, verb) {
        (true, _) => "compare values of one type",
        (false, "never") => "correct or remove the literal",
        (false, _) => "compare the value, or remove the literal",
    };
    let mut finding = Diagnostic::warning(lint, span, format!("`{quoted}` {verb} holds: {why}"));
    if let Some((place, words)) = label
        && (place.source, place.start) != (span.source, span.start)
    {
        finding = finding.with_label(*place, &**words);
    }
    evaluation.findings.report(finding.with_help(help));
}

/// Reports an `else` after a branch that always holds.
pub(super) fn unreachable_else(evaluation: &mut Evaluation<'_, '_, '_>, span: Span, earlier: Span) {
    let finding = Diagnostic::warning(
        &UNREACHABLE_ELSE,
        span,
        "this `else` never runs, because the branch before it always holds",
    );
    let finding = finding.with_label(earlier, "holds for every input");
    evaluation
        .findings
        .report(finding.with_help("remove the `else`, or add a body to that branch"));
}
