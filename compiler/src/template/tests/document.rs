//! Tests of the faults in the document around the Rego.

use super::*;

const BASE: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: needsowner}
spec:
  crd: {spec: {names: {kind: NeedsOwner}}}
  targets: [{target: admission.k8s.gatekeeper.sh, rego: package a}]
";

/// Returns the faults of the template above with `from` replaced, each as `line: message`.
fn after(from: &str, to: &str) -> Vec<String> {
    assert!(BASE.contains(from), "{from}");
    let text = BASE.replacen(from, to, 1);
    let show = |fault: &String| {
        let (place, message) = fault.split_once(" invalid ConstraintTemplate: ").expect("a code");
        let (line, _) = place.split_once(':').expect("a column");
        format!("{line}: {message}")
    };
    match read("t.yaml", &text, OtherKinds::Refuse) {
        Ok(_) => Vec::new(),
        Err(_) => faults(&text).iter().map(show).collect(),
    }
}

const NAME: &str = "{name: needsowner}";
const NAMES: &str = "names: {kind: NeedsOwner}";

/// A part of the template, its replacement, and the fault of the result.
const WRONG_TYPES: [(&str, &str, &str); 12] = [
    (
        NAME,
        "{name: needsowner, annotations: {a: 1}}",
        "3: metadata.annotations.a: expected a string, found a number",
    ),
    (
        NAME,
        "{name: needsowner, labels: {a: true}}",
        "3: metadata.labels.a: expected a string, found a boolean",
    ),
    (
        NAME,
        "{name: needsowner, labels: [a]}",
        "3: metadata.labels: expected a mapping, found a list",
    ),
    (
        NAME,
        "{name: needsowner, finalizers: a}",
        "3: metadata.finalizers: expected a list, found a string",
    ),
    (
        NAME,
        "{name: needsowner, generation: a}",
        "3: metadata.generation: expected an integer, found a string",
    ),
    (
        NAME,
        "{name: needsowner, creationTimestamp: now}",
        "3: metadata.creationTimestamp: expected a time as in RFC 3339, found a string",
    ),
    (
        NAMES,
        "names: {kind: NeedsOwner}, validation: x",
        "5: spec.crd.spec.validation: expected a mapping, found a string",
    ),
    (
        NAMES,
        "names: {kind: NeedsOwner}, validation: {legacySchema: 'true'}",
        "5: spec.crd.spec.validation.legacySchema: expected a boolean, found a string",
    ),
    (
        NAMES,
        "names: {kind: NeedsOwner}, validation: {openAPIV3Schema: []}",
        "5: spec.crd.spec.validation.openAPIV3Schema: expected a mapping, found a list",
    ),
    (
        "rego: package a",
        "rego: package a, code: {}",
        "6: spec.targets[0].code: expected a list, found a mapping",
    ),
    (
        "rego: package a",
        "rego: package a, libs: [1]",
        "6: spec.targets[0].libs[0]: expected a string, found a number",
    ),
    (
        "rego: package a",
        "Rego: package a",
        "6: spec.targets[0].Rego: expected the field `rego`, found it in other letters",
    ),
];

#[test]
fn fields_of_the_wrong_type_are_rejected() {
    for (from, to, expected) in WRONG_TYPES {
        assert_eq!(after(from, to), [expected], "{to}");
    }
    for (from, to) in [
        (NAME, "{name: needsowner, annotations: {a: }, labels: , creationTimestamp: null}"),
        (NAME, "{name: needsowner, creationTimestamp: '2024-05-01T12:00:00.5+02:00'}"),
        (NAMES, "names: {kind: NeedsOwner, plural: 7}, validation: , other: 1"),
        ("rego: package a", "rego: package a, libs: , code: [{engine: }], more: 1"),
    ] {
        assert_eq!(after(from, to), [""; 0], "{to}");
    }
}

#[test]
fn sources_in_code_are_strings() {
    let rego = "rego: package a";
    for (source, expected) in [
        ("{rego: package a, version: 0}", "source.version: expected a string, found a number"),
        ("{rego: package a, version: }", "source.version: expected a string, found null"),
        ("{rego: package a, libs: }", "source.libs: expected a list, found null"),
        ("{rego: package a, libs: [1]}", "source.libs: expected a string, found a number"),
        ("{rego: }", "source.rego: expected a string, found null"),
        ("{}", "source.rego is missing"),
        ("package a", "source: expected a mapping, found a string"),
    ] {
        let found = after(rego, &format!("code: [{{engine: Rego, source: {source}}}]"));
        assert_eq!(found.len(), 1, "{source}: {found:?}");
        assert!(found[0].ends_with(expected), "{source}: {found:?}");
    }
    let nothing = after(rego, "rego: package a, code: [{engine: Rego}]");
    assert!(nothing.len() == 1 && nothing[0].ends_with("source is missing"), "{nothing:?}");
    // The Rego of the target takes precedence, whatever the type of the source.
    assert_eq!(after(rego, "rego: package a, code: [{engine: Rego, source: x}]"), [""; 0]);
}

#[test]
fn names_are_those_that_kubernetes_accepts() {
    let named = |kind: &str| {
        let text = BASE.replace("kind: NeedsOwner", &format!("kind: {kind}"));
        let text = text.replace("name: needsowner", &format!("name: {}", kind.to_lowercase()));
        read("t.yaml", &text, OtherKinds::Refuse).err().map_or(0, |faults| faults.0.len())
    };
    for good in ["K8sFoo", "K8s-Foo", "foo", &"A".repeat(59)] {
        assert_eq!(named(good), 0, "{good}");
    }
    for bad in ["K8s_Foo", "K8s.Foo", "1Foo", "Foo-", "Fóo", &"A".repeat(60)] {
        assert_eq!(named(bad), 1, "{bad}");
    }
    let name = "{name: needsowner}";
    let bad_value = &after(name, "{name: needsowner, labels: {a: not valid}}")[0];
    assert!(
        bad_value.starts_with("3: metadata.labels: Invalid value: \"not valid\": "),
        "{bad_value}"
    );
    assert_eq!(after(name, "{name: needsowner, labels: {a b: c}}").len(), 1);
    let short = "names: {kind: NeedsOwner, shortNames: [no, N_O]}";
    assert_eq!(after("names: {kind: NeedsOwner}", short).len(), 1);
}

#[test]
fn the_schema_is_checked_with_the_template() {
    let schema = |schema: &str| {
        let field =
            format!("names: {{kind: NeedsOwner}}, validation: {{openAPIV3Schema: {schema}}}");
        after("names: {kind: NeedsOwner}", &field)
    };
    let root = "spec.crd.spec.validation.openAPIV3Schema";
    assert_eq!(
        schema("{properties: {a: {type: string}}}"),
        [format!("5: {root}.type: Required value: must not be empty for specified object fields")]
    );
    assert_eq!(
        schema("{type: object, properties: {a: {type: array}}}"),
        [format!("5: {root}.properties.a.items: Required value: must be specified")]
    );
    assert_eq!(schema("{type: object, properties: {a: {type: string}}}"), [""; 0]);
}

#[test]
fn fields_without_effect_are_warnings() {
    let warnings = |from: &str, to: &str| {
        let text = BASE.replacen(from, to, 1);
        let templates = read("t.yaml", &text, OtherKinds::Refuse).expect("a template");
        templates[0].warnings.0.iter().map(|warning| warning.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(warnings("rego:", "rego:"), [""; 0]);
    assert_eq!(warnings("rego:", "operations: ['*'], rego:"), [""; 0]);
    let operations = "`operations` is not evaluated: the policy judges every operation";
    assert_eq!(warnings("rego:", "operations: [CREATE], rego:"), [operations]);
    assert_eq!(warnings("name: needsowner", "name: NeedsOwner").len(), 1);
    let legacy = "/v1beta1\nkind: ConstraintTemplate\nmetadata: {name: needsowner}\nspec:\n  \
                  crd: {spec: {names: {kind: NeedsOwner}, validation: {openAPIV3Schema: {items: x}}}}";
    let head =
        &BASE[BASE.find("/v1").expect("a version")..BASE.find("\n  targets").expect("targets")];
    let found = warnings(head, legacy);
    assert!(found[0].ends_with(".items: expected a mapping, found string"), "{found:?}");
}

#[test]
fn cel_beside_rego_needs_a_preference() {
    let text = BASE.replace(
        "rego: package a",
        "rego: package a, code: [{engine: K8sNativeValidation, source: {}}]",
    );
    let message = "6:84 no language driver: expected one engine, found CEL beside Rego: Gatekeeper \
                   runs the CEL alone";
    assert_eq!(faults(&text), [message]);
    let preferred = read_with("t.yaml", &text, OtherKinds::Refuse, EnginePreference::Rego);
    assert_eq!(&*preferred.expect("a template")[0].sources[0].text, "package a");
}
