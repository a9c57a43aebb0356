//! The check of Namespaces, whose labels decide which constraints judge the objects in them.
//!
//! Gatekeeper decodes a Namespace into the type of `k8s.io/api/core/v1`
//! (`pkg/target/ns_cache.go`). One label that is not a string makes it refuse the whole Namespace,
//! because its other labels would be lost.

use std::sync::LazyLock;

use ferrego_runtime::{Document, Value};

use crate::fault::{Fault, FaultCode, FieldPath};
use crate::review::GroupVersionKind;
use crate::schema::Schema;

/// The types of the fields of a Namespace. As in Go, null stands for an absent value, and unknown
/// fields are accepted.
static NAMESPACE: LazyLock<Option<Schema>> = LazyLock::new(|| {
    let document = Document::parse(include_str!("namespace.schema.json")).ok()?;
    Schema::read(&document.value(), false).ok()
});

/// Returns the faults of a Namespace that Gatekeeper cannot decode. Any other object has none.
#[doc(hidden)]
pub fn namespace_faults(object: &Value<'_>) -> Vec<Fault> {
    let kind = GroupVersionKind::of(object);
    if kind.kind != "Namespace" || !kind.group.is_empty() {
        return Vec::new();
    }
    let Some(schema) = &*NAMESPACE else {
        // A test reads the schema. Without it, no Namespace counts as checked.
        let message = "the types of a Namespace cannot be read";
        return vec![Fault::new(FaultCode::InvalidObject, FieldPath::default(), message)];
    };
    let faults = schema.validate_at(object, &FieldPath::default());
    faults.into_iter().map(invalid).collect()
}

/// Converts a fault of the schema to one of the Namespace.
fn invalid(fault: Fault) -> Fault {
    let is_text = ["labels", "annotations"].iter().any(|key| {
        fault.path.0.starts_with(&FieldPath::of(&["metadata", key]).0) && fault.path.0.len() == 3
    });
    let help = if is_text {
        "quote the value: labels and annotations are strings"
    } else {
        "correct the field, or leave it out: Gatekeeper refuses such a Namespace"
    };
    Fault { code: FaultCode::InvalidObject, ..fault }.with_help(help)
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::{Arena, json};

    use super::*;

    fn faults(rest: &str) -> Vec<String> {
        let arena = Arena::new();
        let text = format!(r#"{{"apiVersion": "v1", "kind": "Namespace", {rest}}}"#);
        let value = json::parse(&arena, text.as_bytes()).expect("JSON");
        namespace_faults(&value).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_schema_is_valid() {
        assert!(NAMESPACE.is_some());
    }

    /// These are the rules of `runtime.DefaultUnstructuredConverter`.
    #[test]
    fn a_namespace_has_the_types_of_go() {
        for accepted in [
            r#""metadata": {"name": "shop"}"#,
            r#""metadata": null, "spec": null, "status": null"#,
            r#""metadata": {"labels": null, "annotations": {"a": null}, "generation": 2.0}"#,
            r#""metadata": {"color": 1}, "size": 2, "spec": {"finalizers": ["kubernetes", null]}"#,
            r#""metadata": {"creationTimestamp": null, "deletionTimestamp": "2026-01-02T03:04:05Z"}"#,
            r#""metadata": {"creationTimestamp": "2026-01-02T03:04:05.678+01:30"}"#,
            r#""metadata": {"managedFields": [{"fieldsV1": {"f:metadata": {}}}, null]}"#,
            r#""metadata": {"ownerReferences": [{"controller": true, "uid": "u"}]}"#,
            r#""status": {"phase": "Active", "conditions": [{"type": "a", "status": "True"}]}"#,
        ] {
            assert_eq!(faults(accepted), [""; 0], "{accepted}");
        }
        for (refused, path) in [
            (r#""metadata": {"labels": {"a": "b", "level": 3}}"#, "metadata.labels.level"),
            (r#""metadata": {"labels": {"restricted": true}}"#, "metadata.labels.restricted"),
            (r#""metadata": {"labels": []}"#, "metadata.labels"),
            (r#""metadata": {"annotations": {"a": 1}}"#, "metadata.annotations.a"),
            (r#""metadata": {"name": 1}"#, "metadata.name"),
            (r#""metadata": {"uid": 7}"#, "metadata.uid"),
            (r#""metadata": {"generation": "1"}"#, "metadata.generation"),
            (r#""metadata": {"generation": 1.5}"#, "metadata.generation"),
            (r#""metadata": {"creationTimestamp": "yesterday"}"#, "metadata.creationTimestamp"),
            (r#""metadata": {"creationTimestamp": ""}"#, "metadata.creationTimestamp"),
            (r#""metadata": {"creationTimestamp": []}"#, "metadata.creationTimestamp"),
            (r#""metadata": {"managedFields": [{"time": 1}]}"#, "metadata.managedFields[0].time"),
            (r#""metadata": {"ownerReferences": {}}"#, "metadata.ownerReferences"),
            (r#""metadata": "shop""#, "metadata"),
            (r#""spec": 3"#, "spec"),
            (r#""spec": {"finalizers": "a"}"#, "spec.finalizers"),
            (r#""status": []"#, "status"),
        ] {
            let found = faults(refused);
            assert!(!found.is_empty(), "{refused}");
            assert!(found[0].starts_with(&format!("invalid object: {path}: ")), "{found:?}");
        }
    }

    #[test]
    fn all_faults_are_found_and_other_kinds_have_none() {
        let two = r#""metadata": {"labels": {"a": 1, "b": []}}"#;
        assert_eq!(faults(two).len(), 2);
        let arena = Arena::new();
        let other = br#"{"apiVersion": "x.io/v1", "kind": "Namespace", "metadata": {"labels": 1}}"#;
        assert!(namespace_faults(&json::parse(&arena, other).expect("JSON")).is_empty());
    }
}
