//! Snapshots of the output: each format of each report, and each message about wrong usage.
//!
//! `INSTA_UPDATE=always` writes the snapshots again.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fmt::Write as _;

use common::Project;
use insta::assert_snapshot;

const TEMPLATE: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: needslabel
  annotations:
    metadata.gatekeeper.sh/title: Required label
    description: Objects must have a label.
spec:
  crd:
    spec:
      names: {kind: NeedsLabel}
      validation:
        openAPIV3Schema:
          type: object
          properties: {label: {type: string}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package needslabel

      violation[{"msg": msg, "details": {"label": input.parameters.label}}] {
        object := input.review.object
        not object.metadata.labels[input.parameters.label]
        msg := sprintf("%s has no label %s", [object.metadata.name, input.parameters.label])
      }
"#;

const CONSTRAINTS: &str = r#"apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabel
metadata: {name: owner}
spec:
  match: {kinds: [{apiGroups: [""], kinds: [Pod]}]}
  parameters: {label: owner}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabel
metadata: {name: cost}
spec:
  enforcementAction: warn
  match: {kinds: [{apiGroups: [""], kinds: [Pod]}]}
  parameters: {label: cost}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabel
metadata: {name: unmatched}
spec:
  match: {kinds: [{apiGroups: [v1], kinds: [Pod]}]}
  parameters: {label: owner}
"#;

const OBJECTS: &str = r#"apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {cost: low}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {owner: ann}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "two\nlines \e[31m"}
---
apiVersion: admission.k8s.io/v1
kind: AdmissionReview
request:
  uid: "1"
  operation: DELETE
  kind: {group: "", version: v1, kind: Pod}
  oldObject: {apiVersion: v1, kind: Pod, metadata: {name: gone, labels: {cost: low}}}
---
apiVersion: mutations.gatekeeper.sh/v1
kind: Assign
metadata: {name: pull-always}
---
apiVersion: constraint.gatekeeper.sh/v1beta1
kind: NeedsLabel
metadata: {name: misspelled}
"#;

const SUITE: &str = r"apiVersion: test.gatekeeper.sh/v1alpha1
kind: Suite
tests:
- name: labels
  template: t.yaml
  constraint: one.yaml
  cases:
  - {name: without, object: pod.yaml, assertions: [{violations: yes, message: no}]}
  - {name: wrong, object: /pod.yaml, assertions: [{violations: no}]}
  - {name: broken, object: none.yaml, assertions: [{violations: no}]}
  - {name: switched, object: pod.yaml, assertions: [{violations: on}]}
  - {name: skipped, object: pod.yaml, skip: true, assertions: [{violations: 1}]}
";

fn project() -> Project {
    let part = |text: &'static str| text.split("---\n").next().unwrap_or_default();
    Project::new(&[
        ("t.yaml", TEMPLATE),
        ("c.yaml", CONSTRAINTS),
        ("objects.yaml", OBJECTS),
        ("one.yaml", part(CONSTRAINTS)),
        ("pod.yaml", part(OBJECTS)),
        ("suite.yaml", SUITE),
        ("chart.yaml", "kind: Pod\nmetadata:\n  name: {{ .Values.name }}\n"),
        (
            "chart/pod.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: \"{{ .Release.Name }}\"}\n",
        ),
        (
            "p.rego",
            "package p\n\nallow if input.user == \"ann\"\n\nroles contains r if some r in data.roles\n",
        ),
        ("input.yaml", "user: ann\n"),
        ("blank.json", "{\"review\": {}}"),
        (
            "deleted.json",
            "{\"kind\": \"AdmissionReview\", \"request\": {\"operation\": \"DELETE\", \
             \"object\": {\"kind\": \"Pod\"}}}",
        ),
        ("broken.yaml", "user: [ann\n"),
        ("data.json", "{\"roles\": [\"dev\", \"ops\"]}"),
        ("empty/README.md", ""),
        ("notes.txt", ""),
    ])
}

/// Runs the command. Returns the exit status, standard output and standard error as one text.
fn run(project: &Project, arguments: &[&str]) -> String {
    let (status, out, err) = project.run(arguments);
    format!("$ ferrego {}\n{out}{err}= {status}\n", arguments.join(" "))
}

/// Returns the report without the parts that depend on the run: the times and the version.
fn steady(report: &str) -> String {
    let mut text = String::new();
    for line in report.lines() {
        let line = match (line.split_once(" time=\""), line.split_once("\"seconds\": ")) {
            (Some((before, after)), _) => {
                let (_, after) = after.split_once('"').unwrap_or_default();
                format!("{before}{after}")
            }
            (_, Some((before, _))) => format!("{before}\"seconds\": …"),
            _ => line.replace(env!("CARGO_PKG_VERSION"), "VERSION"),
        };
        let _ = writeln!(text, "{line}");
    }
    text
}

#[test]
fn reports_of_objects() {
    let project = project();
    for output in ["text", "json", "yaml", "sarif", "junit"] {
        let arguments = ["test", "-f", "t.yaml", "-f", "c.yaml", "objects.yaml", "-o", output];
        assert_snapshot!(format!("test_{output}"), steady(&run(&project, &arguments)));
    }
}

#[test]
fn reports_of_suites() {
    let project = project();
    for output in ["text", "json", "junit"] {
        let arguments = ["verify", "suite.yaml", "-o", output];
        assert_snapshot!(format!("verify_{output}"), steady(&run(&project, &arguments)));
    }
}

#[test]
fn solutions_of_queries() {
    let project = project();
    let mut text = String::new();
    for query in [
        "data.p.allow",
        "data.p[\"roles\"]",
        "count(data.p.roles) > 3",
        "x := data.p.allow",
        "data.p.roles[r]; input.user",
        "data.p.none",
    ] {
        for format in ["result", "json", "values", "bindings", "raw", "discard"] {
            let files = ["eval", "-d", "p.rego", "-d", "data.json", "-i", "input.yaml"];
            text += &run(&project, &[&files[..], &[query, "--format", format]].concat());
        }
    }
    assert_snapshot!("eval", text);
}

#[test]
fn messages() {
    let project = project();
    let mut text = String::new();
    for arguments in [
        &["test"][..],
        &["test", "-f", "empty"],
        &["test", "-f", "none.yaml"],
        &["test", "-f", "notes.txt"],
        &["test", "-f", "t.yaml"],
        &["test", "-f", "t.yaml", "--fail-on-empty"],
        &["test", "-f", "c.yaml"],
        &["test", "-f", "pod.yaml"],
        &["test", "-f", "t.yaml", "one.yaml", "chart.yaml", "chart/pod.yaml"],
        &["test", "-f", "t.yaml", "c.yaml", "pod.yaml", "--fail-on-empty", "-q"],
        &["test", "-f", "pod.yaml", "-j", "0"],
        &["test", "-f", "pod.yaml", "-j", "100000"],
        &["verify", "empty"],
        &["verify", "none"],
        &["verify", "suite.yaml", "--run", "nothing", "-q"],
        &["verify", "suite.yaml", "--run", "("],
        &["check", "empty"],
        &["check", "none.yaml"],
        &["check", "chart.yaml"],
        &["check", "pod.yaml"],
        &["check", "notes.txt"],
        &["compile", "t.yaml"],
        &["eval"],
        &["eval", "-t", "t.yaml", "-i", "pod.yaml"],
        &["eval", "-t", "t.yaml", "-d", "p.rego"],
        &["eval", "-t", "objects.yaml"],
        &["eval", "-t", "t.yaml"],
        &["eval", "-t", "t.yaml", "1 + 1"],
        &["eval", "-t", "t.yaml", "-i", "blank.json"],
        &["eval", "-t", "t.yaml", "-i", "deleted.json"],
        &["eval", "-d", "p.rego", "-i", "broken.yaml"],
        &["eval", "-d", "p.rego", "-i", "objects.yaml"],
        &["eval", "-d", "p.rego", "-d", "data.json", "-d", "data.json"],
        &["eval", "-d", "empty"],
        &["eval", "-d", "notes.txt"],
        &["eval", "count(data)"],
        &["eval", "count("],
        &["eval", " "],
        &["eval", "[1] | {2}"],
        &["eval", "x > 1"],
        &["eval", "sum(\"a\")"],
        &["eval", "data.p.none", "--fail"],
        &["eval", "1", "--fail-defined"],
        &["judge"],
    ] {
        text += &run(&project, arguments);
        text.push('\n');
    }
    assert_snapshot!("messages", text);
}
