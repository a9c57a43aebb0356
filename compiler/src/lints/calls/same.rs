//! Calls and operators that have one expression as two operands.

use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::hir::Callee;
use crate::lints::evaluate::Evaluation;
use crate::source::Span;

/// Two operands are the same.
pub(in crate::lints) static SAME_OPERANDS: Lint = Lint {
    name: "same-operands",
    group: Group::Suspicious,
    summary: "a call or an operator has one expression as two operands",
    page: include_str!("../pages/same-operands.md"),
};

/// Returns the pairs of operands of a builtin that nobody means to be the same. `x * x` and `x + x`
/// may be meant, and comparisons have a lint of their own.
pub(in crate::lints) fn different_operands(name: &str) -> &'static [[usize; 2]] {
    match name {
        "minus"
        | "and"
        | "or"
        | "div"
        | "rem"
        | "array.concat"
        | "object.union"
        | "object.subset"
        | "startswith"
        | "endswith"
        | "contains"
        | "indexof"
        | "trim_prefix"
        | "trim_suffix"
        | "trim"
        | "split"
        | "strings.any_prefix_match"
        | "strings.any_suffix_match"
        | "regex.match"
        | "re_match"
        | "net.cidr_contains"
        | "net.cidr_intersects"
        | "semver.compare"
        | "internal.member_2" => &[[0, 1]],
        "glob.match" => &[[0, 2]],
        _ => &[],
    }
}

/// Reports a call whose operands at two indexes are the same. `bound` is the place of the literal
/// that gives the second one its value, if it is a variable.
pub(in crate::lints) fn same_operands(
    evaluation: &mut Evaluation<'_, '_, '_>,
    callee: Callee,
    [_, second]: [usize; 2],
    span: Span,
    bound: Option<Span>,
) {
    let subject = evaluation.subject;
    let call = evaluation.call_at(span);
    let place = call.and_then(|call| call.arguments.get(second)).map_or(span, |term| term.span);
    let name = match callee {
        Callee::Builtin(builtin) if !builtin.infix.is_empty() => builtin.infix,
        Callee::Builtin(builtin) => builtin.name,
        Callee::Function(rule) => subject.program.rule(rule).path.last().map_or("", |name| name),
    };
    let message = format!("expected two different operands of `{name}`, found one value twice");
    let mut finding = Diagnostic::warning(&SAME_OPERANDS, place, message);
    if let Some(bound) = bound.filter(|bound| bound.end <= span.start || span.end <= bound.start) {
        finding = finding.with_label(bound, "this value");
    }
    evaluation.findings.report(finding.with_help("correct one of the two"));
}
