//! Tests of the formats of strings.

use super::*;

/// Texts with Kubernetes' verdicts, recorded with the oracle: lines of `[format, text, accepted]`.
const RECORDED: &str = include_str!("formats.jsonl");

#[test]
fn texts_have_the_verdicts_of_kubernetes() {
    let mut wrong = Vec::new();
    for line in RECORDED.lines() {
        let case = Document::parse(line).expect(line);
        let Value::Array([Value::String(format), text, Value::Bool(accepted)]) = case.value()
        else {
            panic!("{line}");
        };
        let schema = schema(&format!(r#"{{"type": "string", "format": "{format}"}}"#));
        if schema.validate(text).is_empty() != *accepted {
            wrong.push(line);
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn formats_are_checked() {
    let json = r#"{"type": "object", "properties": {"ip": {"type": "string", "format": "ipv4"},
        "net": {"type": "string", "format": "cidr"}, "id": {"type": "string", "format": "uuid"}}}"#;
    says(
        json,
        r#"{"ip": "10.0.0.1", "net": "10.0.0.0/8", "id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}"#,
        &[],
    );
    let message =
        "ip: Invalid value: \"::1\": spec.parameters.ip in body must be of type ipv4: \"::1\"";
    says(json, r#"{"ip": "::1"}"#, &[message]);
    assert_eq!(faults(&schema(json), r#"{"net": "10.0.0.0/+8", "id": "1"}"#).len(), 2);
}

/// Values with Kubernetes' verdicts, recorded with the oracle: lines of `[schema, accepted values,
/// rejected values]`.
const TYPES: &str = include_str!("types.jsonl");

#[test]
fn a_format_changes_the_types_that_kubernetes_accepts() {
    let mut wrong = Vec::new();
    for line in TYPES.lines() {
        let case = Document::parse(line).expect(line);
        let Value::Array([own, Value::Array(accepted), Value::Array(rejected)]) = case.value()
        else {
            panic!("{line}");
        };
        let schema = schema(&own.to_string());
        let judge = |value: &&Value<'_>| schema.validate(value).is_empty();
        let rejected = rejected.iter().filter(judge);
        let differing = accepted.iter().filter(|value| !judge(value)).chain(rejected);
        wrong.extend(differing.map(|value| format!("{own} {value}")));
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn messages_name_the_format_instead_of_the_type() {
    let field = |own: &str| format!(r#"{{"type": "object", "properties": {{"v": {own}}}}}"#);
    let number = r#"{"type": "integer", "format": "int32"}"#;
    let text = r#"{"type": "string", "format": "date"}"#;
    let wrong = "v: Invalid value: \"\": spec.parameters.v in body must be of type int32: \"\"";
    says(&field(number), r#"{"v": true}"#, &[wrong]);
    let wrong =
        "v: Invalid value: \"int64\": spec.parameters.v in body must be of type date: \"int64\"";
    says(&field(text), r#"{"v": 1}"#, &[wrong]);
    let range = "v: Invalid value: \"\": Checked value must be of type integer with format int32 in spec.parameters.v";
    says(&field(number), r#"{"v": 2147483648}"#, &[range]);
}

#[test]
fn formats_without_effect_are_warned_of() {
    for (own, warnings) in [
        (r#"{"type": "string", "format": "k8s-short-name"}"#, 0),
        (r#"{"type": "string", "format": "k8s-long-name"}"#, 0),
        (r#"{"type": "string", "format": "date-time"}"#, 0),
        (r#"{"type": "integer", "format": "int64"}"#, 0),
        (r#"{"type": "string", "format": "int64"}"#, 1),
        (r#"{"type": "integer", "format": "date"}"#, 1),
        (r#"{"type": "string", "format": "host"}"#, 1),
        (r#"{"type": "boolean", "format": "password"}"#, 1),
    ] {
        assert_eq!(schema(own).warnings().len(), warnings, "{own}");
    }
}

#[test]
fn defaults_have_the_format() {
    for (format, good, bad) in
        [("email", "a@b", "x"), ("uri", "/", ""), ("k8s-short-name", "a", "A")]
    {
        let own = |default| {
            let json =
                format!(r#"{{"type": "string", "format": "{format}", "default": "{default}"}}"#);
            read(&format!(r#"{{"type": "object", "properties": {{"v": {json}}}}}"#), false)
        };
        assert!(own(good).is_ok(), "{format}");
        assert!(own(bad).is_err(), "{format}");
    }
}
