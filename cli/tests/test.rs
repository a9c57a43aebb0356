//! Tests of `ferrego test` as a command.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fmt::Write as _;
use std::process::Stdio;

use common::Project;

const TEMPLATE: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: needslabel}
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

      violation[{\"msg\": msg, \"details\": {\"n\": 1.50}}] {
        object := input.review.object
        not object.metadata.labels[input.parameters.label]
        msg := sprintf(\"%s has no label %s\", [object.metadata.name, input.parameters.label])
      }
";

const CONSTRAINTS: &str = "\
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabel
metadata: {name: owner}
spec:
  match: {kinds: [{apiGroups: [\"\"], kinds: [Pod]}]}
  parameters: {label: owner}
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsLabel
metadata: {name: cost}
spec:
  enforcementAction: warn
  match: {kinds: [{apiGroups: [\"\"], kinds: [Pod]}]}
  parameters: {label: cost}
";

const PODS: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: a, labels: {owner: ann, cost: low}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: a, labels: {cost: low}}
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: job, namespace: b, labels: {owner: bea}}
";

const DB: &str = "pods.yaml:5: v1/Pod a/db: deny NeedsLabel/owner: db has no label owner\n";
const JOB: &str = "pods.yaml:12: v1/Pod b/job: warn NeedsLabel/cost: job has no label cost\n";

fn project(more: &[(&str, &str)]) -> Project {
    let files =
        [("policy/template.yaml", TEMPLATE), ("policy/c.yaml", CONSTRAINTS), ("pods.yaml", PODS)];
    Project::new(&[&files[..], more].concat())
}

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

/// A fake cargo. The program that it builds prints its arguments and its standard input.
#[cfg(unix)]
const CARGO: &str = r#"#!/bin/sh
test "$3 $5" = "--manifest-path --target-dir" || exit 7
grep -q POLICIES "$(dirname "$4")/src/main.rs" || exit 8
program="$6/release/ferrego-program"
mkdir -p "$6/release"
echo built >> "$(dirname "$4")/../builds"
printf '#!/bin/sh\necho "$FERREGO_BUILT" "$@"\ncat\nexit 1\n' > "$program"
chmod +x "$program"
"#;

#[cfg(unix)]
#[test]
fn the_program_of_compiled_policies_is_run_in_place_of_the_command() {
    let project = project(&[("cargo", CARGO)]);
    project.make_executable("cargo");
    let variables = [("CARGO", "cargo"), ("FERREGO_CACHE", "cache")];
    let all = [TEMPLATE, CONSTRAINTS, PODS].join("---\n");
    for engine in ["compiled", "both"] {
        let arguments = ["test", "-", "--engine", engine, "-j", "2"];
        let (status, out, err) = project.run_where(&variables, &arguments, all.as_bytes());
        let expected = format!("1 {}\n{all}", arguments.join(" "));
        assert_eq!((status, out), (1, expected), "{err}");
    }
    // A program that was built before runs without cargo.
    let builds = std::fs::read_to_string(project.path().join("cache/builds")).expect("builds");
    assert_eq!(builds, "built\n");
    let without = [("CARGO", "none"), ("FERREGO_CACHE", "cache")];
    let arguments = ["test", "-", "--engine", "compiled", "-q"];
    assert_eq!(project.run_where(&without, &arguments, all.as_bytes()).0, 1);
    // Errors name the file of a template, so a template in another file is another policy.
    let arguments = ["test", "-f", "policy", "--engine", "compiled", "-q"];
    assert_eq!(project.run_where(&without, &arguments, b"").0, 2);
    // A program that was built does not build another, even if it lacks a policy.
    let variables = [("FERREGO_BUILT", "1")];
    let arguments = ["test", "-f", "policy", "pods.yaml", "--engine", "compiled"];
    let (status, _, err) = project.run_where(&variables, &arguments, b"");
    assert!(status == 2 && err.contains("the compiled policy is not in this program"), "{err}");
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let project = project(&[]);
    let (status, err) = project.run_unheard(&["test", "-f", "policy", "pods.yaml"]);
    assert_eq!((status, &*err), (1, ""));
    let (status, err) = project.run_unheard(&["check", "policy/template.yaml"]);
    assert_eq!((status, &*err), (0, ""));
}

#[test]
fn a_full_device_is_an_error_and_no_panic() {
    let project = project(&[]);
    let full = || std::fs::File::options().write(true).open("/dev/full");
    // Not every system has `/dev/full`.
    if full().is_err() {
        return;
    }
    for (arguments, status) in [
        (&["test", "-f", "policy", "pods.yaml"][..], 2),
        (&["check", "policy/template.yaml"], 2),
        (&["eval", "1"], 2),
        (&["--help"], 2),
    ] {
        let out = project.run_to(arguments, full().expect("a device").into(), Stdio::piped());
        assert_eq!(out.0, status, "{arguments:?}");
        assert!(out.1.starts_with("error: cannot write to standard output: "), "{}", out.1);
    }
    let policy = ["test", "-f", "policy", "pods.yaml"];
    for (arguments, status) in [(&policy[..], 1), (&["test", "-f", "none.yaml"], 2), (&["no"], 2)] {
        let err = full().expect("a device").into();
        assert_eq!(project.run_to(arguments, Stdio::null(), err).0, status, "{arguments:?}");
    }
}

#[test]
fn standard_input_is_read_without_being_named() {
    let project = project(&[]);
    let (status, out, _) = project.run_with(&["test", "-f", "policy"], PODS.as_bytes());
    assert_eq!((status, out.lines().count()), (1, 3), "{out}");
    // Standard input that is both named and provided is read once.
    let (_, again, _) = project.run_with(&["test", "-f", "policy", "-"], PODS.as_bytes());
    assert_eq!(again, out);
    let status = project.run_to(&["test", "-f", "policy"], Stdio::null(), Stdio::piped());
    assert!(status.1.contains("expected an object to judge, found none"), "{}", status.1);
}

#[test]
fn without_cargo_the_command_says_what_is_missing() {
    let project = project(&[]);
    let variables = [("CARGO", "no-cargo"), ("FERREGO_CACHE", "cache")];
    let arguments = ["test", "-f", "policy", "--engine", "compiled"];
    let (status, _, err) = project.run_where(&variables, &arguments, b"");
    assert_eq!(status, 2, "{err}");
    for expected in ["compiling 1 policy to Rust in ", "cannot run ", "install Rust from https://"]
    {
        assert!(err.contains(expected), "{err}");
    }
    let (_, _, err) = project.run_where(&variables, &[&arguments[..], &["-q"]].concat(), b"");
    assert!(err.starts_with("error: cannot run "), "{err}");
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
