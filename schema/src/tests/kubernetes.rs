//! Tests of the behavior of Kubernetes and Gatekeeper beyond the rules for structural schemas.

use super::*;

#[test]
fn extensions_that_do_not_fit_are_refused() {
    for (json, at, message) in [
        (
            r#"{"type": "array", "items": {"type": "string"}, "x-kubernetes-list-map-keys": ["k"]}"#,
            ".x-kubernetes-list-type",
            "Required value: must be map if x-kubernetes-list-map-keys is non-empty",
        ),
        (
            r#"{"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": ""}"#,
            ".x-kubernetes-list-type",
            "Unsupported value: \"\": supported values: \"atomic\", \"set\", \"map\"",
        ),
        (
            r#"{"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
                "items": {"type": "object", "properties": {"k": {"type": "string"}}}}"#,
            ".items.properties.k.default",
            "Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
        ),
        (
            r#"{"type": "array", "items": {"type": "object"}, "x-kubernetes-list-type": "set"}"#,
            ".items.x-kubernetes-map-type",
            "Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set",
        ),
        (
            r#"{"type": "object", "x-kubernetes-validations": [{"message": "m"}]}"#,
            ".x-kubernetes-validations[0].rule",
            "Required value: rule is not specified",
        ),
        (
            r#"{"type": "object", "$schema": "x"}"#,
            ".$schema",
            "Forbidden: $schema is not supported",
        ),
        (
            r#"{"type": "object", "Properties": {}}"#,
            ".Properties",
            "expected the keyword `properties`, found `Properties`",
        ),
    ] {
        refused(json, at, message);
    }
}

#[test]
fn a_template_without_schema_takes_any_parameters_or_none() {
    assert!(Schema::of_template("", false).expect("no fault").is_none());
    let any = Schema::of_template("", true).expect("no fault").expect("a schema");
    for value in ["{}", r#"{"a": {"b": [1]}}"#, "[1]", "\"text\"", "null"] {
        let value = Document::parse(value).expect("JSON");
        assert_eq!(any.validate(&value.value()), []);
    }
    let schema = Schema::of_template(r#"{"type": "object"}"#, false).expect("no fault");
    let value = Document::parse(r#"{"a": 1}"#).expect("JSON");
    assert_eq!(schema.expect("a schema").validate(&value.value()).len(), 1);
}

#[test]
fn items_that_are_not_a_mapping_are_ignored() {
    for items in ["\"string\"", "7", "true"] {
        let json = format!(r#"{{"type": "array", "items": {items}}}"#);
        let schema = read(&json, true).expect("a legacy schema");
        assert_eq!(texts(schema.warnings()).len(), 1, "{items}");
        assert_eq!(faults(&schema, r#"["a", {"b": 1}]"#), [""; 0]);
        // Without `items`, the items of an array have no schema.
        refused(&json, ".items", "Required value: must be specified");
    }
    assert!(read(r#"{"type": "array", "items": [{"type": "string"}]}"#, true).is_err());
}

#[test]
fn what_kubernetes_reads_as_nothing_is_accepted() {
    for json in [
        r#"{"type": "object", "additionalProperties": false}"#,
        r#"{"type": "string", "x-kubernetes-int-or-string": true}"#,
        r#"{"type": "object", "oneOf": [{"properties": {"a": {"minimum": 1}}}]}"#,
        r#"{"type": "object", "anyOf": [null], "definitions": {}, "patternProperties": {}, "id": ""}"#,
        r#"{"type": "string", "items": []}"#,
    ] {
        read(json, false).expect(json);
    }
    let open = r#"{"x-kubernetes-int-or-string": true}"#;
    assert!(read(open, false).is_ok());
    assert!(read(open, true).is_err(), "Gatekeeper opens every schema without a type");
    let closed = r#"{"type": "object", "x-kubernetes-preserve-unknown-fields": false}"#;
    assert!(read(closed, true).is_ok());
}

#[test]
fn additional_properties_may_be_a_flag() {
    let none = r#"{"type": "object", "additionalProperties": false}"#;
    says(none, "{}", &[]);
    let forbidden = "Invalid value: \"z\": spec.parameters.z in body is a forbidden property";
    says(none, r#"{"z": 1}"#, &[forbidden]);
    let legacy = read(none, true).expect("a schema");
    assert_eq!(faults(&legacy, r#"{"z": 1}"#), [forbidden]);
    let any = r#"{"type": "object", "additionalProperties": true}"#;
    says(any, r#"{"z": [1, "a"]}"#, &[]);
    says(any, r#"{"z": {"y": 1}}"#, &["z.y: unknown field \"spec.parameters.z.y\""]);
    says(any, r#"{"z": [{"y": 1}]}"#, &["z[0].y: unknown field \"spec.parameters.z[0].y\""]);
}
