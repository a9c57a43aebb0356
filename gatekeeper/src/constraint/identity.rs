//! The API version, kind and name of a constraint (frameworks' `crds.ValidateCR`).

use ferrego_runtime::Value;
use ferrego_runtime::text::quoted;

use crate::fault::{Fault, FaultCode, FieldPath};
use crate::{field_errors, k8s_names};

const GROUP: &str = "constraints.gatekeeper.sh";
const VERSIONS: [&str; 2] = ["v1alpha1", "v1beta1"];

/// Checks the API version, kind and name, and returns the kind and the name. A missing one is
/// empty, as is one of the wrong type, which the schema's validation has already reported.
pub(super) fn read<'a>(value: &Value<'a>, faults: &mut Vec<Fault>) -> (&'a str, &'a str) {
    let text = |keys: &[&str]| value.path(keys).and_then(|found| found.as_str());
    let name = text(&["metadata", "name"]).unwrap_or_default();
    let mut say = |keys: &[&str], message: String| {
        let path = FieldPath::of(keys);
        let fault = Fault::new(FaultCode::InvalidConstraint, path, message);
        faults.push(match value.path(keys) {
            Some(_) => fault,
            None => fault.seen_at(FieldPath::default()),
        });
    };
    let version = text(&["apiVersion"]).unwrap_or_default();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    if group != GROUP {
        let (group, name) = (quoted(group), quoted(name));
        let message =
            format!("unsupported group {group} for constraint {name}; allowed group: \"{GROUP}\"");
        say(&["apiVersion"], message);
    } else if !VERSIONS.contains(&version) {
        let (version, name, supported) = (quoted(version), quoted(name), VERSIONS.join(", "));
        let message = format!(
            "unsupported version {version} for Constraint {name}; supported versions: {supported}"
        );
        say(&["apiVersion"], message);
    }
    let kind = text(&["kind"]).unwrap_or_default();
    if kind.is_empty() {
        say(&["kind"], field_errors::required("a constraint's kind is one that a template makes"));
    }
    if matches!(value.path(&["metadata", "name"]), None | Some(Value::String(_))) {
        let wrong = k8s_names::subdomain(name);
        if !wrong.is_empty() {
            say(&["metadata", "name"], format!("invalid name: {}", quoted(&wrong.join("\n"))));
        }
    }
    (kind, name)
}
