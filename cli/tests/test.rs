//! Tests of `ferrego test` as a command.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;
mod labels;

use std::fmt::Write as _;

use common::Project;
use labels::{CONSTRAINTS, PODS, TEMPLATE, project};

const DB: &str = "pods.yaml:5: v1/Pod a/db: deny NeedsLabel/owner: db has no label owner\n";
const JOB: &str = "pods.yaml:12: v1/Pod b/job: warn NeedsLabel/cost: job has no label cost\n";

#[test]
fn denied_objects_are_status_1_with_file_and_line() {
    let project = project(&[]);
    let (status, out, err) = project.run(&["test", "-f", "policy", "pods.yaml"]);
    let expected = format!("{DB}{JOB}3 objects judged, 1 denied; 2 violations, 1 denying\n");
    assert_eq!((status, out, &*err), (1, expected, ""));
    let (status, out, _) =
        project.run(&["test", "-f", "policy", "-f", "pods.yaml", "--deny-only", "-q"]);
    assert_eq!((status, &*out), (1, DB));
}

#[test]
fn warnings_alone_are_status_0() {
    let project = project(&[(
        "policy/c.yaml",
        &CONSTRAINTS.replace("spec:\n  match", "spec:\n  enforcementAction: dryrun\n  match"),
    )]);
    let (status, out, _) = project.run(&["test", "-f", ".", "-q"]);
    assert_eq!(
        (status, out),
        (0, format!("{DB}{JOB}").replace("deny", "dryrun").replace("pods", "./pods"))
    );
    assert_eq!(
        project.run(&["test", "-f", ".", "-q", "--deny-only"]),
        (0, String::new(), String::new())
    );
}

#[test]
fn standard_input_may_hold_json_and_policies() {
    let project = project(&[]);
    let pods = br#"{"apiVersion": "v1", "items": [
  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "labels": {"cost": "x"}}},
  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "ok", "labels": {"cost": "x", "owner": "y"}}}
], "kind": "List"}"#;
    let (status, out, err) = project.run_with(&["test", "-f", "policy", "-"], pods);
    let expected = "<stdin>:2: v1/Pod web: deny NeedsLabel/owner: web has no label owner\n\
                    2 objects judged, 1 denied; 1 violation, 1 denying\n";
    assert_eq!((status, &*out, &*err), (1, expected, ""));
    let all = [TEMPLATE, CONSTRAINTS, PODS].join("---\n");
    let (status, out, _) = project.run_with(&["test", "-", "-q"], all.as_bytes());
    assert_eq!((status, out.lines().count()), (1, 2), "{out}");
}

#[test]
fn reports_for_programs_name_object_file_and_line() {
    let project = project(&[]);
    let run = |output: &str| {
        let (status, out, err) = project.run(&["test", "-f", "policy", "pods.yaml", "-o", output]);
        assert_eq!((status, &*err), (1, ""));
        out
    };
    let text = run("json");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let found = &json["violations"][1];
    assert_eq!(found["object"]["name"], "job");
    assert_eq!((&found["file"], &found["line"]), (&"pods.yaml".into(), &12.into()));
    assert_eq!(found["enforcementAction"], "warn");
    assert!(text.contains("\"details\": {\"n\":1.50}"), "{text}");
    let yaml = run("yaml");
    assert!(yaml.contains("\n  - column: 1\n    constraint: NeedsLabel/owner\n"), "{yaml}");
    let sarif: serde_json::Value = serde_json::from_str(&run("sarif")).expect("JSON");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["level"], "error");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "pods.yaml");
    assert_eq!(place["region"]["startLine"], 5);
    let junit = run("junit");
    assert!(junit.contains("<testcase name=\"v1/Pod a/db\" classname=\"pods.yaml\""), "{junit}");
    assert!(junit.contains("<failure message=\"pods.yaml:5: deny NeedsLabel/owner"), "{junit}");
}

#[test]
fn all_that_is_broken_is_told_at_once_and_the_rest_is_judged() {
    let selector = CONSTRAINTS
        .replace("name: owner", "name: selected")
        .replace("match: {", "match: {namespaceSelector: {matchLabels: {x: z}}, ");
    let selector = selector.split("---").next().expect("a part");
    let project = project(&[
        ("policy/again.yaml", TEMPLATE),
        ("policy/orphan.yaml", &CONSTRAINTS.replace("NeedsLabel", "NeedsOther")),
        (
            "policy/rego.yaml",
            &TEMPLATE
                .replace("needslabel", "other")
                .replace("NeedsLabel", "Other")
                .replace("sprintf", "sprint"),
        ),
        ("policy/selector.yaml", selector),
        (
            "policy/wrong.yaml",
            &CONSTRAINTS.replace("{label: owner}", "{label: 7}").replace("name: ", "name: w-"),
        ),
        (
            "twice.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: a, labels: {cost: x}}\n",
        ),
        ("nokind.yaml", "apiVersion: v1\nmetadata: {name: x}\n---\na: [\n---\na: 1\na: 2\n"),
        ("cut.json", "{\"kind\": "),
        (
            "lines.ndjson",
            "{\"kind\": \n{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"line\", \"labels\": {\"cost\": \"1\"}}}\n",
        ),
    ]);
    let (status, out, err) = project.run(&["test", "-f", ".", "none.yaml"]);
    assert_eq!(status, 2, "{out}{err}");
    for expected in [
        "cannot read none.yaml: ",
        "duplicate ConstraintTemplate of kind `NeedsLabel`",
        "template \"needsother\" not found\n --> ./policy/orphan.yaml:2:7\n",
        "undefined function sprint\n  --> ./policy/rego.yaml:20:16\n",
        "must be of type string: \"integer\"\n --> ./policy/wrong.yaml:6:23\n",
        "duplicate object `v1/Pod a/db`\n --> ./twice.yaml:1:1\n",
        "the first is at ./pods.yaml:5;",
        "error[invalid object]",
        " --> ./nokind.yaml:1:1\n",
        "`[` is never closed\n --> ./nokind.yaml:4:4\n",
        "duplicate key `a`\n --> ./nokind.yaml:7:1\n",
        " --> ./cut.json:1:10\n",
        " --> ./lines.ndjson:1:10\n",
        "give the Namespace object too: a namespaceSelector needs it",
    ] {
        assert!(err.contains(expected), "{expected}\n{err}");
    }
    for expected in ["./pods.yaml:5: v1/Pod a/db: deny", "./lines.ndjson:2: v1/Pod line: deny"] {
        assert!(out.contains(expected), "{expected}\n{out}");
    }
}

#[test]
fn a_fault_of_many_objects_is_counted() {
    let selector = CONSTRAINTS
        .replace("match: {", "match: {namespaceSelector: {matchLabels: {x: z}}, ")
        .split_once("---")
        .map(|(first, _)| first.to_owned())
        .expect("two constraints");
    let pods = (0..8).fold(String::new(), |mut pods, number| {
        let _ = write!(
            pods,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}, namespace: a}}\n"
        );
        pods
    });
    let project =
        Project::new(&[("t.yaml", TEMPLATE), ("c.yaml", &*selector), ("pods.yaml", &*pods)]);
    let (status, _, err) = project.run(&["test", "-f", "."]);
    assert_eq!(status, 1, "{err}");
    assert_eq!(err.matches("--> ./pods.yaml:").count(), 5, "{err}");
    assert!(err.contains("the Namespace is not known: 3 more times\n"), "{err}");
}

#[test]
fn expansion_templates_that_do_not_go_together_are_told_where_they_stand() {
    let expansion = |name: &str, from: &str, to: &str| {
        format!(
            "apiVersion: expansion.gatekeeper.sh/v1beta1\nkind: ExpansionTemplate\n\
             metadata: {{name: {name}}}\nspec:\n  templateSource: spec.template\n  \
             applyTo: [{{groups: [\"\"], versions: [v1], kinds: [{from}]}}]\n  \
             generatedGVK: {{group: \"\", version: v1, kind: {to}}}\n"
        )
    };
    let (lone, there, back) =
        (expansion("lone", "P", "Q"), expansion("there", "A", "B"), expansion("back", "B", "A"));
    let project = project(&[("1.yaml", &*lone), ("2.yaml", &*there), ("3.yaml", &*back)]);
    let (status, _, err) = project.run(&["test", "-f", "."]);
    assert_eq!(status, 2, "{err}");
    for (name, place) in [("there", "./2.yaml:7:17"), ("back", "./3.yaml:7:17")] {
        let expected =
            format!("the ExpansionTemplate {name} forms an expansion cycle\n --> {place}");
        assert!(err.contains(&expected), "{err}");
    }
    assert!(!err.contains("1.yaml"), "{err}");
}

#[test]
fn wrong_usage_and_empty_input_are_status_2() {
    let project = project(&[("empty.yaml", ""), ("x.txt", "")]);
    for arguments in [
        &["test"][..],
        &["test", "-f"],
        &["test", "-f", "empty.yaml"],
        &["test", "-f", "x.txt"],
        &["test", "-f", "pods.yaml", "-j", "0"],
    ] {
        let (status, out, err) = project.run(arguments);
        assert_eq!(status, 2, "{arguments:?} {out}");
        assert!(!err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn policies_see_the_other_objects_where_they_ask_for_them() {
    let template = TEMPLATE.replace(
        "not object",
        "not data.inventory.cluster.v1.Namespace[object.metadata.namespace]\n        not object",
    );
    let project = project(&[("policy/template.yaml", &template)]);
    let run = || project.run(&["test", "-f", "policy", "pods.yaml", "-q", "-"]);
    assert_eq!(run().1, format!("{DB}{JOB}"));
    let namespace = b"apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";
    let (_, out, _) =
        project.run_with(&["test", "-f", "policy", "pods.yaml", "-q", "-"], namespace);
    assert_eq!(out, JOB);
}

#[test]
fn many_objects_keep_their_order_whatever_the_number_of_threads() {
    let mut lines = String::new();
    for number in 0..12_000 {
        let labels = if number % 1000 == 7 { "" } else { "\"owner\": \"x\"" };
        writeln!(lines, "{{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {{\"name\": \"p{number}\", \"labels\": {{\"cost\": \"x\", {labels}}}}}}}").expect("written");
    }
    let lines = lines.replace("\"x\", }", "\"x\"}");
    let project = project(&[("many.ndjson", &lines)]);
    let run = |jobs: &str| project.run(&["test", "-f", "policy", "many.ndjson", "-j", jobs]);
    let one = run("1");
    assert_eq!((one.0, one.1.lines().count(), &*one.2), (1, 13, ""));
    assert!(one.1.starts_with("many.ndjson:8: v1/Pod p7: deny"), "{}", one.1);
    assert_eq!(run("4"), one);
    let run = |jobs: &str| {
        project.run_with(&["test", "-f", "policy", "-", "-q", "--jobs", jobs], lines.as_bytes())
    };
    let one = run("1");
    assert!(one.1.starts_with("<stdin>:8: v1/Pod p7: deny"), "{}", one.1);
    assert_eq!(one.1.lines().count(), 12);
    assert_eq!(run("2"), one);
}

#[test]
fn cel_beside_rego_is_refused_unless_the_rego_is_preferred() {
    let code = "    code: [{engine: K8sNativeValidation, source: {}}]\n";
    let target = "  - target: admission.k8s.gatekeeper.sh\n";
    let template = TEMPLATE.replace(target, &format!("{target}{code}"));
    assert_ne!(template, TEMPLATE);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: a}\n";
    let project =
        Project::new(&[("t.yaml", &*template), ("c.yaml", CONSTRAINTS), ("pod.yaml", pod)]);
    let (status, _, err) = project.run(&["test", "-f", "."]);
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("Gatekeeper runs the CEL alone"), "{err}");
    assert!(err.contains("--engine-preference rego"), "{err}");
    let (status, out, err) = project.run(&["test", "-f", ".", "--engine-preference", "rego"]);
    assert_eq!(status, 1, "{out}{err}");
    let check = |arguments: &[&str]| project.run(arguments).0;
    assert_eq!(check(&["check", "t.yaml"]), 1);
    assert_eq!(check(&["check", "t.yaml", "--engine-preference", "rego"]), 0);
}

#[test]
fn a_constraint_of_another_group_is_an_error() {
    let run = |group: &str, spec: &str| {
        let constraint = CONSTRAINTS.replace("constraints.gatekeeper.sh", group);
        let constraint = constraint.split("---").next().unwrap_or_default();
        let constraint = constraint.split("spec:").next().unwrap_or_default().to_owned() + spec;
        let project = project(&[("policy/c.yaml", &constraint)]);
        project.run(&["test", "-f", "policy", "pods.yaml", "-q"])
    };
    let own = "spec: {match: {kinds: [{apiGroups: [''], kinds: [Pod]}]}}\n";
    for group in
        ["constraint.gatekeeper.sh", "templates.gatekeeper.sh", "constraints.gatekeeper.io"]
    {
        let (status, _, err) = run(group, own);
        assert_eq!(status, 2, "{group}: {err}");
        let told = format!(
            "error[nothing checked]: apiVersion: expected constraints.gatekeeper.sh, found group {group:?}"
        );
        assert!(err.contains(&told), "{err}");
    }
    // An object of another API may share the kind.
    let (status, _, err) = run("labels.example.com", "spec: {replicas: 1}\n");
    assert_eq!((status, &*err), (0, ""));
}
