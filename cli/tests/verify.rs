//! Tests of `ferrego verify` as a command.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::Project;

const TEMPLATE: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: needsowner}
spec:
  crd:
    spec:
      names: {kind: NeedsOwner}
      validation:
        openAPIV3Schema:
          type: object
          properties: {label: {type: string}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package needsowner

      violation[{\"msg\": msg}] {
        object := input.review.object
        not object.metadata.labels[input.parameters.label]
        msg := sprintf(\"%s has no label %s\", [object.metadata.name, input.parameters.label])
      }

      violation[{\"msg\": msg}] {
        twin := data.inventory.namespace[_][_].Pod[_].metadata.name
        msg := sprintf(\"%s is there too\", [twin])
      }
";

const CONSTRAINT: &str = "\
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: NeedsOwner
metadata: {name: owner}
spec:
  match:
    kinds: [{apiGroups: [\"\"], kinds: [Pod]}]
  parameters: {label: owner}
";

const SUITE: &str = "\
kind: Suite
apiVersion: test.gatekeeper.sh/v1alpha1
tests:
- name: owners
  template: template.yaml
  constraint: constraint.yaml
  cases:
  - name: owned
    object: owned.yaml
    assertions: [{violations: no}]
  - name: bare
    object: bare.yaml
    assertions:
    - violations: yes
    - violations: 1
      message: has no label owner$
  - name: twin
    object: owned.yaml
    inventory: [bare.yaml]
    assertions: [{violations: 1, message: bare is there}]
  - name: later
    skip: true
    object: none.yaml
- name: refused
  template: template.yaml
  constraint: wrong.yaml
  invalid: true
";

const OWNED: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: a, labels: {owner: ann}}
";

/// Creates a folder with a suite that passes, and `more` files.
fn project(more: &[(&str, &str)]) -> Project {
    let bare = OWNED.replace("web", "bare").replace("{owner: ann}", "{}");
    let wrong = CONSTRAINT.replace("label: owner", "label: 7");
    let mut files = vec![
        ("suite.yaml", SUITE),
        ("template.yaml", TEMPLATE),
        ("constraint.yaml", CONSTRAINT),
        ("wrong.yaml", &wrong),
        ("owned.yaml", OWNED),
        ("bare.yaml", &bare),
    ];
    files.extend(more);
    Project::new(&files)
}

#[test]
fn a_suite_passes() {
    let project = project(&[]);
    let expected =
        "ok    ./suite.yaml  4 passed, 1 skipped\n1 suite, 2 tests: 4 passed, 1 skipped\n";
    assert_eq!(project.run(&["verify", "."]), (0, expected.to_owned(), String::new()));
    assert_eq!(project.run(&["verify", "--quiet", "./..."]), (0, String::new(), String::new()));
    let (status, out, _) = project.run(&["verify", "suite.yaml", "--run", "owners//^bare$"]);
    let expected = "ok    suite.yaml  1 passed, 4 skipped\n1 suite, 2 tests: 1 passed, 4 skipped\n";
    assert_eq!((status, &*out), (0, expected));
}

#[test]
fn what_does_not_hold_is_status_1_with_its_place() {
    let suite = SUITE.replace("violations: 1\n", "violations: 3\n").replace("no}", "1}");
    let project = project(&[("suite.yaml", &suite)]);
    let (status, out, err) = project.run(&["verify", "suite.yaml"]);
    let expected = "\
FAIL  suite.yaml  2 passed, 2 failed, 1 skipped
  failed  owners//owned
    suite.yaml:10:18: unexpected number of violations: got 0 violations but want exactly 1: got \
messages []
  failed  owners//bare
    suite.yaml:15:7: unexpected number of violations: got 1 violations containing \"has no label \
owner$\" but want exactly 3: got messages [\"bare has no label owner\"]
1 suite, 2 tests: 2 passed, 2 failed, 1 skipped
";
    assert_eq!((status, &*out, &*err), (1, expected, ""));
}

#[test]
fn broken_files_are_status_2_and_the_rest_is_run() {
    let template = TEMPLATE.replace("sprintf(\"%s is", "sprint(\"%s is");
    let suite = SUITE.replace("constraint: wrong.yaml", "constraint: constraint.yaml")
        + "- name: bad\n  template: bad.yaml\n  constraint: constraint.yaml\n  cases: [{name: x, \
           object: owned.yaml, assertions: [{}]}]\n- {name: none, template: template.yaml}\n";
    let project = project(&[("suite.yaml", &suite), ("bad.yaml", &template)]);
    let (status, out, err) = project.run(&["verify", "suite.yaml"]);
    assert_eq!(status, 2, "{err}");
    for expected in [
        "FAIL  suite.yaml  3 passed, 1 failed, 2 broken, 1 skipped\n",
        "  failed  refused\n    suite.yaml:24:3: constraint should have failed schema validation\n",
        "  broken  bad\n    bad.yaml:25:16: rego_type_error: undefined function sprint\n",
        "  broken  none\n    suite.yaml:32:3: invalid suite: tests[3]: missing constraint\n",
    ] {
        assert!(out.contains(expected), "{expected}\n{out}");
    }
    assert!(
        err.contains("error[rego_type_error]: undefined function sprint\n  --> bad.yaml:25:16\n"),
        "{err}"
    );
}

const EXPANSION: &str = "\
apiVersion: expansion.gatekeeper.sh/v1beta1
kind: ExpansionTemplate
metadata: {name: workloads}
spec:
  applyTo: [{groups: [apps], versions: [v1], kinds: [Deployment]}]
  templateSource: spec.template
  generatedGVK: {group: \"\", version: v1, kind: Pod}
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: a, labels: {owner: ann}}
spec: {template: {metadata: {labels: {tier: front}}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: a}
";

const EXPANDED: &str = "\
kind: Suite
apiVersion: test.gatekeeper.sh/v1alpha1
tests:
- name: expanded
  template: template.yaml
  constraint: constraint.yaml
  expansion: expansion.yaml
  cases:
  - name: denied
    object: deployment.yaml
    inventory: [namespace.yaml]
    assertions: [{violations: 1, message: '^.Implied by workloads. shop-pod has no label owner$'}]
- name: alone
  template: template.yaml
  constraint: constraint.yaml
  cases:
  - name: not-matched
    object: deployment.yaml
    inventory: [namespace.yaml]
    assertions: [{violations: no}]
";

#[test]
fn pods_that_a_workload_makes_are_judged_where_the_suite_expands_it() {
    let (deployment, namespace) = DEPLOYMENT.split_once("---\n").expect("two documents");
    let project = project(&[
        ("suite.yaml", EXPANDED),
        ("expansion.yaml", EXPANSION),
        ("deployment.yaml", deployment),
        ("namespace.yaml", namespace),
    ]);
    let expected = "ok    suite.yaml  2 passed\n1 suite, 2 tests: 2 passed\n";
    assert_eq!(project.run(&["verify", "suite.yaml"]), (0, expected.to_owned(), String::new()));
    let (status, out, _) = project.run(&["verify", "suite.yaml", "--run", "denied", "-o", "json"]);
    assert!(status == 0 && out.contains("[Implied by workloads] shop-pod has no label"), "{out}");
}

#[test]
fn files_that_look_like_suites_are_told() {
    let almost = SUITE.replace("test.gatekeeper.sh/v1alpha1", "test.gatekeeper.io/v1alpha1");
    let project = project(&[
        ("suite.yaml", &almost),
        ("kind.yaml", &SUITE.replace("kind: Suite", "kind: Suites")),
        ("empty.yaml", "kind: Suite\napiVersion: test.gatekeeper.sh/v1alpha1\ntest: []\n"),
        ("sub/suite.yaml", "kind: Suite\napiVersion: test.gatekeeper.sh/v1alpha1\ntests: 5\n"),
    ]);
    let (status, out, err) = project.run(&["verify", "."]);
    assert_eq!((status, &*out), (0, "ok    ./empty.yaml  0 passed\n1 suite, 0 tests: 0 passed\n"));
    for expected in [
        "it looks like a suite, but its apiVersion is \"test.gatekeeper.io/v1alpha1\"",
        "--> ./suite.yaml:2:13\n",
        "expected kind `Suite`, found `Suites`; the document is not run",
        "the suite has no tests",
        "test: unknown field, which is not used",
    ] {
        assert!(err.contains(expected), "{expected}\n{err}");
    }
    let (status, _, err) = project.run(&["verify", "./..."]);
    assert_eq!(status, 2);
    assert!(
        err.contains("error[invalid suite]: tests: expected a list, found a number\n"),
        "{err}"
    );
}

#[test]
fn wrong_usage_is_status_2() {
    let project = project(&[("sub/x.txt", "")]);
    for (arguments, expected) in [
        (&["verify", "none"][..], "cannot read none: "),
        (&["verify", "owned.yaml"], "expected a suite, found none in owned.yaml"),
        (&["verify", "sub"], "expected a suite, found none in sub"),
        (&["verify", "suite.yaml/..."], "can only recursively traverse directories"),
        (&["verify", "sub/x.txt"], "expected a file that ends in .yaml or .yml, found sub/x.txt"),
        (&["verify", ".", "--run", "a//b//c"], "a filter may include at most one \"//\""),
    ] {
        let (status, _, err) = project.run(arguments);
        assert_eq!(status, 2, "{arguments:?}");
        assert!(err.contains(expected), "{arguments:?}: {err}");
    }
}

#[test]
fn reports_for_programs_hold_places_and_exact_details() {
    let template = TEMPLATE.replace(
        "violation[{\"msg\": msg}] {\n        object",
        "violation[{\"msg\": msg, \"details\": {\"n\": 1.50}}] {\n        object",
    );
    let suite = SUITE.replace("violations: 1\n", "violations: 3\n");
    let project = project(&[("template.yaml", &template), ("suite.yaml", &suite)]);
    let (status, out, err) = project.run(&["verify", "suite.yaml", "-o", "json"]);
    assert_eq!((status, &*err), (1, ""));
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(report["counts"]["failed"], 1);
    let case = &report["suites"][0]["tests"][0]["cases"][1];
    assert_eq!((&case["outcome"], &case["line"]), (&"failed".into(), &11.into()));
    assert_eq!(case["failures"][0]["line"], 15);
    assert_eq!(case["violations"][0]["constraint"], "NeedsOwner/owner");
    assert!(out.contains("\"details\": {\"n\":1.50}"), "{out}");
    let (status, out, _) = project.run(&["verify", "suite.yaml", "--output", "junit"]);
    assert_eq!(status, 1);
    assert!(out.contains("<testcase name=\"owners//owned\" classname=\"suite.yaml\""), "{out}");
    assert!(out.contains("<failure message=\"suite.yaml:15:7: unexpected"), "{out}");
    assert!(out.contains("<skipped/>"), "{out}");
}

#[test]
fn numbers_are_gatekeepers_where_asked_for() {
    let template = TEMPLATE
        .replace("has no label %s\", [object.metadata.name", "has no label %v\", [object.spec.n");
    let object = OWNED.replace("{owner: ann}", "{}") + "spec: {n: 1234567}\n";
    let suite = SUITE.replace("has no label owner$", "^1.234567e\\+06 has");
    let project = project(&[
        ("template.yaml", &template.replace("\"%s has", "\"%v has")),
        ("bare.yaml", &object),
        ("suite.yaml", &suite),
    ]);
    let run = |arguments: &[&str]| {
        project.run(&[&["verify", "suite.yaml", "--run", "bare"], arguments].concat())
    };
    let (status, out, _) = run(&["--gatekeeper-numbers"]);
    assert_eq!(status, 0, "{out}");
    let (status, out, _) = run(&[]);
    assert!(status == 1 && out.contains("[\"1234567 has no label owner\"]"), "{out}");
}

#[test]
fn suites_that_check_nothing_fail_where_asked_to() {
    let head = "kind: Suite\napiVersion: test.gatekeeper.sh/v1alpha1\n";
    let test = "- {name: a, template: template.yaml, constraint: constraint.yaml, cases: []}\n";
    let skipped =
        SUITE.replace("  template: template.yaml", "  skip: true\n  template: template.yaml");
    let project = project(&[
        ("no-tests.yaml", &format!("{head}tests: []\n")),
        ("no-cases.yaml", &format!("{head}tests:\n{test}")),
        ("skipped.yaml", &skipped),
        ("invalid.yaml", &format!("{head}tests:\n{}", test.replace("cases: []", "invalid: true"))),
    ]);
    for (suite, told) in [
        ("no-tests.yaml", "the suite has no tests"),
        ("no-cases.yaml", "tests[0]: the test has no cases"),
        ("skipped.yaml", "expected a case to run, found that all are skipped"),
    ] {
        let (status, _, err) = project.run(&["verify", suite]);
        assert_eq!(status, 0, "{err}");
        assert!(err.contains(&format!("warning[nothing checked]: {told}")), "{err}");
        let (status, _, err) = project.run(&["verify", suite, "--fail-on-empty", "-q"]);
        assert_eq!(status, 2, "{err}");
        assert!(err.contains(&format!("error[nothing checked]: {told}")), "{err}");
    }
    // An `invalid` test has no cases, but it checks the constraint.
    let (_, _, err) = project.run(&["verify", "invalid.yaml", "--fail-on-empty"]);
    assert!(!err.contains("nothing checked"), "{err}");
    let (status, _, err) =
        project.run(&["verify", "suite.yaml", "--fail-on-empty", "--run", "owned"]);
    assert_eq!(status, 0, "{err}");
}

#[test]
fn a_filter_that_selects_nothing_is_the_only_complaint() {
    let (status, _, errors) =
        project(&[("suite.yaml", SUITE)]).run(&["verify", "suite.yaml", "--run", "nosuch"]);
    assert_eq!(status, 2);
    assert!(errors.contains("matches --run \"nosuch\", found none"), "{errors}");
    assert!(!errors.contains("skip"), "{errors}");
}

#[test]
fn a_test_has_the_worst_outcome_of_its_cases_in_json() {
    let nameless = "{apiVersion: v1, kind: Pod, metadata: {namespace: a}}";
    for (object, inventory, outcome) in [
        ("owned.yaml", "", "passed"),
        ("bare.yaml", "", "failed"),
        ("owned.yaml", "inventory: [nameless.yaml], ", "broken"),
    ] {
        let suite = format!(
            "apiVersion: test.gatekeeper.sh/v1alpha1\nkind: Suite\ntests:\n- name: a\n  template: \
             template.yaml\n  constraint: constraint.yaml\n  cases:\n  - {{name: b, object: {object}, \
             {inventory}assertions: [{{violations: no}}]}}\n"
        );
        let project = Project::new(&[
            ("template.yaml", TEMPLATE),
            ("constraint.yaml", CONSTRAINT),
            (
                "owned.yaml",
                "{apiVersion: v1, kind: Pod, metadata: {name: owned, labels: {owner: a}}}",
            ),
            ("bare.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: bare}}"),
            ("nameless.yaml", nameless),
            ("suite.yaml", &suite),
        ]);
        let (_, out, err) = project.run(&["verify", "suite.yaml", "-o", "json"]);
        let report: serde_json::Value = serde_json::from_str(&out).expect(&err);
        let test = &report["suites"][0]["tests"][0];
        assert_eq!(test["outcome"], outcome, "{out}");
        assert_eq!(test["cases"][0]["outcome"], outcome, "{out}");
        let severities = test["cases"][0]["errors"].as_array().into_iter().flatten();
        assert!(severities.map(|error| &error["severity"]).all(|one| one == "error"), "{out}");
    }
}

#[test]
fn a_file_of_a_test_holds_one_document() {
    let two = format!("{CONSTRAINT}---\n{CONSTRAINT}");
    for (template, constraint, role) in [
        (TEMPLATE.to_owned(), two.clone(), "constraint in ./constraint.yaml"),
        (
            format!("{TEMPLATE}---\n{CONSTRAINT}"),
            CONSTRAINT.to_owned(),
            "ConstraintTemplate in ./template.yaml",
        ),
    ] {
        let project = Project::new(&[
            ("template.yaml", template),
            ("constraint.yaml", constraint),
            ("suite.yaml", SUITE.to_owned()),
        ]);
        let (status, out, _) = project.run(&["verify", "./suite.yaml"]);
        assert_eq!(status, 2, "{out}");
        assert!(out.contains(&format!("expected one {role}, found 2")), "{out}");
    }
}
