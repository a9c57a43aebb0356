//! Explanations in the formats of each command.

use insta::assert_snapshot;

use crate::Rego::V0;
use crate::common::Project;
use crate::{POD, constraint, project, shown, template};

const REGO: &str = r#"
package demo

violation[{"msg": msg}] {
  label := input.parameters.labels[_]
  not input.review.object.metadata.labels[label]
  msg := sprintf("no label %v", [label])
}
"#;

const SUITE: &str = "\
apiVersion: test.gatekeeper.sh/v1alpha1
kind: Suite
tests:
- name: labels
  template: t.yaml
  constraint: c.yaml
  cases:
  - name: web
    object: pod.yaml
    assertions: [{violations: no}]
";

fn labels() -> Project {
    let constraint = constraint("demo", "{parameters: {labels: [app, owner]}}");
    let (template, constraint) = (template(&V0(REGO)), constraint);
    let files = [("t.yaml", &*template), ("c.yaml", &*constraint), ("pod.yaml", POD)];
    Project::new(&[&files[..], &[("suite.yaml", SUITE)]].concat())
}

#[test]
fn test_explains_after_the_violations() {
    assert_snapshot!(
        "test_text",
        shown(&labels(), &["test", "--explain", "-f", "t.yaml", "c.yaml", "pod.yaml"])
    );
}

#[test]
fn json_has_the_explanations_as_fields() {
    let arguments = ["why", "-o", "json", "-f", "t.yaml", "c.yaml", "-i", "pod.yaml"];
    assert_snapshot!(shown(&labels(), &arguments));
}

#[test]
fn verify_explains_each_case() {
    let project = labels();
    assert_snapshot!("verify_text", shown(&project, &["verify", "--explain", "suite.yaml"]));
    let (_, out, _) = project.run(&["verify", "--explain", "-o", "json", "suite.yaml"]);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let account = &json["suites"][0]["tests"][0]["cases"][0]["explanations"][0];
    assert_eq!(account["outcome"], "violation");
    let literal = &account["rule"]["definitions"][0]["solutions"][0]["literals"][1];
    assert_eq!((&literal["file"], &literal["line"]), (&"t.yaml".into(), &17.into()));
}

#[test]
fn a_review_that_a_policy_fails_is_explained_too() {
    let rego = "package demo\n\nviolation[{\"msg\": msg}] { msg := input.parameters.number }\n";
    let template = template(&V0(rego));
    let constraint = constraint("demo", "{parameters: {number: 7}}");
    let files = [("t.yaml", &*template), ("c.yaml", &*constraint), ("pod.yaml", POD)];
    let project = Project::new(&[&files[..], &[("suite.yaml", SUITE)]].concat());
    assert_snapshot!("failed_verify", shown(&project, &["verify", "--explain", "suite.yaml"]));
    let arguments = ["why", "-f", "t.yaml", "c.yaml", "-i", "pod.yaml"];
    assert_snapshot!("failed_why", shown(&project, &arguments));
}

#[test]
fn eval_explains_paths_and_other_queries() {
    let policy = "package a\n\nallow if {\n\tinput.user == \"ann\"\n\tinput.level > 3\n}\n";
    let files = [("a.rego", policy), ("i.json", r#"{"user": "ann", "level": 2}"#)];
    let project = Project::new(&files);
    let eval = |query: &str, format: &str| {
        shown(&project, &["eval", "--explain", "-d", "a.rego", "-i", "i.json", "-f", format, query])
    };
    assert_snapshot!("eval_path", eval("data.a.allow", "result"));
    assert_snapshot!("eval_query", eval("some x in [1, 2]; not data.a.allow", "result"));
    assert_snapshot!("eval_package", eval("data.a", "result"));
    assert_snapshot!("eval_json", eval("data.a.allow", "json"));
}

#[test]
fn formats_without_a_place_for_explanations_are_refused() {
    let project = labels();
    for (command, format) in [("test", "sarif"), ("test", "junit"), ("verify", "junit")] {
        let (status, out, err) = project.run(&[command, "--explain", "-o", format, "suite.yaml"]);
        assert_eq!((status, &*out), (2, ""), "{err}");
        assert!(err.contains("with --explain"), "{err}");
    }
}

#[test]
fn explanations_change_nothing_else() {
    let project = labels();
    let plain = project.run(&["test", "-f", "t.yaml", "c.yaml", "pod.yaml"]);
    let explained = project.run(&["test", "--explain", "-v", "-f", "t.yaml", "c.yaml", "pod.yaml"]);
    assert_eq!((plain.0, &plain.2), (explained.0, &explained.2));
    let lines = |out: &str| {
        let lines = out.lines().filter(|line| !line.starts_with(' ') && !line.contains(" finds "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(&plain.1), lines(&explained.1));
}

#[test]
fn inputs_without_constraints_explain_nothing() {
    assert_snapshot!(shown(&labels(), &["why", "-f", "t.yaml", "-i", "pod.yaml"]));
}

#[test]
fn an_input_is_one_document() {
    let two = format!("{POD}---\n{POD}");
    let project = Project::new(&[("t.yaml", template(&V0(REGO))), ("two.yaml", two)]);
    assert_snapshot!(shown(&project, &["why", "-f", "t.yaml", "-i", "two.yaml"]));
}

#[test]
fn the_input_may_come_from_standard_input() {
    let project = project(&V0(REGO), "{labels: [owner]}");
    let arguments = ["why", "-f", "t.yaml", "c.yaml", "-i", "-"];
    let (status, out, err) = project.run_with(&arguments, POD.as_bytes());
    assert_eq!((status, &*err), (1, ""));
    assert!(out.contains("t.yaml:17:9: not input.review.object.metadata.labels[label]"), "{out}");
}

#[test]
fn an_input_that_is_no_object_is_told() {
    let project = labels();
    for (text, found) in
        [("[]", "an array"), ("{}", "an object without `apiVersion` and `kind`"), ("1", "a scalar")]
    {
        let arguments = ["why", "-f", "t.yaml", "c.yaml", "-i", "-"];
        let (status, out, errors) = project.run_with(&arguments, text.as_bytes());
        assert_eq!((status, &*out), (2, ""), "{errors}");
        let message = format!("expected an object or an AdmissionReview, found {found}");
        assert!(errors.contains(&message), "{errors}");
    }
}

#[test]
fn templates_and_constraints_may_be_named_by_their_own_options() {
    let project = labels();
    let files = project.run(&["why", "-f", "t.yaml", "c.yaml", "-i", "pod.yaml"]);
    assert_eq!(project.run(&["why", "-t", "t.yaml", "-c", "c.yaml", "-i", "pod.yaml"]), files);
    let (status, _, errors) = project.run(&["why", "-c", "c.yaml", "-i", "pod.yaml"]);
    assert!(status == 2 && errors.contains("--template"), "{errors}");
}
