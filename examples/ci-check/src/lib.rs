//! Judges manifests with the policies in `policies/`, which the build compiles to Rust.

use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;

use ferrego_gatekeeper::PolicySet;
use ferrego_gatekeeper::inventory::{Inventory, Snapshot};
use ferrego_gatekeeper::policy_set::JudgeError;
use ferrego_gatekeeper::review::{Numbers, Review};
use ferrego_runtime::{Arena, Document, Value};

ferrego_runtime::include_policies!();

const CONSTRAINTS: &str = include_str!("../constraints.json");

/// The findings in some manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// One line for each finding.
    pub text: String,
    /// `true` if a finding denies.
    pub denied: bool,
}

/// Judges the objects of all files. Each file is a name and JSON: an object or a `List`. Policies
/// see the objects of all files as their inventory.
///
/// # Errors
/// Returns an error if a file contains no object, or an object cannot be judged.
pub fn check(files: &[(String, Vec<u8>)]) -> Result<Report, Box<dyn Error>> {
    let policies = policies()?;
    let mut documents = Vec::new();
    for (name, json) in files {
        let document = Document::parse(json).map_err(|error| format!("{name}: {error}"))?;
        documents.push((name, document));
    }
    let inventory = Inventory::new();
    for object in documents.iter().flat_map(|(_, document)| objects(document)) {
        // An object without a name cannot be looked up, but it is judged.
        let _ = inventory.insert(Arc::new(Document::of(&object)));
    }
    let snapshot = inventory.snapshot();
    let mut report = Report::default();
    for (name, document) in &documents {
        for object in objects(document) {
            judge(&policies, &object, &snapshot, name, &mut report)
                .map_err(|error| format!("{name}: {error}"))?;
        }
    }
    Ok(report)
}

fn policies() -> Result<PolicySet, Box<dyn Error>> {
    let mut builder = PolicySet::builder();
    for &policy in POLICIES {
        builder.add_compiled(policy)?;
    }
    for constraint in objects(&Document::parse(CONSTRAINTS)?) {
        builder.read_constraint(&constraint)?;
    }
    Ok(builder.build())
}

/// Returns the items of a `List`, or else the document itself.
fn objects(document: &Document) -> Vec<Value<'_>> {
    let value = document.value();
    match (value.get_str("kind"), value.get_str("items")) {
        (Some(Value::String("List")), Some(Value::Array(items))) => items.to_vec(),
        _ => vec![value],
    }
}

fn judge(
    policies: &PolicySet,
    object: &Value<'_>,
    snapshot: &Snapshot,
    file: &str,
    report: &mut Report,
) -> Result<(), JudgeError> {
    let arena = Arena::new();
    let namespace = object.path(&["metadata", "namespace"]).and_then(|name| name.as_str());
    let namespace = namespace.and_then(|name| snapshot.namespace_object(name));
    let review = Review::from_object(&arena, *object, namespace, Numbers::Exact)?;
    let verdict = policies.review(&review, snapshot, &arena)?;
    report.denied |= verdict.is_denied();
    for finding in verdict.findings {
        let (action, constraint) = (finding.action, finding.constraint.name);
        // Writing to memory does not fail.
        let _ = writeln!(
            report.text,
            "{file}: {}: {action} [{constraint}] {}",
            name(object),
            finding.msg
        );
    }
    Ok(())
}

/// Returns the kind and name of an object: `KIND NAME`.
fn name(object: &Value<'_>) -> String {
    let text = |path: &[&str]| object.path(path).and_then(|text| text.as_str()).unwrap_or_default();
    format!("{} {}", text(&["kind"]), text(&["metadata", "name"]))
}
