//! Fields of constraints that Gatekeeper does not know, and values that have no effect.
//!
//! ```text
//! match: {kind: [{apiGroups: [""], kinds: [Pod]}]}   # the constraint matches all kinds
//! ```
//!
//! The API server drops an unknown field, unless the client asks for strict validation. A constraint
//! whose `match` has lost its only field matches everything.

use ferrego_runtime::Arena;
use ferrego_schema::Schema;
use ferrego_schema::constraints::{CONSTRAINT, MATCH};
use ferrego_schema::fault::FieldPath;

use super::{CONSTRAINT_FIELD, Checked};
use crate::diagnostics::Diagnostic;
use crate::lints::Findings;
use crate::suggest::closest;

/// The values of `spec.enforcementAction` (Gatekeeper's `pkg/util/enforcement_action.go`).
const ACTIONS: [&str; 4] = ["deny", "dryrun", "warn", "scoped"];

/// The values of `spec.match.scope`.
const SCOPES: [&str; 3] = ["*", "Cluster", "Namespaced"];

/// Validates the fields that all constraints have.
pub(super) fn check(checked: &Checked<'_>, findings: &mut Findings) {
    validate(checked, CONSTRAINT.as_ref(), &[], findings);
    validate(checked, MATCH.as_ref(), &["spec", "match"], findings);
    let help = "Gatekeeper reports violations, but neither denies nor warns";
    one_of(checked, &["spec", "enforcementAction"], &ACTIONS, help, findings);
    let help = "Gatekeeper treats any other text as `*`";
    one_of(checked, &["spec", "match", "scope"], &SCOPES, help, findings);
}

fn validate(
    checked: &Checked<'_>,
    schema: Option<&Schema>,
    path: &[&'static str],
    findings: &mut Findings,
) {
    let (Some(schema), Some(node)) = (schema, checked.at(path)) else { return };
    let arena = Arena::new();
    let Ok(value) = node.value(&arena) else { return };
    for fault in schema.validate_at(&value, &FieldPath::of(path)) {
        let finding = checked.finding(&CONSTRAINT_FIELD, &fault, schema.root(), path.len());
        findings.report(match finding.help {
            Some(_) => finding,
            None => finding.with_help("the API server rejects the constraint, or drops the field"),
        });
    }
}

/// Reports a text at `path` that is not one of `expected`.
fn one_of(
    checked: &Checked<'_>,
    path: &[&str],
    expected: &[&'static str],
    help: &str,
    findings: &mut Findings,
) {
    let Some(node) = checked.at(path) else { return };
    let Some(text) = node.as_str().filter(|text| !text.is_empty() && !expected.contains(text))
    else {
        return;
    };
    let list = expected.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
    let span = checked.place(node);
    let message = format!("expected one of {list}, found `{text}`");
    let finding = Diagnostic::warning(&CONSTRAINT_FIELD, span, message);
    findings.report(match closest(text, expected.iter().copied()) {
        Some(near) => {
            finding.with_help(format!("did you mean `{near}`?")).with_fix(false, span, near)
        }
        None => finding.with_help(help),
    });
}
