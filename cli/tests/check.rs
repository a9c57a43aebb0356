//! `ferrego check` and `ferrego explain`: reports, levels and exit statuses.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::{Project, template};
use serde_json::Value;

/// A module with an import that nothing uses.
const UNUSED: &str = "package p\n\nimport data.lib.a\n\nq if input.x\n";
const BROKEN: &str = "package p\n\nq if x == 1\n";

fn project() -> Project {
    Project::new(&[("unused.rego", UNUSED.as_bytes()), ("broken.rego", BROKEN.as_bytes())])
}

#[test]
fn findings_are_warnings_with_their_lines() {
    let (status, out, errors) = project().run(&["check", "unused.rego"]);
    assert_eq!((status, &*out), (0, "1 policy checked, 1 warning\n"));
    let expected = "\
warning[unused-import]: import `a` is never used
 --> unused.rego:3:1
  |
3 | import data.lib.a
  | ^^^^^^^^^^^^^^^^^
  |
  = help: remove the import
";
    assert_eq!(errors, expected);
}

#[test]
fn the_last_level_applies() {
    let project = project();
    let check = |levels: &[&str]| {
        let (status, out, errors) = project.run(&[&["check", "unused.rego"], levels].concat());
        (status, out, errors.lines().next().unwrap_or_default().to_owned())
    };
    let message = "[unused-import]: import `a` is never used";
    let silent = (0, "1 policy checked\n".to_owned(), String::new());
    assert_eq!(check(&["-A", "unused-import"]), silent);
    assert_eq!(check(&["-D", "warnings", "-A", "style"]), silent);
    assert_eq!(
        check(&["-A", "style", "-D", "unused-import"]),
        (1, String::new(), format!("error{message}"))
    );
    let warned = (0, "1 policy checked, 1 warning\n".to_owned(), format!("warning{message}"));
    assert_eq!(check(&["-A", "style", "-W", "unused-import"]), warned);
    let (status, _, error) = check(&["-D", "unused-imports"]);
    assert_eq!(
        (status, &*error),
        (
            2,
            "error: invalid value 'unused-imports' for '--deny <LINT>': unknown lint `unused-imports`; \
             did you mean `unused-import`?"
        )
    );
}

#[test]
fn each_format_names_code_and_place() {
    let project = project();
    let check = |format: &str| {
        let (status, out, errors) = project.run(&["check", "-o", format, "unused.rego"]);
        assert_eq!((status, &*errors), (0, ""), "{format}");
        out
    };
    let json: Value = serde_json::from_str(&check("json")).expect("JSON");
    let expected = serde_json::json!([{
        "severity": "warning",
        "code": "unused-import",
        "message": "import `a` is never used",
        "help": "remove the import",
        "file": "unused.rego",
        "line": 3,
        "column": 1,
    }]);
    assert_eq!(json, expected);
    let sarif: Value = serde_json::from_str(&check("sarif")).expect("JSON");
    let run = &sarif["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "unused-import");
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "unused-import");
    assert_eq!(result["level"], "warning");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "unused.rego");
    assert_eq!(place["region"], serde_json::json!({"startLine": 3, "startColumn": 1}));
    let command = "::warning file=unused.rego,line=3,col=1,title=unused-import\
                   ::import `a` is never used; help: remove the import\n";
    assert_eq!(check("github"), command);
}

#[test]
fn errors_are_findings_in_each_format() {
    for format in ["json", "sarif", "github"] {
        let (status, out, _) = project().run(&["check", "-o", format, "broken.rego"]);
        assert_eq!(status, 1, "{format}");
        assert!(out.contains("rego_unsafe_var_error") && out.contains("error"), "{out}");
    }
    let (status, out, errors) = project().run(&["check", "broken.rego"]);
    assert_eq!((status, &*out), (1, ""));
    assert!(errors.contains("broken.rego:3:6"), "{errors}");
}

#[test]
fn a_page_explains_each_code() {
    let project = project();
    let (status, out, errors) = project.run(&["explain", "unused-import"]);
    assert_eq!((status, &*errors), (0, ""));
    assert!(out.starts_with("# unused-import\n") && out.contains("\nRight:\n"), "{out}");
    let (status, _, errors) = project.run(&["explain", "unused-inport"]);
    assert_eq!(status, 2);
    assert!(errors.contains("did you mean `unused-import`?"), "{errors}");
    let (status, list, _) = project.run(&["explain"]);
    assert_eq!(status, 0);
    for code in ["rego_parse_error", "invalid yaml", "unused-import"] {
        assert!(list.lines().any(|line| line.starts_with(code)), "{code}: {list}");
    }
}

const TEMPLATE: &str = r#"
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: hosts}
spec:
  crd: {spec: {names: {kind: Hosts}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package hosts

      violation[{"msg": "too many"}] {
        count(array.flatten([input.review.object.spec.hosts])) > 3
      }
"#;

#[test]
fn a_version_of_gatekeeper_can_be_chosen() {
    let project = Project::new(&[("hosts.yaml", TEMPLATE.as_bytes())]);
    let check = |version: &str| project.run(&["check", "--gatekeeper", version, "hosts.yaml"]);
    assert_eq!(check("3.22"), (0, "1 policy checked\n".to_owned(), String::new()));
    let expected = "\
warning[newer-than-gatekeeper]: Gatekeeper 3.21 does not have the builtin `array.flatten`: it runs OPA 1.10
  --> hosts.yaml:13:15
   |
13 |         count(array.flatten([input.review.object.spec.hosts])) > 3
   |               ^^^^^^^^^^^^^
   |
   = help: Gatekeeper 3.22 and later versions have it
";
    assert_eq!(check("v3.21.0").2, expected);
    let (status, _, error) = check("3.8");
    assert_eq!(status, 2);
    assert!(error.contains("expected a version of Gatekeeper from 3.15 to 3.23"), "{error}");
}

#[test]
fn modules_of_one_policy_are_counted() {
    let rego = "    rego: |\n      package pods\n      violation[{\"msg\": \"no\"}] { input.review.object }\n";
    let template = template("Pods", rego);
    let files =
        [("a.rego", "package a\np := 1\n"), ("b.rego", "package b\n"), ("t.yaml", &*template)];
    let project = Project::new(&files);
    let out = |files: &[&str]| project.run(&[&["check"], files].concat()).1;
    assert_eq!(out(&["a.rego"]), "1 policy checked\n");
    assert_eq!(out(&["a.rego", "b.rego"]), "1 policy of 2 modules checked\n");
    assert_eq!(out(&["."]), "2 policies, one of 2 modules, checked\n");
}
