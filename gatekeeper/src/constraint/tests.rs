use super::*;

fn document(json: &str) -> Document {
    Document::parse(json).expect("JSON")
}

fn schema(json: &str) -> Schema {
    Schema::read(&document(json).value(), false).expect("a schema")
}

/// Returns a constraint with this `spec`.
fn constraint(spec: &str) -> String {
    format!(
        r#"{{"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "Limits",
            "metadata": {{"name": "one"}}, "spec": {spec}}}"#
    )
}

fn read(json: &str, schema: Option<&Schema>) -> Result<(Constraint, Vec<String>), Vec<String>> {
    let texts = |faults: Vec<Fault>| faults.iter().map(ToString::to_string).collect();
    match Constraint::read(&document(json).value(), schema) {
        Ok((constraint, warnings)) => Ok((constraint, texts(warnings))),
        Err(faults) => Err(texts(faults.into_iter().collect())),
    }
}

/// Returns the constraint and its warnings.
fn good(spec: &str) -> (Constraint, Vec<String>) {
    read(&constraint(spec), None).expect("a constraint")
}

#[track_caller]
fn refused(json: &str, expected: &[&str]) {
    assert_eq!(read(json, None).err().unwrap_or_default(), expected);
}

#[test]
fn a_constraint_gives_what_it_says() {
    let json = constraint(r#"{"match": {"kinds": [{"kinds": ["Pod"]}]}, "parameters": {"a": 1}}"#);
    let any = Schema::of_template("", true).expect("no fault");
    let (constraint, warnings) = read(&json, any.as_ref()).expect("a constraint");
    assert_eq!(warnings, [""; 0]);
    assert_eq!((constraint.kind(), constraint.name()), ("Limits", "one"));
    assert_eq!(constraint.parameters().to_string(), r#"{"a": 1}"#);
    assert_eq!(constraint.enforcement(), &Enforcement::Everywhere(Action::Deny));
    assert_eq!(constraint.matching().kinds().next().and_then(|key| key.kind), Some("Pod"));
    assert_eq!(constraint.document(), document(&json).value());
}

#[test]
fn parameters_have_defaults_only_where_there_are_some() {
    let schema =
        schema(r#"{"type": "object", "properties": {"n": {"type": "integer", "default": 3}}}"#);
    let parameters = |spec: &str| {
        let (constraint, _) = read(&constraint(spec), Some(&schema)).expect("a constraint");
        constraint.parameters().to_string()
    };
    assert_eq!(parameters(r#"{"parameters": {}}"#), r#"{"n": 3}"#);
    assert_eq!(parameters("{}"), "{}");
}

#[test]
fn the_default_of_all_parameters_counts_where_there_are_none() {
    let schema = schema(
        r#"{"type": "object", "default": {"a": 1}, "properties": {
            "a": {"type": "integer"}, "n": {"type": "integer", "default": 3}}}"#,
    );
    let parameters = |json: &str| {
        let (constraint, _) = read(json, Some(&schema)).expect("a constraint");
        constraint.parameters().to_string()
    };
    assert_eq!(parameters(&constraint("{}")), r#"{"a": 1, "n": 3}"#);
    assert_eq!(parameters(&constraint(r#"{"parameters": {}}"#)), r#"{"n": 3}"#);
    assert_eq!(parameters(&constraint("{}").replace(r#", "spec": {}"#, "")), "{}");
}

#[test]
fn numbers_of_parameters_are_read_as_asked_for() {
    let schema = schema(
        r#"{"type": "object", "properties": {"given": {"type": "integer"},
            "filled": {"type": "integer", "default": 1000660000}}}"#,
    );
    let json = constraint(r#"{"parameters": {"given": 1000660000}}"#);
    let parameters = |numbers| {
        let (constraint, _) =
            Constraint::read_numbers(&document(&json).value(), Some(&schema), numbers)
                .expect("a constraint");
        constraint.parameters().to_string()
    };
    assert_eq!(parameters(Numbers::Exact), r#"{"filled": 1000660000, "given": 1000660000}"#);
    assert_eq!(parameters(Numbers::Float64), r#"{"filled": 1000660000, "given": 1000660000}"#);
    assert_eq!(parameters(Numbers::GatorTest), r#"{"filled": 1000660000, "given": 1.00066e+09}"#);
}

#[test]
fn all_faults_are_reported() {
    let schema = schema(r#"{"type": "object", "properties": {"n": {"type": "integer"}}}"#);
    let json = r#"{"apiVersion": "constraints.gatekeeper.sh/v1", "kind": "Limits", "metadata": {"name": "One"},
        "spec": {"match": {"labelSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}},
            "parameters": {"n": "3"}, "enforcementAction": 1, "paramters": {}}}"#;
    let faults = read(json, Some(&schema)).expect_err("faults");
    let starts = [
        "schema validation failed: spec.enforcementAction: Invalid value: \"integer\"",
        "invalid Constraint: spec.paramters: unknown field",
        "invalid Constraint: apiVersion: unsupported version \"v1\" for Constraint \"One\"; supported versions: v1alpha1, v1beta1",
        "invalid Constraint: metadata.name: invalid name: \"a lowercase RFC 1123 subdomain",
        "schema validation failed: spec.parameters.n: Invalid value: \"string\"",
        "invalid Constraint: spec.match.labelSelector.matchExpressions[0].values: Required value",
    ];
    assert_eq!(faults.len(), starts.len(), "{faults:#?}");
    for (fault, start) in faults.iter().zip(starts) {
        assert!(fault.starts_with(start), "{fault}");
    }
}

#[test]
fn names_and_groups_are_checked() {
    let good = constraint("{}");
    let group = "invalid Constraint: apiVersion: unsupported group \"apps\" for constraint \"one\"; \
                 allowed group: \"constraints.gatekeeper.sh\"";
    refused(&good.replace("constraints.gatekeeper.sh/v1beta1", "apps/v1"), &[group]);
    let long = good.replace("\"one\"", &format!("{:?}", "a".repeat(64)));
    let message =
        "schema validation failed: metadata.name: Too long: may not be more than 63 bytes";
    refused(&long, &[message]);
    let message = "schema validation failed: metadata.name: Invalid value: \"integer\": \
                   metadata.name in body must be of type string: \"integer\"";
    refused(&good.replace("\"one\"", "1"), &[message]);
    let kind = "invalid Constraint: kind: Required value: a constraint's kind is one that a template makes";
    refused(&good.replace("\"kind\": \"Limits\",", ""), &[kind]);
    let faults = read("[]", None).expect_err("faults");
    assert!(faults[0].contains("must be of type object: \"array\""), "{faults:?}");
}

#[test]
fn actions_that_are_not_known_are_kept_and_warned_of() {
    for action in ["deny", "warn", "dryrun"] {
        let (constraint, warnings) = good(&format!(r#"{{"enforcementAction": "{action}"}}"#));
        assert_eq!(constraint.enforcement().as_str(), action);
        assert_eq!(warnings, [""; 0]);
    }
    let (constraint, warnings) = good(r#"{"enforcementAction": "block"}"#);
    assert_eq!(constraint.enforcement(), &Enforcement::Everywhere(Action::Other("block".into())));
    let message = "invalid Constraint: spec.enforcementAction: Unsupported value: \"block\": \
                   supported values: \"deny\", \"warn\", \"dryrun\", \"scoped\"";
    assert_eq!(warnings, [message]);
}

#[test]
fn scoped_actions_are_those_of_the_point() {
    let (constraint, warnings) = good(
        r#"{"enforcementAction": "scoped", "scopedEnforcementActions": [
            {"action": "warn", "enforcementPoints": [{"name": "*"}]},
            {"action": "deny", "enforcementPoints": [{"name": "validation.gatekeeper.sh"}, {"name": "audit.gatekeeper.sh"}]},
            {"action": "deny", "enforcementPoints": [{"name": "audit.gatekeeper.sh"}]}]}"#,
    );
    assert_eq!(warnings, [""; 0]);
    let at = |point: EnforcementPoint| constraint.enforcement().actions_at(point.as_str());
    assert_eq!(at(EnforcementPoint::Webhook), [&Action::Warn, &Action::Deny]);
    assert_eq!(at(EnforcementPoint::Audit), [&Action::Warn, &Action::Deny]);
    assert_eq!(at(EnforcementPoint::Gator), [&Action::Warn]);
    assert_eq!(constraint.enforcement().as_str(), "scoped");
}

#[test]
fn scoped_actions_without_effect_are_warned_of() {
    let (_, warnings) = good(r#"{"enforcementAction": "scoped", "scopedEnforcementActions": []}"#);
    assert_eq!(
        warnings,
        ["invalid Constraint: spec.enforcementAction: the constraint is enforced nowhere"]
    );
    let entry = r#""scopedEnforcementActions": [{"action": "deny", "enforcementPoints": [{"name": "audit"}]}]"#;
    let (_, warnings) = good(&format!("{{{entry}}}"));
    let message = "invalid Constraint: spec.scopedEnforcementActions: has no effect unless \
                   enforcementAction is scoped";
    assert_eq!(warnings, [message]);
    let (constraint, warnings) = good(&format!("{{\"enforcementAction\": \"scoped\", {entry}}}"));
    assert!(
        warnings.len() == 1
            && warnings[0].contains("[0].enforcementPoints[0].name: Unsupported value: \"audit\"")
    );
    assert_eq!(constraint.enforcement().actions_at("audit"), [&Action::Deny]);
}

#[test]
fn scoped_actions_are_required_and_distinguish_case() {
    let spec = constraint(r#"{"enforcementAction": "scoped"}"#);
    let message = "invalid Constraint: spec.scopedEnforcementActions: Required value: must be \
                   defined where the action is scoped";
    refused(&spec, &[message]);
    let (constraint, warnings) = good(r#"{"enforcementAction": "Scoped"}"#);
    assert_eq!(constraint.enforcement(), &Enforcement::Everywhere(Action::Other("Scoped".into())));
    assert_eq!(warnings.len(), 1);
    let entry = r#"{"action": "Deny", "enforcementPoints": [{"name": "Audit.gatekeeper.sh"}]}"#;
    let (constraint, warnings) = good(&format!(
        "{{\"enforcementAction\": \"scoped\", \"scopedEnforcementActions\": [{entry}]}}"
    ));
    assert_eq!(warnings.len(), 2);
    assert!(constraint.enforcement().actions_at("audit.gatekeeper.sh").is_empty());
}

#[test]
fn fields_that_the_definition_does_not_have_are_errors() {
    let plain = constraint("{}");
    let unknown = |path: &str| format!("invalid Constraint: {path}: unknown field \"{path}\"");
    for (json, path) in [
        (constraint(r#"{"foo": 1}"#), "spec.foo"),
        (constraint(r#"{"match": {"labelSelectors": {}}}"#), "spec.match.labelSelectors"),
        (constraint(r#"{"match": {"kinds": [{"versions": []}]}}"#), "spec.match.kinds[0].versions"),
        (constraint(r#"{"parameters": {}}"#), "spec.parameters"),
        (plain.replacen('{', r#"{"parameters": {}, "#, 1), "parameters"),
    ] {
        refused(&json, &[&unknown(path)]);
    }
    for kept in [
        plain.replacen('{', r#"{"status": {"x": 1}, "#, 1),
        plain.replace(r#""name": "one""#, r#""name": "one", "foo": 1"#),
    ] {
        read(&kept, None).expect("a constraint");
    }
}

#[test]
fn parameters_are_checked_before_defaults_are_filled_in() {
    let required = schema(
        r#"{"type": "object", "required": ["n"],
            "properties": {"n": {"type": "integer", "default": 3}}}"#,
    );
    let faults = read(&constraint(r#"{"parameters": {}}"#), Some(&required)).expect_err("a fault");
    assert_eq!(faults, ["schema validation failed: spec.parameters.n: Required value"]);
}
