//! Explanations of the constructs of Rego.

use insta::assert_snapshot;

use crate::Rego::{V0, V1, WithLibrary};
use crate::{project, shown, why};

#[test]
fn iteration_names_the_member_and_the_attempts() {
    let rego = r#"
package demo

violation[{"msg": msg}] {
  container := input.review.object.spec.containers[_]
  not startswith(container.image, input.parameters.repo)
  msg := sprintf("%v is not from %v", [container.name, input.parameters.repo])
}
"#;
    assert_snapshot!("iteration_denied", why(&V0(rego), "{repo: registry.example/}"));
    assert_snapshot!("iteration_allowed", why(&V0(rego), r#"{repo: ""}"#));
}

#[test]
fn undefined_paths_name_the_part_that_exists() {
    let rego = r#"
package demo

violation[{"msg": "no path"}] { input.review.object.spec.template.metadata.labels.app == "web" }

violation[{"msg": "a scalar"}] { input.review.object.metadata.name.first == "w" }

violation[{"msg": "no key"}] {
  key := "owner"
  input.review.object.metadata.labels[key]
}

violation[{"msg": "a false value"}] { input.parameters.strict }

violation[{"msg": "no parameter"}] { input.parameters.repos[_] == "x" }

violation[{"msg": "no member"}] { input.parameters.names[_] == "x" }

violation[{"msg": "in no member"}] { input.review.object.spec.containers[_].ports[_].hostPort > 0 }
"#;
    assert_snapshot!(why(&V0(rego), "{strict: false, names: []}"));
}

#[test]
fn helper_rules_are_explained_below_the_literal() {
    let rego = r#"
package demo

import data.lib.images

violation[{"msg": msg}] { general_violation[{"msg": msg, "field": "containers"}] }

violation[{"msg": msg}] { general_violation[{"msg": msg, "field": "initContainers"}] }

general_violation[{"msg": msg, "field": field}] {
  container := input.review.object.spec[field][_]
  images.repo(container.image) == input.parameters.repo
  msg := sprintf("%v of %v", [container.name, field])
}
"#;
    let library = r#"
package lib.images

repo(image) = repo {
  parts := split(image, "/")
  count(parts) > 1
  repo := parts[0]
} else = "docker.io" {
  not contains(image, "@")
}
"#;
    assert_snapshot!("helper_denied", why(&WithLibrary(rego, library), "{repo: docker.io}"));
    assert_snapshot!("helper_allowed", why(&WithLibrary(rego, library), "{repo: none.example}"));
}

#[test]
fn functions_and_defaults_name_the_definition() {
    let rego = r#"
package demo

violation contains {"msg": "large"} if {
  total := sum([size(container) | some container in input.review.object.spec.containers])
  total > input.parameters.limit
}

violation contains {"msg": "strict"} if strict

violation contains {"msg": "sized"} if size(input.review.object.spec.containers[1]) == 2

default strict := false

strict if input.parameters.mode == "strict"

size(container) := 2 if container.securityContext.privileged

size(container) := 1 if not container.securityContext.privileged
"#;
    assert_snapshot!(why(&V1(rego), "{limit: 3, mode: warn}"));
}

#[test]
fn every_names_the_member_that_fails() {
    let rego = r#"
package demo

violation contains {"msg": "all are privileged"} if {
  every container in input.review.object.spec.containers {
    container.securityContext.privileged
  }
}

violation contains {"msg": "all have images"} if {
  every index, container in input.review.object.spec.containers {
    index < 2
    container.image != ""
  }
}

violation contains {"msg": "no collection"} if {
  every letter in input.review.object.metadata.name { letter == "w" }
}
"#;
    assert_snapshot!(why(&V1(rego), "{}"));
}

#[test]
fn negations_show_the_solution_or_the_failure_inside() {
    let rego = r#"
package demo

violation contains {"msg": "not exempt"} if {
  some container in input.review.object.spec.containers
  not is_exempt(container)
}

violation contains {"msg": "unlabeled"} if not input.review.object.metadata.labels.app

violation contains {"msg": "named otherwise"} if {
  not input.review.object.metadata.name in {"web", "db"}
}

is_exempt(container) if {
  some pattern in input.parameters.exempt
  glob.match(pattern, [], container.image)
}
"#;
    assert_snapshot!(why(&V1(rego), r#"{exempt: ["side*"]}"#));
}

#[test]
fn comprehensions_that_are_empty_show_the_failure_inside() {
    let rego = r#"
package demo

violation contains {"msg": "latest"} if {
  count({container.name |
    some container in input.review.object.spec.containers
    endswith(container.image, ":latest")
  }) > 0
}

violation contains {"msg": msg} if {
  missing := {label | some label in input.parameters.labels} - object.keys(input.review.object.metadata.labels)
  count(missing) > 0
  msg := sprintf("missing %v", [missing])
}
"#;
    assert_snapshot!(why(&V1(rego), "{labels: [app, owner]}"));
}

#[test]
fn modifiers_and_builtins_that_fail_are_shown() {
    let rego = r#"
package demo

violation contains {"msg": "with"} if {
  strict with input.parameters.mode as "strict"
  not strict with input.parameters.mode as "strict"
}

violation contains {"msg": "number"} if to_number(input.review.object.metadata.name) > 1

violation contains {"msg": "split"} if {
  [first, second] = split(input.review.object.metadata.name, "-")
  first != second
}

strict if input.parameters.mode == "strict"
"#;
    assert_snapshot!(why(&V1(rego), "{mode: warn}"));
}

#[test]
fn partial_objects_and_sets_are_looked_up() {
    let rego = r#"
package demo

ports[name] := port if some name, port in {"web": 80, "db": 5432}

names contains name if some name, _ in ports

violation contains {"msg": "port"} if ports[input.review.object.metadata.name] == 5432

violation contains {"msg": "known"} if names[input.review.object.metadata.name]

violation contains {"msg": "unknown"} if names[input.review.object.metadata.labels.tier]

violation contains {"msg": "other"} if names.cache
"#;
    assert_snapshot!(why(&V1(rego), "{}"));
}

#[test]
fn conflicts_stop_the_definition() {
    let rego = r#"
package demo

violation[{"msg": "conflict"}] { value == 1 }

value = 1 { input.review.object.kind == "Pod" }

value = 2 { input.review.object.metadata.name == "web" }
"#;
    assert_snapshot!(why(&V0(rego), "{}"));
}

#[test]
fn print_is_shown_with_its_place() {
    let rego = r#"
package demo

violation contains {"msg": "never"} if {
  some container in input.review.object.spec.containers
  print("container", container.name, container.ports, {"a": [1]})
  container.name == "none"
}
"#;
    let project = project(&V1(rego), "{}");
    let arguments = ["test", "-v", "-q", "-f", "t.yaml", "c.yaml", "pod.yaml"];
    assert_snapshot!("print", shown(&project, &arguments));
    assert_eq!(project.run(&["test", "-q", "-f", "t.yaml", "c.yaml", "pod.yaml"]).2, "");
    let unsafe_operand = rego.replace("container.ports", "unbound");
    let project = crate::project(&V1(&unsafe_operand), "{}");
    let arguments = ["why", "-v", "-f", "t.yaml", "c.yaml", "-i", "pod.yaml"];
    assert_snapshot!("print_unsafe", shown(&project, &arguments));
}
