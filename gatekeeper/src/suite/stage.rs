//! The stage at which Gatekeeper refuses a constraint (frameworks' `Client.AddConstraint`).

use ferrego_runtime::Value;

use crate::fault::{Fault, FaultCode, FieldPath, Segment, Severity};

/// Returns `true` if Gatekeeper refuses the constraint `value` because of its schema, as the test of
/// an invalid constraint expects. It checks name, kind, version and selectors before the schema, and
/// unknown fields and enforcement actions afterwards.
pub(super) fn fails_schema(value: &Value<'_>, faults: &[Fault]) -> bool {
    let errors = || faults.iter().filter(|fault| fault.severity == Severity::Error);
    errors().any(|fault| fault.code == FaultCode::SchemaValidation)
        && !errors().any(|fault| precedes_schema(value, fault))
}

/// Returns `true` if Gatekeeper finds the fault before it checks the schema.
fn precedes_schema(value: &Value<'_>, fault: &Fault) -> bool {
    let path = &fault.path.0[..];
    let below_selector = ["labelSelector", "namespaceSelector"]
        .into_iter()
        .find_map(|selector| path.strip_prefix(&FieldPath::of(&["spec", "match", selector]).0[..]));
    match (fault.code, below_selector) {
        (FaultCode::InvalidConstraint, Some(_)) => true,
        (FaultCode::InvalidConstraint, None) => !is_key(path.first(), "spec"),
        (FaultCode::SchemaValidation, Some(below)) => {
            !(is_null(value, path) && decodes_null(below))
        }
        // The selectors cannot be found in a value that is not an object.
        (FaultCode::SchemaValidation, None) => {
            let is_parent =
                path == FieldPath::of(&["spec"]).0 || path == FieldPath::of(&["spec", "match"]).0;
            is_parent && !is_null(value, path)
        }
        _ => false,
    }
}

/// Returns `true` if Go decodes a null at this path of a selector, and the selector can be valid.
fn decodes_null(below: &[Segment]) -> bool {
    is_key(below.first(), "matchLabels") || below.len() == 1 || is_key(below.get(2), "values")
}

fn is_key(segment: Option<&Segment>, name: &str) -> bool {
    matches!(segment, Some(Segment::Key(key)) if key == name)
}

/// Returns `true` if there is a null at `path`.
fn is_null(value: &Value<'_>, path: &[Segment]) -> bool {
    matches!(path.iter().try_fold(*value, below), Some(Value::Null))
}

fn below<'a>(value: Value<'a>, segment: &Segment) -> Option<Value<'a>> {
    match (segment, value) {
        (Segment::Key(key), value) => value.get_str(key),
        (Segment::Index(index), Value::Array(items)) => items.get(*index).copied(),
        (Segment::Index(_), _) => None,
    }
}

#[cfg(test)]
mod tests {
    use ferrego_runtime::{Arena, Document, json};

    use super::*;
    use crate::Schema;
    use crate::constraint::Constraint;

    fn fails(changes: &str) -> bool {
        let schema =
            Document::parse(r#"{"type": "object", "properties": {"n": {"type": "integer"}}}"#);
        let schema = Schema::read(&schema.expect("JSON").value(), false).expect("a schema");
        let arena = Arena::new();
        let text = format!(
            r#"{{"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "Limit", {changes}}}"#
        );
        let value = json::parse(&arena, text.as_bytes()).expect("JSON");
        let faults = Constraint::read(&value, Some(&schema)).expect_err("faults");
        fails_schema(&value, faults.as_slice())
    }

    #[test]
    fn only_faults_of_the_schema_are_expected() {
        for (name, spec, expected) in [
            ("a", r#"{"parameters": {"n": "x"}}"#, true),
            ("a", r#"{"parameters": {"n": "x", "m": 1}}"#, true),
            ("a", r#"{"enforcementAction": 3}"#, true),
            ("a", r#"{"match": {"kinds": {}}}"#, true),
            ("a", r#"{"match": {"labelSelector": {"matchLabels": {"a": null}}}}"#, true),
            ("a", "null", true),
            ("a", r#"{"parameters": {"m": 1}}"#, false),
            ("a", r#"{"foo": 1}"#, false),
            ("a", "[]", false),
            ("a", r#"{"match": []}"#, false),
            ("a", r#"{"match": {"labelSelector": []}}"#, false),
            ("a", r#"{"match": {"labelSelector": {"matchLabels": {"a": 1}}}}"#, false),
            (
                "a",
                r#"{"match": {"namespaceSelector": {"matchExpressions": [{"key": "a"}]}}}"#,
                false,
            ),
            ("A", r#"{"parameters": {"n": "x"}}"#, false),
            ("", r#"{"parameters": {"n": "x"}}"#, false),
        ] {
            let changes = format!(r#""metadata": {{"name": "{name}"}}, "spec": {spec}"#);
            assert_eq!(fails(&changes), expected, "{changes}");
        }
    }
}
