//! Parameters of constraints that the template's schema refuses.
//!
//! ```text
//! parameters: {maximum: 3}   # the schema declares `max`
//! ```
//!
//! The API server rejects such a constraint. The check validates the parameters as `ferrego verify`
//! does.

use ferrego_runtime::Arena;
use ferrego_schema::Schema;

use super::{Checked, REFUSED_PARAMETER};
use crate::diagnostics::Diagnostic;
use crate::lints::Findings;
use crate::template::Constraints;

/// The path of the parameters in a constraint.
const PARAMETERS: [&str; 2] = ["spec", "parameters"];

/// Validates the parameters of all constraints.
pub(super) fn check(constraints: &Constraints, all: &[Checked<'_>], findings: &mut Findings) {
    let Ok(schema) = Schema::of_template(&constraints.schema, constraints.legacy_schema) else {
        return;
    };
    for checked in all {
        let path = PARAMETERS.iter();
        let parameters = path.clone().try_fold(checked.constraint, |node, key| node.get(key));
        let Some(parameters) = parameters else { continue };
        let Some(schema) = &schema else {
            let message = "expected no parameters, because the template has no schema";
            let span = checked.place(parameters);
            let finding = Diagnostic::warning(&REFUSED_PARAMETER, span, message);
            findings.report(finding.with_help("declare the parameters in `openAPIV3Schema`"));
            continue;
        };
        let arena = Arena::new();
        let Ok(value) = parameters.value(&arena) else { continue };
        for fault in schema.validate(&value) {
            let finding =
                checked.finding(&REFUSED_PARAMETER, &fault, schema.root(), PARAMETERS.len());
            findings.report(match finding.help {
                Some(_) => finding,
                None => finding
                    .with_help("the API server rejects the constraint; correct the parameter"),
            });
        }
    }
}
