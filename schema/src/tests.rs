mod factors;
mod formats;
mod kubernetes;

use proptest::prelude::*;

use super::*;

fn schema(json: &str) -> Schema {
    read(json, false).expect("a schema")
}

fn read(json: &str, legacy: bool) -> Result<Schema, Vec<String>> {
    let document = Document::parse(json).expect("JSON");
    Schema::read(&document.value(), legacy).map_err(|faults| texts(faults.as_slice()))
}

fn texts(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn refused(json: &str, at: &str, message: &str) {
    let root = "spec.crd.spec.validation.openAPIV3Schema";
    let expected = format!("invalid ConstraintTemplate: {root}{at}: {message}");
    let faults = read(json, false).err().unwrap_or_default();
    assert!(faults.contains(&expected), "{expected}\n is not in\n{faults:#?}");
}

/// Returns the faults of `value` under the schema, without the code and `spec.parameters`.
fn faults(schema: &Schema, value: &str) -> Vec<String> {
    let value = Document::parse(value).expect("JSON");
    let texts = texts(&schema.validate(&value.value()));
    let short = |text: &String| {
        let (code, text) = text.split_once(": spec.parameters").expect("the code and the path");
        assert!(["schema validation failed", "invalid Constraint"].contains(&code), "{code}");
        text.trim_start_matches(['.', ':', ' ']).to_owned()
    };
    texts.iter().map(short).collect()
}

#[track_caller]
fn says(schema: &str, value: &str, expected: &[&str]) {
    assert_eq!(faults(&self::schema(schema), value), expected);
}

const LIMITS: &str = r#"{"type": "object", "required": ["mode"], "properties": {
    "limit": {"type": "integer", "minimum": 1, "maximum": 9},
    "share": {"type": "number", "minimum": 0, "exclusiveMinimum": true, "multipleOf": 0.1},
    "mode": {"type": "string", "enum": ["soft", "hard"]},
    "name": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$"},
    "tags": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "string"}},
    "port": {"x-kubernetes-int-or-string": true},
    "note": {"type": "string", "nullable": true},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 1}}}"#;

#[test]
fn values_that_fit_have_no_faults() {
    let value = r#"{"limit": 9, "share": 0.3, "mode": "hard", "name": "abc", "tags": ["a"],
        "port": "http", "note": null, "labels": {"a": "b"}}"#;
    says(LIMITS, value, &[]);
    says(LIMITS, r#"{"limit": 2.0, "mode": "soft", "port": 80}"#, &[]);
}

#[test]
fn types_are_checked() {
    let say = |name: &str, expected: &str, actual: &str| {
        format!(
            "{name}: Invalid value: \"{actual}\": spec.parameters.{name} in body must be of type \
             {expected}: \"{actual}\""
        )
    };
    for (field, expected, actual) in [
        (r#""limit": "3""#, "integer", "string"),
        (r#""limit": null"#, "integer", "null"),
        (r#""share": true"#, "number", "boolean"),
        (r#""name": 3"#, "string", "integer"),
        (r#""tags": {}"#, "array", "object"),
        (r#""labels": []"#, "object", "array"),
        (r#""port": true"#, "integer,string", "boolean"),
    ] {
        let name = field.split('"').nth(1).expect("a name");
        let value = format!("{{\"mode\": \"soft\", {field}}}");
        says(LIMITS, &value, &[&say(name, expected, actual)]);
    }
    let range = "limit: Invalid value: \"\": Checked value must be of type integer (default format) in spec.parameters.limit";
    let value = r#"{"mode": "soft", "limit": 1.5}"#;
    says(LIMITS, value, &[&say("limit", "integer", "number"), range]);
}

#[test]
fn values_are_checked() {
    for (field, message) in [
        (
            r#""limit": 0"#,
            "limit: Invalid value: 0: spec.parameters.limit in body should be greater than or equal to 1",
        ),
        (
            r#""limit": 10"#,
            "limit: Invalid value: 10: spec.parameters.limit in body should be less than or equal to 9",
        ),
        (
            r#""share": 0"#,
            "share: Invalid value: 0: spec.parameters.share in body should be greater than 0",
        ),
        (
            r#""share": 0.25"#,
            "share: Invalid value: 0.25: spec.parameters.share in body should be a multiple of 0.1",
        ),
        (
            r#""name": "a""#,
            "name: Invalid value: \"a\": spec.parameters.name in body should be at least 2 chars long",
        ),
        (r#""name": "abcde""#, "name: Too long: may not be more than 4 bytes"),
        (
            r#""name": "a1""#,
            "name: Invalid value: \"a1\": spec.parameters.name in body should match '^[a-z]+$'",
        ),
        (
            r#""tags": []"#,
            "tags: Invalid value: 0: spec.parameters.tags in body should have at least 1 items",
        ),
        (r#""tags": ["a", "b", "c"]"#, "tags: Too many: 3: must have at most 2 items"),
        (r#""labels": {"a": "1", "b": "2"}"#, "labels: Too many: 2: must have at most 1 item"),
        (
            r#""labels": {"a": 1}"#,
            "labels.a: Invalid value: \"integer\": spec.parameters.labels.a in body must be of type string: \"integer\"",
        ),
    ] {
        says(LIMITS, &format!("{{\"mode\": \"soft\", {field}}}"), &[message]);
    }
    let message = "mode: Unsupported value: \"mild\": supported values: \"soft\", \"hard\"";
    says(LIMITS, r#"{"mode": "mild"}"#, &[message]);
}

#[test]
fn a_missing_key_is_named_and_its_object_shown() {
    let json = r#"{"type": "object", "properties": {"rules": {"type": "array",
        "items": {"type": "object", "required": ["key"], "properties": {"key": {"type": "string"}}}}}}"#;
    let value = Document::parse(r#"{"rules": [{"key": "a"}, {}]}"#).expect("JSON");
    let faults = schema(json).validate(&value.value());
    assert_eq!(
        texts(&faults),
        ["schema validation failed: spec.parameters.rules[1].key: Required value"]
    );
    assert_eq!(faults[0].place().to_string(), "spec.parameters.rules[1]");
}

#[test]
fn combinations_are_checked() {
    let any = r#"{"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}"#;
    says(any, r#"{"b": 1}"#, &[]);
    let message =
        "Invalid value: \"\": \"spec.parameters\" must validate at least one schema (anyOf)";
    says(any, "{}", &[message, "a: Required value"]);
    let one = any.replace("anyOf", "oneOf");
    let must =
        "Invalid value: \"\": \"spec.parameters\" must validate one and only one schema (oneOf).";
    says(&one, r#"{"a": 1, "b": 1}"#, &[&format!("{must} Found 2 valid alternatives")]);
    says(&one, "{}", &[&format!("{must} Found none valid"), "a: Required value"]);
    let all = any.replace("anyOf", "allOf");
    let must = "Invalid value: \"\": \"spec.parameters\" must validate all the schemas (allOf)";
    says(&all, r#"{"a": 1}"#, &["b: Required value", must]);
    let not = r#"{"type": "object", "properties": {"a": {"type": "integer"}}, "not": {"required": ["a"]}}"#;
    says(not, "{}", &[]);
    let message = "Invalid value: \"\": \"spec.parameters\" must not validate the schema (not)";
    says(not, r#"{"a": 1}"#, &[message]);
}

#[test]
fn unknown_fields_are_errors() {
    let json = r#"{"type": "object", "properties": {
        "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": true,
            "properties": {"closed": {"type": "object"}}},
        "any": {"type": "object", "additionalProperties": true},
        "list": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}}}}"#;
    let schema = schema(json);
    let value = r#"{"opne": 1, "open": {"x": 1, "closed": {"y": 1}}, "any": {"z": {}}, "list": [{"b": 1}]}"#;
    let value = Document::parse(value).expect("JSON");
    let faults = schema.validate(&value.value());
    let paths: Vec<_> = faults.iter().map(|fault| fault.path.to_string()).collect();
    let below = |path: &str| format!("spec.parameters.{path}");
    assert_eq!(paths, [below("list[0].b"), below("open.closed.y"), below("opne")]);
    assert!(faults.iter().all(|fault| fault.severity == Severity::Error));
    assert_eq!(faults[2].message, "unknown field \"spec.parameters.opne\"");
    assert_eq!(faults[2].help.as_deref(), Some("the schema knows any, list, open"));
}

#[test]
fn defaults_are_filled_in_at_every_depth() {
    let json = r#"{"type": "object", "properties": {
        "mode": {"type": "string", "default": "soft"},
        "none": {"type": "string", "nullable": true, "default": "x"},
        "inner": {"type": "object", "default": {}, "properties": {"n": {"type": "integer", "default": 3}}},
        "outer": {"type": "object", "properties": {"n": {"type": "integer", "default": 3}}},
        "list": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer", "default": 4}}}},
        "map": {"type": "object", "additionalProperties": {"type": "integer", "default": 5}}}}"#;
    let value = r#"{"mode": null, "none": null, "list": [{}, {"n": 1}], "map": {"a": null, "b": 1}, "more": 1}"#;
    let value = Document::parse(value).expect("JSON");
    let arena = Arena::new();
    let filled = schema(json).apply_defaults(&value.value(), &arena);
    let expected = r#"{"inner": {"n": 3}, "list": [{"n": 4}, {"n": 1}], "map": {"a": 5, "b": 1}, "mode": "soft", "more": 1, "none": null}"#;
    assert_eq!(filled.to_string(), expected);
}

#[test]
fn a_schema_that_is_not_structural_is_refused() {
    let types =
        "supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"";
    let unsupported = format!("Unsupported value: \"integr\": {types}");
    refused(
        r#"{"type": "object", "properties": {"n": {"type": "integr"}}}"#,
        ".properties.n.type",
        &unsupported,
    );
    for (json, at, message) in [
        ("{}", ".type", "Required value: must not be empty for specified object fields"),
        (r#"{"type": "array"}"#, ".items", "Required value: must be specified"),
        (
            r#"{"type": "array", "items": {}}"#,
            ".items.type",
            "Required value: must not be empty for specified array items",
        ),
        (
            r#"{"type": "null"}"#,
            ".type",
            "Forbidden: type cannot be set to null, use nullable as an alternative",
        ),
        (
            r#"{"type": "object", "minProperties": "1"}"#,
            ".minProperties",
            "Invalid value: \"1\": must be an integer",
        ),
        (
            r#"{"type": "object", "required": "a"}"#,
            ".required",
            "Invalid value: \"a\": must be a list of strings",
        ),
        (
            r#"{"type": "string", "pattern": "("}"#,
            ".pattern",
            "Invalid value: \"(\": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): `(`",
        ),
        (r##"{"$ref": "#/a"}"##, ".$ref", "Forbidden: $ref is not supported"),
        (
            r#"{"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false}"#,
            ".additionalProperties",
            "Forbidden: additionalProperties and properties are mutual exclusive",
        ),
        (
            r#"{"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}}"#,
            ".additionalProperties",
            "Forbidden: additionalProperties and properties are mutual exclusive",
        ),
        (
            r#"{"type": "array", "items": [{"type": "string"}]}"#,
            ".items",
            "Invalid value: [{\"type\":\"string\"}]: must be a schema object and not an array",
        ),
        (
            r#"{"type": "array", "items": {"type": "string"}, "uniqueItems": true}"#,
            ".uniqueItems",
            "Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
        ),
        (
            r#"{"x-kubernetes-int-or-string": true, "x-kubernetes-preserve-unknown-fields": true}"#,
            ".x-kubernetes-preserve-unknown-fields",
            "Invalid value: true: must be false if x-kubernetes-int-or-string is true",
        ),
        (
            r#"{"type": "object", "x-kubernetes-preserve-unknown-fields": false}"#,
            ".x-kubernetes-preserve-unknown-fields",
            "Invalid value: false: must be true or undefined",
        ),
        (
            r#"{"type": "object", "anyOf": [{"type": "object"}]}"#,
            ".anyOf[0].type",
            "Forbidden: must be empty to be structural",
        ),
        (
            r#"{"type": "object", "properties": {"a": 1}}"#,
            ".properties.a",
            "Invalid value: 1: must be a schema",
        ),
        (
            r#"{"type": "object", "properties": {"a": {"type": "integer", "default": "x"}}}"#,
            ".properties.a.default",
            "Invalid value: \"string\": spec.crd.spec.validation.openAPIV3Schema.properties.a.default in body must be of type integer: \"string\"",
        ),
    ] {
        refused(json, at, message);
    }
}

#[test]
fn faults_of_a_schema_are_all_reported() {
    let json = r#"{"type": "objekt", "properties": {"a": {"type": "strin"}, "b": {"enum": 1}}}"#;
    assert_eq!(read(json, false).err().map(|faults| faults.len()), Some(3));
    let deep = (0..200).fold(r#"{"type": "string"}"#.to_owned(), |inner, _| {
        format!(r#"{{"type": "array", "items": {inner}}}"#)
    });
    assert!(read(&deep, false).is_err_and(|faults| faults[0].contains("deeper than 128")));
}

#[test]
fn an_integer_or_a_string_may_be_said_twice() {
    let types = r#"[{"type": "integer"}, {"type": "string"}]"#;
    schema(&format!(r#"{{"x-kubernetes-int-or-string": true, "anyOf": {types}}}"#));
    schema(&format!(
        r#"{{"x-kubernetes-int-or-string": true, "allOf": [{{"anyOf": {types}}}, {{"pattern": "^a"}}]}}"#
    ));
}

#[test]
fn a_legacy_schema_keeps_what_it_does_not_name() {
    let json = r#"{"properties": {"list": {"type": "array"}, "s": {"type": "string"}}}"#;
    assert!(read(json, false).is_err());
    let schema = read(json, true).expect("a legacy schema");
    assert_eq!(faults(&schema, r#"{"more": {"a": 1}, "list": [1, {"b": 2}], "s": "x"}"#), [""; 0]);
    assert_eq!(faults(&schema, r#"{"s": 1}"#).len(), 1);
}

#[test]
fn what_a_schema_says_in_vain_is_warned_of() {
    let json = r#"{"type": "object", "requried": [], "properties": {"a": {"type": "string", "format": "host"}}}"#;
    let schema = schema(json);
    let messages: Vec<_> = schema.warnings().iter().map(|fault| &*fault.message).collect();
    assert_eq!(messages, ["unrecognized format \"host\"", "unknown keyword \"requried\""]);
}

/// Generates JSON whose keys are keywords of schemas, so that traversals go deep.
fn schema_like() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1.5",
        "1e999",
        "[]",
        "{}",
        "\"object\"",
        "\"array\"",
        "\"string\"",
        "\"integer\"",
        "\"(\"",
        "\"date\"",
        "\"a\"",
    ]);
    let keys = prop::sample::select(vec![
        "type",
        "properties",
        "items",
        "additionalProperties",
        "default",
        "enum",
        "required",
        "anyOf",
        "allOf",
        "oneOf",
        "not",
        "minimum",
        "maxItems",
        "multipleOf",
        "pattern",
        "format",
        "nullable",
        "x-kubernetes-int-or-string",
        "x-kubernetes-preserve-unknown-fields",
        "a",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 4, move |inner| {
        let object = prop::collection::vec((keys.clone(), inner.clone()), 0..5);
        let object = object.prop_map(|pairs| {
            let pairs: Vec<_> =
                pairs.iter().map(|(key, value)| format!("{key:?}: {value}")).collect();
            format!("{{{}}}", pairs.join(", "))
        });
        let array = prop::collection::vec(inner, 0..4);
        prop_oneof![3 => object, 1 => array.prop_map(|items| format!("[{}]", items.join(", ")))]
    })
}

proptest! {
    /// Every template and constraint gets an answer, and filling in defaults is idempotent.
    #[test]
    fn every_document_has_an_answer(json in schema_like(), value in schema_like(), legacy: bool) {
        let value = Document::parse(&value).expect("JSON");
        let typed = format!(r#"{{"type": "object", "properties": {{"a": {json}}}}}"#);
        for json in [&json, &typed] {
            let Ok(schema) = read(json, legacy) else { continue };
            let arena = Arena::new();
            let filled = schema.apply_defaults(&value.value(), &arena);
            prop_assert_eq!(schema.apply_defaults(&filled, &arena), filled);
            schema.validate(&filled);
        }
    }
}
