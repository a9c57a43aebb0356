//! The clauses of `spec.match` that exclude an object.

use insta::assert_snapshot;

use crate::common::Project;
use crate::{POD, Rego, constraint, shown, template};

const REGO: &str = r#"
package demo

violation[{"msg": "never"}] { input.review.object.kind == "Never" }
"#;

const NAMESPACE: &str = "\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: sales}}
";

/// Returns a folder with a constraint for each match, numbered in order.
fn project(matches: &[&str], more: &[(&str, &str)]) -> Project {
    let constraints = matches.iter().zip(1..).map(|(criteria, number)| {
        constraint(&format!("c{number}"), &format!("{{match: {{{criteria}}}}}"))
    });
    let constraints = constraints.collect::<Vec<_>>().join("---\n");
    let template = template(&Rego::V0(REGO));
    let own = [("t.yaml", &*template), ("c.yaml", &*constraints), ("pod.yaml", POD)];
    Project::new(&[&own[..], more].concat())
}

#[test]
fn each_clause_is_named_with_its_values() {
    let matches = [
        "kinds: [{apiGroups: [apps], kinds: [Deployment, StatefulSet]}]",
        r#"kinds: [{apiGroups: [""], kinds: [Service]}, {apiGroups: ["*"], kinds: [Job]}]"#,
        "scope: Cluster",
        r#"namespaces: [prod, "test-*"]"#,
        r#"excludedNamespaces: ["kube-*", "sh*"]"#,
        "labelSelector: {matchLabels: {app: api}}",
        "labelSelector: {matchExpressions: [{key: tier, operator: Exists}]}",
        "labelSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}",
        "labelSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web, api]}]}",
        "namespaceSelector: {matchLabels: {team: platform}}",
        r#"name: "api-*""#,
        "source: Generated",
        r#"kinds: [{apiGroups: [""], kinds: [Pod]}]"#,
    ];
    let project = project(&matches, &[("ns.yaml", NAMESPACE)]);
    let arguments = ["why", "-f", "t.yaml", "c.yaml", "ns.yaml", "-i", "pod.yaml"];
    assert_snapshot!(shown(&project, &arguments));
    let (_, out, _) = project.run(&[&arguments[..], &["-o", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let first = &json["explanations"][0];
    assert_eq!(first["outcome"], "excluded");
    let place = serde_json::json!({
        "clause": "kinds",
        "expected": "Deployment of `apps`, StatefulSet of `apps`",
        "found": "Pod of the core group",
        "file": "c.yaml",
        "line": 4,
        "column": 23,
    });
    assert_eq!(first["match"], place);
}

#[test]
fn objects_without_a_namespace_have_their_own_reasons() {
    let matches = [
        "scope: Namespaced",
        "namespaces: [prod]",
        "namespaceSelector: {matchLabels: {team: platform}}",
    ];
    let project = project(&matches, &[("ns.yaml", NAMESPACE)]);
    assert_snapshot!(shown(&project, &["why", "-f", "t.yaml", "c.yaml", "-i", "ns.yaml"]));
}

#[test]
fn a_namespace_that_is_not_known_decides_nothing() {
    let project = project(&["namespaceSelector: {matchLabels: {team: platform}}"], &[]);
    assert_snapshot!(shown(&project, &["why", "-f", "t.yaml", "c.yaml", "-i", "pod.yaml"]));
}

#[test]
fn objects_that_expansion_generates_are_explained_too() {
    let expansion = "\
apiVersion: expansion.gatekeeper.sh/v1beta1
kind: ExpansionTemplate
metadata: {name: pods}
spec:
  applyTo: [{groups: [apps], versions: [v1], kinds: [Deployment]}]
  templateSource: spec.template
  generatedGVK: {group: \"\", version: v1, kind: Pod}
";
    let deployment = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: []}}}
";
    let matches = [r#"source: Generated, kinds: [{apiGroups: [""], kinds: [Pod]}]"#];
    let project = project(&matches, &[("e.yaml", expansion), ("d.yaml", deployment)]);
    let arguments = ["why", "-f", "t.yaml", "c.yaml", "e.yaml", "-i", "d.yaml"];
    assert_snapshot!(shown(&project, &arguments));
}
