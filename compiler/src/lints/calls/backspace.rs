//! Patterns with a backspace where a word boundary is meant.
//!
//! In `"\bcorp\b"`, Rego reads `\b` as the character U+0008, as JSON does. Only a raw string passes
//! `\b` to the regular expression.

use ferrego_runtime::Value;
use ferrego_runtime::builtins::LiteralPattern;

use super::operand_place;
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::lints::calls::site::CallSite;
use crate::lints::evaluate::Evaluation;

/// A pattern contains a backspace.
pub(in crate::lints) static BACKSPACE_IN_PATTERN: Lint = Lint {
    name: "backspace-in-pattern",
    group: Group::Correctness,
    summary: "a pattern contains a backspace, which `\\b` stands for in a quoted string",
    page: include_str!("../pages/backspace-in-pattern.md"),
};

/// Checks the constant pattern of a regular expression.
pub(super) fn check(evaluation: &mut Evaluation<'_, '_, '_>, site: &CallSite<'_, '_>) {
    let index = match site.builtin.pattern {
        LiteralPattern::Match => 0,
        LiteralPattern::Search(index) => index,
        LiteralPattern::Glob | LiteralPattern::Template | LiteralPattern::Absent => return,
    };
    let pattern = site.operands.get(index).and_then(|operand| operand.value);
    let Some(Value::String(pattern)) = pattern else { return };
    if !pattern.contains('\u{8}') {
        return;
    }
    let place = operand_place(evaluation, site, index);
    let message = "expected a word boundary in the pattern, found a backspace";
    let finding = Diagnostic::warning(&BACKSPACE_IN_PATTERN, place, message);
    let help = "write the pattern as a raw string, between backquotes, or write `\\\\b`";
    evaluation.findings.report(finding.with_help(help));
}
