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
