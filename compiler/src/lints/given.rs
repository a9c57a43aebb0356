//! Parameters of constraints that the template's schema refuses.
//!
//! ```text
//! parameters: {maximum: 3}   # the schema declares `max`
//! ```
//!
//! The API server rejects such a constraint. The check validates the parameters as `ferrego verify`
//! does, of all constraints that are among the checked files.

use ferrego_runtime::Arena;
use ferrego_schema::Schema;
use ferrego_schema::fault::{Fault, FieldPath, Segment};

use super::surroundings::Given;
use super::{Findings, Subject};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::source::{SourceId, Span};
use crate::suggest::closest;
use crate::yaml::{Kind, Node};

/// The schema refuses a constraint's parameters.
pub(super) static REFUSED_PARAMETER: Lint = Lint {
    name: "refused-parameter",
    group: Group::Correctness,
    summary: "the template's schema refuses a parameter of a constraint",
    page: include_str!("pages/refused-parameter.md"),
};

/// The path of the parameters in a constraint.
const PARAMETERS: [&str; 2] = ["spec", "parameters"];

/// Validates the parameters of each constraint.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let (Some(constraints), given) = (subject.constraints, &subject.surroundings.given) else {
        return;
    };
    if given.is_empty() {
        return;
    }
    let Ok(schema) = Schema::of_template(&constraints.schema, constraints.legacy_schema) else {
        return;
    };
    let first = subject.sources.len() + usize::from(subject.surroundings.document.is_some());
    for (source, Given { constraint, .. }) in (first..).zip(given) {
        let source = SourceId(u32::try_from(source).unwrap_or(u32::MAX));
        let parameters = PARAMETERS.iter().try_fold(&**constraint, |node, key| node.get(key));
        let Some(parameters) = parameters else { continue };
        let Some(schema) = &schema else {
            let message = "expected no parameters, because the template has no schema";
            let span = Span { source, ..parameters.place() };
            let finding = Diagnostic::warning(&REFUSED_PARAMETER, span, message);
            findings.report(finding.with_help("declare the parameters in `openAPIV3Schema`"));
            continue;
        };
        let arena = Arena::new();
        let Ok(value) = parameters.value(&arena) else { continue };
        for fault in schema.validate(&value) {
            findings.report(finding(schema, constraint, source, &fault));
        }
    }
}

fn finding(schema: &Schema, constraint: &Node, source: SourceId, fault: &Fault) -> Diagnostic {
    let unknown = unknown_key(constraint, fault);
    let span = match unknown {
        Some(key) => key.span,
        None => constraint.deepest(fault.place()).0.place(),
    };
    let span = Span { source, ..span };
    let message = match unknown {
        Some(_) => fault.message.clone(),
        None => format!("{}: {}", fault.path, fault.message),
    };
    let finding = Diagnostic::warning(&REFUSED_PARAMETER, span, message);
    let top = fault.path.0.len() == PARAMETERS.len() + 1;
    let name = unknown.and_then(Node::as_str).filter(|_| top);
    let declared = schema.root().properties().map(|(name, _)| name);
    match name.and_then(|name| closest(name, declared)) {
        Some(near) => {
            finding.with_help(format!("did you mean `{near}`?")).with_fix(false, span, near)
        }
        None => finding.with_help("the API server rejects the constraint; correct the parameter"),
    }
}

/// Returns the key of a field that the schema does not declare.
fn unknown_key<'n>(constraint: &'n Node, fault: &Fault) -> Option<&'n Node> {
    if !fault.message.starts_with("unknown field") {
        return None;
    }
    let (Segment::Key(name), path) = fault.path.0.split_last()? else { return None };
    let (Node { kind: Kind::Mapping(pairs), .. }, true) =
        constraint.deepest(&FieldPath(path.to_vec()))
    else {
        return None;
    };
    pairs.iter().map(|(key, _)| key).find(|key| key.as_str() == Some(name))
}
