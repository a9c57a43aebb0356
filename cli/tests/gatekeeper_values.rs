//! The values that policies see under Gatekeeper: its numbers, and constraints with defaults.
//!
//! The expected messages are those of Gatekeeper 3.23.1.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::Project;
use insta::assert_snapshot;

const TEMPLATE: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: numbers}
spec:
  crd:
    spec:
      names: {kind: Numbers}
      validation:
        openAPIV3Schema:
          type: object
          properties:
            given: {type: array, items: {type: number}}
            big: {type: integer, default: 1000660000}
            odd: {type: integer, default: 9007199254740993}
            half: {type: number, default: 12345678.5}
            huge: {type: number, default: 92233720368547758080}
            plain: {type: number, default: 1e6}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package numbers

      violation[{"msg": msg}] { msg := sprintf("parameters: %v", [input.parameters]) }
      violation[{"msg": msg}] { msg := sprintf("object: %v", [input.review.object.spec]) }
      violation[{"msg": msg}] { msg := sprintf("inventory: %v", [data.inventory.cluster.v1.Thing.t.spec]) }
      violation[{"msg": msg}] { input.review.object.spec[_] != 9007199254740993; msg := "differs" }
"#;

const CONSTRAINT: &str = r#"apiVersion: constraints.gatekeeper.sh/v1beta1
kind: Numbers
metadata: {name: things}
spec:
  match: {kinds: [{apiGroups: [""], kinds: [Thing]}]}
  parameters:
    given: [1000660000, 9007199254740993, 1.0, 1e3, 999999, 1000000, 18446744073709551615, 0.00001]
"#;

const THING: &str = r"apiVersion: v1
kind: Thing
metadata: {name: t}
spec: [9007199254740993]
";

const SUITE: &str = r"apiVersion: test.gatekeeper.sh/v1alpha1
kind: Suite
tests:
- name: numbers
  template: t.yaml
  constraint: c.yaml
  cases:
  - {name: thing, object: thing.yaml, inventory: [thing.yaml], assertions: [{violations: 4}]}
";

const GIVEN: &str =
    "[1.00066e+09, 9.007199254740992e+15, 1, 1000, 999999, 1e+06, 1.8446744073709552e+19, 1e-05]";

fn numbers() -> Project {
    Project::new(&[
        ("t.yaml", TEMPLATE),
        ("c.yaml", CONSTRAINT),
        ("thing.yaml", THING),
        ("suite.yaml", SUITE),
    ])
}

#[test]
fn objects_parameters_and_inventory_hold_gatekeepers_numbers() {
    let (_, out, err) = numbers().run(&["test", "-f", ".", "--gatekeeper-numbers"]);
    let thing = "./thing.yaml:1: v1/Thing t: deny Numbers/things: ";
    let expected = format!(
        "{thing}differs\n\
         {thing}inventory: [9.007199254740992e+15]\n\
         {thing}object: [9.007199254740992e+15]\n\
         {thing}parameters: {{\"big\": 1000660000, \"given\": {GIVEN}, \"half\": 1.23456785e+07, \
         \"huge\": 9.223372036854776e+19, \"odd\": 9007199254740992, \"plain\": 1000000}}\n\
         1 object judged, 1 denied; 4 violations, 4 denying\n"
    );
    assert_eq!((&*out, &*err), (&*expected, ""));
}

#[test]
fn suites_see_gatekeepers_numbers_too() {
    let (status, out, err) = numbers().run(&["verify", ".", "--gatekeeper-numbers", "-q"]);
    assert_eq!((status, &*out, &*err), (0, "", ""));
    // Without the flag, the constraint's list and the thing's number do not differ.
    let (status, out, _) = numbers().run(&["verify", ".", "-q"]);
    assert_eq!(status, 1);
    assert!(out.contains("got 3 violations but want exactly 4"), "{out}");
}

#[test]
fn numbers_that_gatekeeper_reads_otherwise_are_warnings() {
    let project = numbers();
    let (_, out, err) = project.run(&["test", "-f", "."]);
    assert!(!out.contains("differs"), "{out}");
    assert_snapshot!("inexact_test", err);
    let (_, _, err) = project.run(&["verify", "."]);
    assert_snapshot!("inexact_verify", err);
}

#[test]
fn numbers_that_no_policy_sees_are_no_warnings() {
    let template = TEMPLATE.lines().filter(|line| !line.contains("inventory"));
    let template = template.filter(|line| !line.contains("odd:")).collect::<Vec<_>>().join("\n");
    let constraint = CONSTRAINT.replace("9007199254740993, ", "");
    let constraint = constraint.replace("18446744073709551615, ", "");
    let files = |thing: &'static str| {
        Project::new(&[("t.yaml", &*template), ("c.yaml", &constraint), ("thing.yaml", thing)])
    };
    // No constraint matches the kind.
    let other = "apiVersion: v1\nkind: Other\nmetadata: {name: t}\nspec: [9007199254740993]\n";
    let (_, _, err) = files(other).run(&["test", "-f", "."]);
    assert!(!err.contains("inexact"), "{err}");
    // Gatekeeper's values of these numbers are equal to the exact ones.
    let equal = "apiVersion: v1\nkind: Thing\nmetadata: {name: t}\nspec: [0.1, 1e300, 1e22, 9007199254740992, 1.50]\n";
    let (_, _, err) = files(equal).run(&["test", "-f", "."]);
    assert_eq!(err, "");
    for odd in [
        "18446744073709551615",
        "1e999",
        "0.1000000000000000055511151231257827",
        "-9007199254740993",
    ] {
        let thing = format!(
            r#"{{"apiVersion": "v1", "kind": "Thing", "metadata": {{"name": "t"}}, "spec": [{odd}]}}"#
        );
        let project = Project::new(&[
            ("t.yaml", &*template),
            ("c.yaml", &constraint),
            ("thing.json", &thing),
        ]);
        let (_, _, err) = project.run(&["test", "-f", "."]);
        assert!(err.contains("warning[inexact number]: spec[0]: "), "{odd}: {err}");
    }
}

const DEFAULTS: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: defaults}
spec:
  crd:
    spec:
      names: {kind: Defaults}
      validation:
        openAPIV3Schema:
          type: object
          ROOT
          properties:
            level: {type: integer, default: 3}
            list: {type: array, items: {type: object, properties: {size: {type: integer, default: 1}}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package defaults

      group := "constraints.gatekeeper.sh/v1beta1"

      violation[{"msg": msg}] {
        input.review.kind.kind == "Defaults"
        msg := sprintf("object: %v", [input.review.object.spec])
      }

      violation[{"msg": msg}] {
        input.review.object.metadata.name == "bare"
        spec := data.inventory.cluster[group].Defaults[name].spec
        msg := sprintf("inventory: %s %v", [name, spec])
      }
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: Defaults
metadata: {name: given}
spec:
  match: {kinds: [{apiGroups: [constraints.gatekeeper.sh]}]}
  parameters: {list: [{}, {size: 2}]}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: Defaults
metadata: {name: bare}
spec: {match: {kinds: [{apiGroups: [none]}]}}
"#;

fn judged(template: &str) -> Vec<String> {
    let (_, out, _) = Project::new(&[("all.yaml", template)]).run(&["test", "-f", "all.yaml"]);
    let told = out.lines().filter_map(|line| line.split_once("Defaults/given: "));
    told.map(|(_, msg)| msg.to_owned()).collect()
}

#[test]
fn constraints_that_policies_see_have_their_defaults() {
    let given = r#"{"enforcementAction": "deny", "match": {"kinds": [{"apiGroups": ["constraints.gatekeeper.sh"]}]}, "parameters": {"level": 3, "list": [{"size": 1}, {"size": 2}]}}"#;
    let bare = r#"{"enforcementAction": "deny", "match": {"kinds": [{"apiGroups": ["none"]}]}}"#;
    assert_eq!(
        judged(&DEFAULTS.replace("          ROOT\n", "")),
        [
            format!("object: {given}"),
            format!("inventory: bare {bare}"),
            format!("inventory: given {given}"),
            format!("object: {bare}"),
        ]
    );
    // If a constraint has no parameters, a default of all parameters applies.
    let bare = r#"object: {"enforcementAction": "deny", "match": {"kinds": [{"apiGroups": ["none"]}]}, "parameters": {"level": 3, "list": [{"size": 1}]}}"#;
    let root = DEFAULTS.replace("ROOT", "default: {list: [{}]}");
    assert_eq!(judged(&root).last().map(String::as_str), Some(bare));
}
