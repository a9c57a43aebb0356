//! Wildcards in texts that are not patterns.
//!
//! `startswith(path, "/data/*")` holds only for a path with a `*` in it.

use ferrego_runtime::Value;

use super::operand_place;
use super::site::CallSite;
use crate::diagnostics::{Diagnostic, Edit, Fix, Group, Lint};
use crate::lints::evaluate::{Evaluation, Origin};

/// A prefix or suffix has a wildcard.
pub(in crate::lints) static WILDCARD_IN_TEXT: Lint = Lint {
    name: "wildcard-in-text",
    group: Group::Suspicious,
    summary: "a prefix or suffix has a `*`, which is not a wildcard there",
    page: include_str!("../pages/wildcard-in-text.md"),
};

/// Reports a constant prefix that ends in a wildcard, or a suffix that begins with one.
pub(super) fn check(evaluation: &mut Evaluation<'_, '_, '_>, site: &CallSite<'_, '_>) {
    let Some(part) = site.operands.get(1).filter(|part| part.origin == Origin::Body) else {
        return;
    };
    let Some(Value::String(text)) = part.value else { return };
    let rest = match site.builtin.name {
        "startswith" => text.strip_suffix('*'),
        "endswith" => text.strip_prefix('*'),
        _ => return,
    };
    let Some(rest) = rest.filter(|rest| !rest.is_empty()) else { return };
    let place = operand_place(evaluation, site, 1);
    let name = site.builtin.name;
    let message = format!("expected a plain text for `{name}`, found a wildcard in `{text}`");
    let mut finding = Diagnostic::warning(&WILDCARD_IN_TEXT, place, message)
        .with_help(format!("write `\"{rest}\"`, or use `glob.match`"));
    let edits = vec![Edit { span: place, text: format!("\"{rest}\"") }];
    finding.fix = Some(Box::new(Fix { edits, safe: false }));
    evaluation.findings.report(finding);
}
