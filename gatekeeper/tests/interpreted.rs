//! Tests of templates from YAML to verdicts, run by the interpreter.

#![cfg(feature = "interpreter")]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::template::{self, EnginePreference};
use ferrego_compiler::yaml;
use ferrego_gatekeeper::documents;
use ferrego_gatekeeper::engine::{self, Interpreter};
use ferrego_gatekeeper::external_data::{ExternalData, FileProvider};
use ferrego_gatekeeper::policy_set::{Cause, PolicySetBuilder};
use ferrego_gatekeeper::review::Numbers;
use ferrego_gatekeeper::{Inventory, PolicySet, Review, Schema};
use ferrego_interpreter::InterpretedPolicy;
use ferrego_runtime::{Arena, Budget, Document, ErrorCode, Evaluation, Value};

/// Returns a template of `kind` with this Rego and this schema.
fn template(kind: &str, schema: &str, rego: &str) -> String {
    let rego = rego.replace('\n', "\n      ");
    format!(
        "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata:\n  name: \
         {name}\nspec:\n  crd:\n    spec:\n      names:\n        kind: {kind}\n      validation:\n        \
         openAPIV3Schema: {schema}\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n    rego: \
         |\n      {rego}",
        name = kind.to_lowercase()
    )
}

fn add_template(builder: &mut PolicySetBuilder, text: &str) {
    let nodes = yaml::load(text).expect("YAML");
    let template = template::read_document(
        &"template.yaml".into(),
        &text.into(),
        &nodes[0],
        EnginePreference::default(),
    );
    let template = template.expect("no faults").expect("a template");
    let modules = pipeline::parse(&template.sources, &Options::of(&template)).expect("parsed");
    let modules: Vec<_> = template.sources.iter().cloned().zip(modules).collect();
    let policy = InterpretedPolicy::new(&modules).expect("loaded");
    let schema = Document::parse(&*template.schema).expect("JSON");
    let schema = Schema::read(&schema.value(), false).expect("a schema");
    builder.add_template(&template.kind, Some(Arc::new(schema)), Arc::new(policy)).expect("new");
}

fn add_constraint(builder: &mut PolicySetBuilder, kind: &str, name: &str, spec: &str) {
    let text = format!(
        r#"{{"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "{kind}",
            "metadata": {{"name": "{name}"}}, "spec": {spec}}}"#
    );
    let document = Document::parse(text).expect("JSON");
    builder.read_constraint(&document.value()).expect("valid");
}

/// Returns the findings for an object: action, constraint, message and details.
fn findings(set: &PolicySet, inventory: &Inventory, object: &str) -> Vec<String> {
    let (arena, snapshot) = (Arena::new(), inventory.snapshot());
    let object = Document::parse(object).expect("JSON");
    let object = object.value().copy_to(&arena);
    let review = Review::from_object(&arena, object, None, Numbers::Exact).expect("an object");
    let verdict = set.review(&review, &snapshot, &arena).expect("a verdict");
    let show = |one: &ferrego_gatekeeper::policy_set::Finding<'_>| {
        format!("{} {}: {} {}", one.action, one.constraint.name, one.msg, one.details)
    };
    verdict.findings.iter().map(show).collect()
}

const LIMITS: &str = r#"package limits

violation[{"msg": msg, "details": {"over": over}}] {
  over := {name | input.review.object.spec.sizes[name] > input.parameters.max}
  count(over) > 0
  msg := sprintf("%d of %v are over %v", [count(over), input.review.name, input.parameters.max])
}

violation[{"msg": "the size is ambiguous"}] {
  size(input.review.object.spec) == 1
}

size(spec) = 1 { spec.small }
size(spec) = 2 { spec.large }"#;

const LIMITS_SCHEMA: &str = "{type: object, properties: {max: {type: integer, default: 10}}}";

fn limits(constraints: &[(&str, &str)]) -> PolicySet {
    let mut builder = PolicySet::builder();
    add_template(&mut builder, &template("Limits", LIMITS_SCHEMA, LIMITS));
    for (name, spec) in constraints {
        add_constraint(&mut builder, "Limits", name, spec);
    }
    builder.build()
}

#[test]
fn defaults_reach_the_policy_and_sets_become_arrays() {
    let set = limits(&[
        ("default", r#"{"parameters": {}}"#),
        ("strict", r#"{"parameters": {"max": 1}, "enforcementAction": "warn"}"#),
        ("other", r#"{"match": {"kinds": [{"apiGroups": [""], "kinds": ["Node"]}]}}"#),
    ]);
    let object = r#"{"apiVersion": "v1", "kind": "Disk", "metadata": {"name": "d"},
        "spec": {"sizes": {"a": 11, "b": 2, "c": 12}}}"#;
    assert_eq!(
        findings(&set, &Inventory::new(), object),
        [
            r#"deny default: 2 of d are over 10 {"over": ["a", "c"]}"#,
            r#"warn strict: 3 of d are over 1 {"over": ["a", "b", "c"]}"#,
        ]
    );
}

#[test]
fn a_conflict_is_the_only_result_of_each_constraint() {
    let set = limits(&[("a", r#"{"parameters": {"max": 1}}"#), ("b", "{}")]);
    let object = r#"{"apiVersion": "v1", "kind": "Disk", "metadata": {"name": "d"},
        "spec": {"sizes": {"a": 11}, "small": true, "large": true}}"#;
    let conflict = "template.yaml:28:7: eval_conflict_error: functions must not produce multiple \
                    outputs for same inputs";
    let found = findings(&set, &Inventory::new(), object);
    let heads: Vec<_> = found.iter().map(|one| one.replace(conflict, "…")).collect();
    assert_eq!(heads, ["deny a: … null", "deny b: … null"], "{found:?}");
}

#[test]
fn a_policy_over_budget_denies_with_its_place() {
    let rego = "package loops

violation[{\"msg\": msg}] {
  item := input.review.object.items[_]
  other := input.review.object.items[_]
  item == other
  msg := sprintf(\"%v\", [item])
}";
    let set = |budget: Budget| {
        let mut builder = PolicySet::builder().budget(budget);
        add_template(&mut builder, &template("Loops", "{type: object}", rego));
        add_constraint(&mut builder, "Loops", "a", "{}");
        builder.build()
    };
    let (set, inventory) = (set(Budget::default().steps(100)), Inventory::new());
    let pod = |count: i32| {
        let items: Vec<i32> = (0..count).collect();
        format!(r#"{{"apiVersion": "v1", "kind": "Pod", "items": {items:?}}}"#)
    };
    let over = "deny a: template.yaml:19:9: eval_cancel_error: the evaluation exceeds its budget of \
                steps, in the rule data.loops.violation null";
    assert_eq!(findings(&set, &inventory, &pod(50)), [over]);
    assert_eq!(findings(&set, &inventory, &pod(2)), ["deny a: 0 {}", "deny a: 1 {}"]);
}

#[test]
fn policies_see_the_inventory() {
    let rego = r#"package unique

violation[{"msg": msg}] {
  other := data.inventory.namespace[ns][_].Disk[name]
  [ns, name] != [input.review.namespace, input.review.object.metadata.name]
  other.spec.serial == input.review.object.spec.serial
  msg := sprintf("%v/%v has this serial number", [ns, name])
}"#;
    let mut builder = PolicySet::builder();
    add_template(&mut builder, &template("Unique", "{type: object}", rego));
    add_constraint(&mut builder, "Unique", "serials", "{}");
    let set = builder.build();
    let disk = |name: &str, serial: u32| {
        format!(
            r#"{{"apiVersion": "v1", "kind": "Disk", "metadata": {{"name": "{name}",
                "namespace": "n"}}, "spec": {{"serial": {serial}}}}}"#
        )
    };
    let inventory = Inventory::new();
    assert_eq!(findings(&set, &inventory, &disk("a", 1)), [""; 0]);
    for object in [disk("a", 1), disk("b", 1), disk("c", 2)] {
        inventory.insert(Arc::new(Document::parse(object).expect("JSON"))).expect("valid");
    }
    assert_eq!(
        findings(&set, &inventory, &disk("a", 1)),
        ["deny serials: n/b has this serial number {}"]
    );
}

#[test]
fn external_data_is_there_only_with_a_provider() {
    let rego = r#"package external

violation[{"msg": msg}] {
  answer := external_data({"provider": "images", "keys": [input.review.object.image]})
  answer.errors[_] = [image, reason]
  msg := sprintf("%v: %v", [image, reason])
}"#;
    let build = |mut builder: PolicySetBuilder| {
        add_template(&mut builder, &template("External", "{type: object}", rego));
        add_constraint(&mut builder, "External", "images", "{}");
        builder.build()
    };
    let object = r#"{"apiVersion": "v1", "kind": "Pod", "image": "b:1"}"#;
    let answers = br#"{"images": {"b:1": {"error": "not signed"}}}"#;
    let provider = Arc::new(FileProvider::from_json(answers).expect("valid"));
    let with = build(PolicySet::builder().host(Arc::new(ExternalData::new(provider))));
    let inventory = Inventory::new();
    assert_eq!(findings(&with, &inventory, object), ["deny images: b:1: not signed {}"]);

    let without = build(PolicySet::builder());
    let (arena, snapshot) = (Arena::new(), inventory.snapshot());
    let object = Document::parse(object).expect("JSON");
    let object = object.value().copy_to(&arena);
    let review = Review::from_object(&arena, object, None, Numbers::Exact).expect("an object");
    let verdict = without.review(&review, &snapshot, &arena).expect("a verdict");
    assert!(verdict.is_denied(), "what cannot be evaluated is not allowed");
    assert_eq!(verdict.findings[0].cause, Cause::Evaluation);
}

#[test]
fn a_loaded_template_is_added_as_it_is() {
    let rego = "package labels\nviolation[{\"msg\": \"m\"}] { input.parameters.on }";
    let schema = "{type: object, properties: {on: {type: boolean}}}";
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("t.yaml");
    std::fs::write(&file, template("Labels", schema, rego)).expect("written");
    let (inputs, notices) = documents::find(&[file]);
    assert!(notices.is_empty(), "{notices:?}");
    let (read, notices) = documents::read_all(&inputs[0], documents::MAX_FILE_SIZE);
    assert!(notices.is_empty(), "{notices:?}");
    let loaded = engine::load(&read[0], &Interpreter);
    let loaded = loaded.expect("no faults").expect("a template");
    let mut builder = PolicySet::builder();
    builder.add_template(&loaded.kind, loaded.schema, loaded.policy).expect("new");
    assert!(builder.schema("Labels").expect("the template").is_some());
}

/// The second document of a file: a template that stops in its own Rego or in a library.
const STOPS: &str = "\
# the first document
kind: Other
---
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: stops}
spec:
  crd: {spec: {names: {kind: Stops}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package stops
      violation[{\"msg\": \"m\"}] {
        http.send({\"method\": \"get\", \"url\": input.review.url}).status_code == 200
      }
      violation[{\"msg\": \"m\"}] { data.lib.sizes.size[_] == input.review.size }
    libs:
    - |
      package lib.sizes
      size[name] = 1 { name := input.review.name }
      size[name] = 2 { name := input.review.name }
";

#[test]
fn an_error_has_its_place_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("stops.yaml");
    std::fs::write(&file, STOPS).expect("written");
    let (documents, notices) =
        documents::read_all(&documents::Input::File(file.clone()), documents::MAX_FILE_SIZE);
    assert!(notices.is_empty());
    let template = engine::load(&documents[1], &Interpreter).expect("valid").expect("a template");
    for (review, code, line) in [
        (r#"{"url": "http://a"}"#, ErrorCode::Builtin, 14),
        (r#"{"name": "n", "size": 1}"#, ErrorCode::Conflict, 21),
    ] {
        let (arena, review) = (Arena::new(), Document::parse(review).expect("JSON"));
        let mut evaluation = Evaluation::new(&arena).review(review.value().copy_to(&arena));
        evaluation.set_parameters(Value::EMPTY_OBJECT);
        let error = template.policy.violations(&evaluation).expect_err("it stops");
        let file = file.to_string_lossy();
        assert_eq!((error.code, &*error.file, error.line), (code, &*file, line));
    }
}
