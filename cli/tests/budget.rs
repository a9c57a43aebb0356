//! Tests of the limits of evaluations, and of the findings that are left out.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::Project;

/// A template that compares each two of the numbers 1 to `input.parameters.count`, and denies with a
/// message for each number.
const PAIRS: &str = r#"apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: pairs}
spec:
  crd:
    spec:
      names: {kind: Pairs}
      validation:
        openAPIV3Schema:
          type: object
          properties: {count: {type: integer}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package pairs

      violation[{"msg": msg}] {
        one := numbers.range(1, input.parameters.count)[_]
        other := numbers.range(1, input.parameters.count)[_]
        one == other
        msg := sprintf("number %d", [one])
      }
"#;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n";

const SUITE: &str = "apiVersion: test.gatekeeper.sh/v1alpha1
kind: Suite
tests:
- name: pairs
  template: t.yaml
  constraint: c.yaml
  cases:
  - name: one finding
    object: pod.yaml
    assertions: [{violations: 1, message: eval_cancel_error}]
";

fn project(count: usize) -> Project {
    let constraint = format!(
        "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Pairs\nmetadata: {{name: c}}\n\
         spec: {{match: {{kinds: [{{apiGroups: [\"\"], kinds: [Pod]}}]}}, \
         parameters: {{count: {count}}}}}\n"
    );
    let input = format!(
        r#"{{"parameters": {{"count": {count}}}, "review": {{"object": {{"kind": "Pod"}}}}}}"#
    );
    Project::new(&[
        ("t.yaml", PAIRS),
        ("c.yaml", &constraint),
        ("pod.yaml", POD),
        ("suite.yaml", SUITE),
        ("input.json", &input),
    ])
}

const FILES: [&str; 7] = ["test", "-f", "t.yaml", "-f", "c.yaml", "-f", "pod.yaml"];

#[test]
fn an_object_is_denied_if_its_evaluation_exceeds_a_limit() {
    let project = project(60);
    let (status, out, _) = project.run(&FILES);
    assert_eq!((status, out.lines().filter(|line| line.contains("number")).count()), (1, 60));
    for (flag, value, limit) in [
        ("--max-steps", "1000", "budget of steps"),
        ("--max-memory", "1Ki", "budget of memory"),
        ("--timeout", "1ms", "deadline"),
    ] {
        let large = self::project(2500);
        let (status, out, err) = large.run(&[&FILES[..], &[flag, value]].concat());
        let expected =
            format!("the evaluation exceeds its {limit}, in the rule data.pairs.violation");
        assert_eq!(status, 1, "{flag}: {out}{err}");
        assert!(out.contains("eval_cancel_error: ") && out.contains(&expected), "{out}");
        assert!(!out.contains("number 1"), "{out}");
    }
}

#[test]
fn a_case_and_a_query_have_the_limits() {
    let project = project(60);
    let (status, out, err) = project.run(&["verify", "suite.yaml", "--max-steps", "1000"]);
    assert_eq!(status, 0, "{out}{err}");
    assert_eq!(project.run(&["verify", "suite.yaml"]).0, 1, "60 violations");
    let eval = ["eval", "-t", "t.yaml", "-i", "input.json"];
    assert_eq!(project.run(&eval).0, 0);
    let (status, out, err) = project.run(&[&eval[..], &["--max-steps", "1000"]].concat());
    assert_eq!(status, 1, "{out}{err}");
    assert!(err.contains("the evaluation exceeds its budget of steps"), "{out}{err}");
    assert!(err.contains("--> t.yaml:20"), "{err}");
}

#[test]
fn an_answer_that_is_endless_as_json_is_refused() {
    let doubled = |depth: u32| format!("v_{depth} := [v_{0}, v_{0}]\n", depth - 1);
    let doublings: Vec<String> = (1..=40).map(doubled).collect();
    let rego = format!("package p\n\nv_0 := \"x\"\n{}", doublings.concat());
    let project = Project::new(&[("p.rego", &rego)]);
    let eval = ["eval", "-d", "p.rego", "--max-memory", "1Mi"];
    for query in ["data.p.v_40", "data.p", "x := data.p.v_40", "data.p.v_40; true"] {
        for format in ["result", "json", "values", "bindings", "raw"] {
            let (status, out, err) = project.run(&[&eval[..], &[query, "-f", format]].concat());
            assert_eq!((status, &*out), (1, ""), "{query} {format}: {err}");
            assert!(err.contains("the answer takes more than 1048576 bytes"), "{err}");
        }
    }
    let (status, out, err) =
        project.run(&[&eval[..], &["count(data.p.v_40)", "-f", "raw"]].concat());
    assert_eq!((status, &*out), (0, "2\n"), "{err}");
}

#[test]
fn findings_left_out_are_counted() {
    let (status, out, err) = project(1200).run(&FILES);
    assert_eq!(status, 1, "{err}");
    assert_eq!(out.lines().filter(|line| line.contains("number")).count(), 1000);
    let message = "Pairs/c: findings left out: 200; a review has room for 1000 in 1048576 bytes";
    assert!(err.contains(message), "{err}");
}

#[test]
fn a_case_counts_all_findings_or_none() {
    let suite = SUITE.replace("violations: 1, message: eval_cancel_error", "violations: 1200");
    let files = |project: &Project, template: &str| {
        fs::write(project.path().join("suite.yaml"), &suite).expect("written");
        fs::write(project.path().join("t.yaml"), template).expect("written");
        project.run(&["verify", "suite.yaml"])
    };
    let (status, out, err) = files(&project(1200), PAIRS);
    assert_eq!(status, 0, "{out}{err}");
    // A message of 64 KiB for each number exceeds the room of a case.
    let long = PAIRS.replace("number %d", "number %065536d");
    let (status, out, err) = files(&project(1200), &long);
    assert_eq!(status, 2, "{out}{err}");
    assert!(format!("{out}{err}").contains("findings left out: "), "{out}{err}");
}

#[test]
fn wrong_limits_are_wrong_usage() {
    for (flag, value, expected) in [
        ("--max-steps", "many", "invalid digit"),
        ("--max-memory", "1MB", "expected a number of bytes"),
        ("--timeout", "0s", "expected a number of milliseconds or seconds"),
    ] {
        let (status, _, err) = project(1).run(&[&FILES[..], &[flag, value]].concat());
        assert_eq!(status, 2, "{err}");
        assert!(err.contains(expected), "{err}");
    }
}
