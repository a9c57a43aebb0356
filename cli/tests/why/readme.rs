//! The explanation in the project's README.

use std::fs;
use std::path::Path;

use crate::common::Project;

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

/// Returns the code block after the comment `printed: NAME`.
fn block<'t>(text: &'t str, name: &str) -> &'t str {
    let (_, after) = text.split_once(&format!("<!-- printed: {name} -->\n")).expect("a comment");
    let (_, block) = after.split_once('\n').expect("a block");
    block.split_once("```").expect("an end").0
}

#[test]
fn the_readme_shows_the_output() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(path).expect("the README");
    let project = Project::new(&[
        ("policies/labels.yaml", block(&readme, "template")),
        ("policies/constraints.yaml", CONSTRAINTS),
        ("pod.yaml", POD),
    ]);
    let (status, out, err) = project.run(&["why", "-f", "policies/", "-i", "pod.yaml"]);
    assert_eq!((status, &*err), (1, ""));
    assert_eq!(out, block(&readme, "why"));
}
