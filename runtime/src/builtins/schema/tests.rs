//! Tests with schemas and documents in JSON.

use super::{match_schema, verify_schema};
use crate::arena::Arena;
use crate::env::{Env, NoHost};
use crate::value::Value;

/// Returns the faults of `document` against `schema`, each as `type field: description`.
fn faults(schema: &str, document: &str) -> Vec<String> {
    let arena = Arena::new();
    let env = Env::strict(&arena, &NoHost);
    let text = |text: &str| Value::String(arena.string(text));
    let verdict = match match_schema(&env, &[text(document), text(schema)]) {
        Ok(Some(Value::Array([verdict, Value::Array(faults)]))) => {
            assert_eq!(*verdict, Value::Bool(faults.is_empty()));
            *faults
        }
        Ok(other) => return vec![format!("no verdict: {other:?}")],
        Err(error) => return vec![format!("{}: {}", error.code.as_str(), error.message)],
    };
    let part = |fault: &Value<'_>, key| {
        fault.get_str(key).and_then(|part| part.as_str()).unwrap_or_default().to_owned()
    };
    verdict
        .iter()
        .map(|fault| format!("{} {}", part(fault, "type"), part(fault, "error")))
        .collect()
}

/// Returns the fault of a schema, or `None` if it is valid.
fn verdict(schema: &str) -> Option<String> {
    let arena = Arena::new();
    let env = Env::strict(&arena, &NoHost);
    let operand = Value::String(arena.string(schema));
    match verify_schema(&env, &[operand]) {
        Ok(Some(Value::Array([Value::Bool(false), Value::String(fault)]))) => {
            Some(fault.strip_prefix("jsonschema: ").unwrap_or(fault).to_owned())
        }
        _ => None,
    }
}

#[test]
fn each_keyword_has_its_fault() {
    for (schema, document, expected) in [
        (
            r#"{"type": "integer"}"#,
            r#""a""#,
            "invalid_type (Root): Invalid type. Expected: integer, given: string",
        ),
        (
            r#"{"type": ["string", "null"]}"#,
            "1.5",
            "invalid_type (Root): Invalid type. Expected: [string,null], given: number",
        ),
        (r#"{"required": ["a"]}"#, "{}", "required (Root): a is required"),
        (
            r#"{"properties": {"a": {"items": {"minimum": 3}}}}"#,
            r#"{"a": [3, 2]}"#,
            "number_gte a.1: Must be greater than or equal to 3",
        ),
        (r#"{"maximum": 1.5}"#, "2", "number_lte (Root): Must be less than or equal to 1.5"),
        (r#"{"exclusiveMaximum": 2}"#, "2", "number_lt (Root): Must be less than 2"),
        (
            r#"{"minimum": 2, "exclusiveMinimum": true}"#,
            "2",
            "number_gt (Root): Must be greater than 2",
        ),
        (r#"{"multipleOf": 0.1}"#, "0.25", "multiple_of (Root): Must be a multiple of 0.1"),
        (
            r#"{"enum": ["a", 1.0]}"#,
            r#""b""#,
            "enum (Root): (Root) must be one of the following: \"a\", 1",
        ),
        (r#"{"const": {"a": 1}}"#, "{}", "const (Root): (Root) does not match: {\"a\":1}"),
        (
            r#"{"minLength": 2}"#,
            r#""é""#,
            "string_gte (Root): String length must be greater than or equal to 2",
        ),
        (
            r#"{"maxLength": 1}"#,
            r#""ab""#,
            "string_lte (Root): String length must be less than or equal to 1",
        ),
        (r#"{"pattern": "^a+$"}"#, r#""b""#, "pattern (Root): Does not match pattern '^a+$'"),
        (r#"{"format": "ipv4"}"#, r#""b""#, "format (Root): Does not match format 'ipv4'"),
        (r#"{"minItems": 1}"#, "[]", "array_min_items (Root): Array must have at least 1 items"),
        (r#"{"maxItems": 1}"#, "[1, 2]", "array_max_items (Root): Array must have at most 1 items"),
        (
            r#"{"uniqueItems": true}"#,
            "[1, 2, 1.0]",
            "unique (Root): array items[0,2] must be unique",
        ),
        (
            r#"{"items": [true], "additionalItems": false}"#,
            "[1, 2, 3]",
            "array_no_additional_items (Root): No additional items allowed on array",
        ),
        (
            r#"{"minProperties": 1}"#,
            "{}",
            "array_min_properties (Root): Must have at least 1 properties",
        ),
        (
            r#"{"maxProperties": 0}"#,
            r#"{"a": 1}"#,
            "array_max_properties (Root): Must have at most 0 properties",
        ),
        (
            r#"{"properties": {"a": true}, "patternProperties": {"^b": true}, "additionalProperties": false}"#,
            r#"{"a": 1, "bc": 1, "c": 1}"#,
            "additional_property_not_allowed (Root): Additional property c is not allowed",
        ),
        (
            r#"{"dependencies": {"a": ["b"]}}"#,
            r#"{"a": 1}"#,
            "missing_dependency (Root): Has a dependency on b",
        ),
        (
            r#"{"not": {"type": "null"}}"#,
            "null",
            "number_not (Root): Must not validate the schema (not)",
        ),
        ("false", "1", "false (Root): False always fails validation"),
    ] {
        assert_eq!(faults(schema, document), [expected], "{schema}");
    }
}

#[test]
fn references_are_followed() {
    for (schema, document, expected) in [
        (
            r##"{"definitions": {"n": {"type": "null"}}, "items": {"$ref": "#/definitions/n"}}"##,
            "[1]",
            "invalid_type 0: Invalid type. Expected: null, given: integer",
        ),
        (
            r#"{"$id": "http://x/y", "items": {"$ref": "http://x/y#/a"}, "a": {"type": "null"}}"#,
            "[1]",
            "invalid_type 0: Invalid type. Expected: null, given: integer",
        ),
        (
            r#"{"$id": "http://x/y", "items": {"$ref": "z#/not"}, "a": {"$id": "z", "not": {"type": "null"}}}"#,
            "[1]",
            "invalid_type 0: Invalid type. Expected: null, given: integer",
        ),
        // A fragment that is neither an identity nor a pointer means the whole document.
        (
            r##"{"items": {"$ref": "#a"}, "type": "array"}"##,
            "[1]",
            "invalid_type 0: Invalid type. Expected: array, given: integer",
        ),
        (
            r#"{"$ref": "http://json-schema.org/draft-07/schema#"}"#,
            r#"{"title": 1}"#,
            "invalid_type title: Invalid type. Expected: string, given: integer",
        ),
        // Draft 4 knows no `const`, even below a document of draft 7.
        (
            r#"{"$schema": "http://json-schema.org/draft-07/schema", "properties": {"s": {"$ref": "http://json-schema.org/draft-04/schema"}, "c": {"const": 1}}}"#,
            r#"{"s": {"const": 2}, "c": 2}"#,
            "const c: c does not match: 1",
        ),
    ] {
        assert_eq!(faults(schema, document), [expected], "{schema}");
    }
}

#[test]
fn combinations_report_the_closest_part() {
    let schema = r#"{"anyOf": [{"type": "null"}, {"properties": {"a": {"type": "null"}}}]}"#;
    assert_eq!(
        faults(schema, r#"{"a": 1}"#),
        [
            "number_any_of (Root): Must validate at least one schema (anyOf)",
            "invalid_type a: Invalid type. Expected: null, given: integer",
        ]
    );
    assert_eq!(
        faults(r#"{"oneOf": [true, true]}"#, "1"),
        ["number_one_of (Root): Must validate one and only one schema (oneOf)"]
    );
    assert_eq!(
        faults(r#"{"allOf": [{"minimum": 2}, true]}"#, "1"),
        [
            "number_gte (Root): Must be greater than or equal to 2",
            "number_all_of (Root): Must validate all the schemas (allOf)",
        ]
    );
    let schema = r#"{"if": {"minimum": 2}, "then": {"maximum": 3}, "else": {"const": 0}}"#;
    assert_eq!(
        faults(schema, "4")[0],
        r#"condition_then (Root): Must validate "then" as "if" was valid"#
    );
    assert_eq!(
        faults(schema, "1")[0],
        r#"condition_else (Root): Must validate "else" as "if" was not valid"#
    );
    assert_eq!(faults(schema, "0"), Vec::<String>::new());
    assert_eq!(
        faults(r#"{"contains": {"const": 1}}"#, "[]"),
        ["contains (Root): At least one of the items must match"]
    );
}

#[test]
fn schemas_are_checked() {
    for schema in ["{}", "true", r#"{"type": ["string", "null"], "minLength": 1, "maxLength": 1}"#]
    {
        assert_eq!(verdict(schema), None, "{schema}");
    }
    for (schema, fault) in [
        ("{", "invalid JSON string"),
        ("[]", "schema is invalid"),
        (
            r#"{"type": "x"}"#,
            "has a primitive type that is NOT VALID -- given: /x/ Expected valid values are:[array boolean integer number null object string]",
        ),
        (r#"{"type": ["null", "null"]}"#, "null type is duplicated"),
        (r#"{"type": 1}"#, "Invalid type. Expected: type, given: string/Array Of Strings"),
        (r#"{"properties": []}"#, "Properties must be of type object"),
        (r#"{"properties": {"a": 1}}"#, "Expected: Valid Schema, given: Invalid JSON"),
        (r#"{"items": 1}"#, "Invalid type. Expected: Valid Schema/Array Of Schemas, given: items"),
        (r#"{"multipleOf": 0}"#, "multipleOf must be strictly greater than 0"),
        (r#"{"minLength": -1}"#, "minLength must be greater than or equal to 0"),
        (r#"{"minLength": 1.0}"#, "minLength must be of an integer"),
        (r#"{"minLength": 2, "maxLength": 1}"#, "minLength cannot be greater than maxLength"),
        (r#"{"minimum": "1"}"#, "minimum must be of a Number"),
        (r#"{"exclusiveMinimum": true}"#, "exclusiveMinimum cannot be used without minimum"),
        (r#"{"required": ["a", "a"]}"#, "required items must be unique"),
        (r#"{"enum": [1, 1.0]}"#, "enum items must be unique"),
        (r#"{"anyOf": {}}"#, "anyOf must be of an array"),
        (r#"{"not": 1}"#, "not must be of an object"),
        (r#"{"pattern": "("}"#, "pattern must be a valid regex"),
        (r##"{"$ref": "#/a"}"##, "Object has no key 'a'"),
        (r#"{"$ref": "x.json#/a"}"#, "Reference /x.json#/a must be canonical"),
        (r##"{"$ref": "#/%"}"##, r##"parse "#/%": invalid URL escape "%""##),
        // If a reference has been followed before, the keywords beside it are checked.
        (r##"{"$ref": "#", "multipleOf": 0}"##, "multipleOf must be strictly greater than 0"),
        (
            r#"{"$schema": "http://json-schema.org/draft-04/schema#", "items": true, "not": {"items": [true]}}"#,
            "Expected: Valid Schema, given: Invalid JSON",
        ),
    ] {
        assert_eq!(verdict(schema).as_deref(), Some(fault), "{schema}");
    }
}

/// OPA would load the document, so that no answer is right.
#[test]
fn other_documents_stop_the_evaluation() {
    for schema in [
        r#"{"$ref": "http://x/y"}"#,
        r#"{"$id": "http://x/y", "not": {"$ref": "z#/a"}}"#,
        r#"{"items": {"$ref": "file:///etc/schema.json"}}"#,
    ] {
        let expected =
            "eval_internal_error: the schema refers to another document, which is not loaded";
        assert_eq!(faults(schema, "1"), [expected], "{schema}");
    }
}

#[test]
fn schemas_that_refer_to_themselves_end() {
    let schema = r##"{"properties": {"next": {"$ref": "#"}}, "required": ["v"]}"##;
    assert_eq!(
        faults(schema, r#"{"v": 1, "next": {"v": 1, "next": {}}}"#),
        ["required next.next: v is required"]
    );
    assert_eq!(
        faults(r##"{"allOf": [{"$ref": "#"}]}"##, "1"),
        ["eval_internal_error: the schema nests too deeply"]
    );
}
