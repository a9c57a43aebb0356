//! The reports in the project's README.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::Project;

const CONSTRAINTS: &str = "\
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: RequiredLabels
metadata: {name: pods}
spec:
  match: {kinds: [{apiGroups: [\"\"], kinds: [Pod]}]}
  parameters: {labels: [app, owner]}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: RequiredLabels
metadata: {name: names}
spec:
  match: {excludedNamespaces: [kube-*]}
  parameters: {labels: [app]}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: RequiredLabels
metadata: {name: deployments}
spec:
  match: {kinds: [{apiGroups: [apps], kinds: [Deployment]}]}
  parameters: {labels: [app]}
";

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
";

const PRIVILEGED: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: privileged
spec:
  crd:
    spec:
      names:
        kind: Privileged
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package privileged

      violation[{"msg": msg}] {
        input.review.kind.kind == "Pod"
        container := input.review.object.spec.containers[_]
        container.securtyContext.privileged
        msg := sprintf("privileged container: %v", [container.name])
      }
"#;

/// Returns the code block after the comment `printed: NAME`.
fn block<'t>(text: &'t str, name: &str) -> &'t str {
    let (_, after) = text.split_once(&format!("<!-- printed: {name} -->\n")).expect("a comment");
    let (_, block) = after.split_once('\n').expect("a block");
    block.split_once("```").expect("an end").0
}

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    fs::read_to_string(path).expect("the README")
}

#[test]
fn the_readme_shows_the_output_of_why() {
    let readme = readme();
    let project = Project::new(&[
        ("policies/labels.yaml", block(&readme, "template")),
        ("policies/constraints.yaml", CONSTRAINTS),
        ("pod.yaml", POD),
    ]);
    let (status, out, err) = project.run(&["why", "pod.yaml", "-f", "policies/"]);
    assert_eq!((status, &*err), (1, ""));
    assert_eq!(out, block(&readme, "why"));
}

#[test]
fn the_readme_shows_the_reports_of_check() {
    let readme = readme();
    let misspelled = block(&readme, "template").replace("count(missing)", "count(mising)");
    let project = Project::new(&[("policies/labels.yaml", &*misspelled)]);
    let (status, _, errors) = project.run(&["check", "policies/labels.yaml"]);
    assert_eq!((status, &*errors), (1, block(&readme, "unsafe")));

    let project = Project::new(&[("policies/privileged.yaml", PRIVILEGED)]);
    let (status, _, warnings) = project.run(&["check", "policies/"]);
    assert_eq!((status, &*warnings), (0, block(&readme, "field")));
}
