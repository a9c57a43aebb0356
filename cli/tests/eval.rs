//! `ferrego eval`: templates, modules, formats and exit statuses.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::Project;

const TEMPLATE: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: needsowner}
spec:
  crd: {spec: {names: {kind: NeedsOwner}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package needsowner

      violation[{\"msg\": msg}] {
        object := input.review.object
        not object.metadata.labels[input.parameters.label]
        msg := sprintf(\"%s has no label %s\", [object.metadata.name, input.parameters.label])
      }
";

const REVIEW: &str = r#"{
  "kind": "AdmissionReview",
  "request": {"object": {"metadata": {"name": "web", "labels": {"owner": "ann"}}}}
}"#;

#[test]
fn eval_answers_for_a_template() {
    let project = Project::new(&[
        ("t.yaml", TEMPLATE.as_bytes()),
        ("review.json", REVIEW.as_bytes()),
        ("parameters.json", br#"{"label": "team"}"#),
        (
            "input.json",
            br#"{"parameters": {"label": "owner"}, "review": {"object": {"metadata": {}}}}"#,
        ),
    ]);
    let eval = |arguments: &[&str]| {
        let (status, out, err) =
            project.run(&[&["eval", "-t", "t.yaml", "-i"], arguments].concat());
        assert_eq!((status, &*err), (0, ""));
        out
    };
    let denied = "{\"result\": [{\"msg\":\"web has no label team\"}]}\n";
    assert_eq!(eval(&["review.json", "--parameters", "parameters.json"]), denied);
    assert_eq!(eval(&["review.json"]), "{\"result\": []}\n");
    assert_eq!(eval(&["input.json"]), "{\"result\": []}\n");
}

#[test]
fn eval_refuses_reviews_in_which_a_policy_sees_no_object() {
    let review = |request: &str| format!(r#"{{"kind": "AdmissionReview", "request": {request}}}"#);
    let object = r#"{"kind": "Pod", "metadata": {"name": "web"}}"#;
    for (input, is_judged) in [
        ("{}".to_owned(), false),
        (r#"{"review": {}}"#.to_owned(), false),
        (r#"{"review": {"object": null}, "parameters": {"label": "a"}}"#.to_owned(), false),
        (r#"{"review": {"object": {}}}"#.to_owned(), false),
        (r#"{"review": {"object": [1]}}"#.to_owned(), false),
        (format!(r#"{{"review": {{"operation": "DELETE", "oldObject": {object}}}}}"#), false),
        (format!(r#"{{"review": {{"operation": "DELETE", "object": {object}}}}}"#), true),
        (format!(r#"{{"review": {{"oldObject": {object}}}}}"#), true),
        (review("{}"), false),
        (review(r#"{"object": null, "oldObject": null}"#), false),
        (review(&format!(r#"{{"operation": "DELETE", "object": {object}}}"#)), false),
        (review(&format!(r#"{{"operation": "DELETE", "oldObject": {object}}}"#)), true),
        (review(&format!(r#"{{"object": {object}}}"#)), true),
    ] {
        let project = Project::new(&[("t.yaml", TEMPLATE), ("i.json", &input)]);
        let (status, out, err) = project.run(&["eval", "-t", "t.yaml", "-i", "i.json"]);
        let expected = if is_judged { (0, "{\"result\": []}\n") } else { (2, "") };
        assert_eq!((status, &*out), expected, "{input}: {err}");
        assert_eq!(err.is_empty(), is_judged, "{input}: {err}");
    }
    let project = Project::new(&[("t.yaml", TEMPLATE)]);
    let (status, out, err) = project.run(&["eval", "-t", "t.yaml"]);
    assert_eq!((status, &*out), (2, ""), "{err}");
    let (status, _, err) = project.run(&["eval", "-t", "t.yaml", "data.needsowner.violation"]);
    assert!(status == 0 && err.contains("warning: expected a review"), "{err}");
}

#[test]
fn eval_of_a_template_fails_for_violations_where_asked_to() {
    let project = Project::new(&[
        ("t.yaml", TEMPLATE.as_bytes()),
        ("review.json", REVIEW.as_bytes()),
        ("owner.json", br#"{"label": "owner"}"#),
        ("team.json", br#"{"label": "team"}"#),
    ]);
    let status = |parameters: &str, more: &[&str]| {
        let eval = ["eval", "-t", "t.yaml", "-i", "review.json", "-p", parameters];
        project.run(&[&eval[..], more].concat()).0
    };
    for (parameters, violates) in [("owner.json", false), ("team.json", true)] {
        assert_eq!(status(parameters, &[]), 0);
        assert_eq!(status(parameters, &["--fail-defined"]), i32::from(violates));
        assert_eq!(status(parameters, &["--fail"]), i32::from(!violates));
        // A query of the user fails as in OPA, where an empty set is defined.
        let query = "data.needsowner.violation";
        assert_eq!(status(parameters, &["--fail-defined", query]), 1);
        assert_eq!(
            status(parameters, &["--fail-defined", &format!("{query}[_]")]),
            i32::from(violates)
        );
    }
}

#[test]
fn eval_answers_for_modules() {
    let rego = "package x\n\ndouble := input.n * 2\n\nrole := data.roles[input.user]\n\n\
                 one := 1\n\none := input.n\n";
    let project = Project::new(&[
        ("x.rego", rego),
        ("old.rego", "package old\n\nyes { input.n }\n"),
        ("input.json", r#"{"n": 2.50, "user": "ann"}"#),
        ("data.json", r#"{"roles": {"ann": "admin"}}"#),
    ]);
    let eval = |query: &str| {
        let files = ["eval", "-d", "x.rego", "-i", "input.json", "--data", "data.json"];
        project.run(&[&files[..], &["-q", query]].concat())
    };
    assert_eq!(eval("data.x.double"), (0, "{\"result\": 5}\n".to_owned(), String::new()));
    assert_eq!(eval("data.x.role").1, "{\"result\": \"admin\"}\n");
    assert_eq!(eval("data.x.nothing").1, "{}\n");
    let (status, out, err) = eval("data.x.one");
    assert_eq!((status, &*out), (1, ""));
    assert!(err.contains("eval_conflict_error") && err.contains("x.rego:"), "{err}");
    let old = ["eval", "-d", "old.rego", "-i", "input.json", "-q", "data.old.yes"];
    assert_eq!(project.run(&old).0, 1);
    let (status, out, _) = project.run(&[&old[..], &["--v0-compatible"]].concat());
    assert_eq!((status, &*out), (0, "{\"result\": true}\n"));
}

#[test]
fn a_broken_review_is_an_error_with_line_and_column() {
    let deep = "[".repeat(100_000);
    let project = Project::new(&[
        ("t.yaml", TEMPLATE.as_bytes()),
        ("cut.json", b"{\"review\": "),
        ("bytes.json", b"{\"review\": \"\xff\"}"),
        ("deep.json", deep.as_bytes()),
    ]);
    for (file, expected) in [
        ("cut.json", "the JSON value is not complete\n --> cut.json:1:12\n"),
        ("bytes.json", "expected UTF-8, found another byte\n --> bytes.json:1:13\n"),
        ("deep.json", "the JSON value is nested too deep\n --> deep.json:1:"),
    ] {
        let (status, out, err) = project.run(&["eval", "-t", "t.yaml", "-i", file]);
        assert_eq!((status, &*out), (2, ""));
        assert!(err.contains(expected), "{err}");
    }
}

#[test]
fn eval_reads_json_as_json_whatever_the_file_is_called() {
    let project = Project::new(&[
        ("in.yaml", &b"12345678901234567890123"[..]),
        ("in.json", br#"{"a": 1e-30104}"#),
    ]);
    let (status, out, _) = project.run(&["eval", "-i", "in.yaml", "input"]);
    assert_eq!((status, out.trim()), (0, r#"{"result": 12345678901234567890123}"#));
    // YAML would read 0.
    let small = br#"{"a": 1e-30104}"#;
    let piped = project.run_with(&["eval", "-I", "input"], small);
    let named = project.run(&["eval", "-i", "in.json", "input"]);
    for (status, _, errors) in [piped, named] {
        assert_eq!(status, 2);
        assert!(errors.contains("out of range"), "{errors}");
    }
}

#[test]
fn an_evaluation_of_a_template_that_stops_names_rule_and_place_in_the_yaml() {
    let template =
        format!("{TEMPLATE}      name = 1 {{ true }}\n      name = 2 {{ input.review }}\n");
    let template =
        template.replace("object := input.review.object", "name; object := input.review.object");
    let project = Project::new(&[("t.yaml", template.as_bytes())]);
    let input =
        br#"{"review": {"object": {"metadata": {"name": "w"}}}, "parameters": {"label": "a"}}"#;
    let (status, out, errors) = project.run_with(&["eval", "-t", "t.yaml", "-I"], input);
    assert_eq!((status, &*out), (1, ""));
    let message = "error[eval_conflict_error]: complete rules must not produce multiple outputs: \
                   data.needsowner.name";
    assert!(errors.contains(message) && errors.contains("t.yaml:17:7"), "{errors}");
}

/// A value of data would hide the denial, or the rule the value.
#[test]
fn eval_refuses_rules_in_the_place_of_data() {
    let project = Project::new(&[
        ("a.rego", &b"package a.b\n\ndeny contains \"x\" if input.bad\n\np[input.k].q := 1\n"[..]),
        ("rule.json", br#"{"a": {"b": {"deny": 5}}}"#),
        ("package.json", br#"{"a": {"b": null}}"#),
        ("dynamic.json", br#"{"a": {"b": {"p": {}}}}"#),
        ("apart.json", br#"{"a": {"b": {"c": 5}, "deny": 1}}"#),
    ]);
    for (data, path) in
        [("rule.json", "a/b/deny"), ("package.json", "a/b/deny"), ("dynamic.json", "a/b/p")]
    {
        let (status, out, errors) = project.run(&["eval", "-d", "a.rego", "-d", data, "data.a"]);
        assert_eq!((status, &*out), (1, ""), "{data}");
        let expected = format!("conflicting rule for data path {path} found");
        assert!(errors.contains(&expected), "{errors}");
    }
    let (status, _, errors) = project.run(&["eval", "-d", "a.rego", "-d", "apart.json", "data.a"]);
    assert_eq!((status, &*errors), (0, ""));
}

/// Gatekeeper refuses a constraint with such parameters. The policy would find no violation.
#[test]
fn eval_of_a_template_checks_the_parameters_by_the_schema() {
    let schema = "crd: {spec: {names: {kind: NeedsOwner}, validation: {openAPIV3Schema: {type: object, \
                  properties: {label: {type: string}}}}}}";
    let template = TEMPLATE.replace("crd: {spec: {names: {kind: NeedsOwner}}}", schema);
    let project = Project::new(&[("t.yaml", template.as_bytes())]);
    let eval = |parameters: &str| {
        let object = r#"{"metadata": {"name": "web"}}"#;
        let input = format!(r#"{{"review": {{"object": {object}}}, {parameters}}}"#);
        project.run_with(&["eval", "-t", "t.yaml", "-I"], input.as_bytes())
    };
    let (status, out, errors) = eval(r#""parameters": {"label": "owner"}"#);
    assert_eq!((status, &*errors), (0, ""));
    assert!(out.contains("web has no label owner"), "{out}");
    for (input, expected) in [
        (r#""parameters": {"label": ["owner"]}"#, "spec.parameters.label"),
        (r#""parameters": {"labels": "owner"}"#, "spec.parameters.labels"),
        (r#""parameters": ["owner"]"#, "spec.parameters"),
        (r#""params": {"label": "owner"}"#, "found `params`"),
    ] {
        let (status, out, errors) = eval(input);
        assert_eq!((status, &*out), (2, ""), "{input}");
        assert!(errors.contains(expected), "{errors}");
    }
}

#[test]
fn eval_takes_the_flags_of_opa() {
    let project = Project::new(&[
        ("d/x.rego", "package x\n\nroles := data.teams.shop.roles\n\nuser := input.user\n"),
        ("d/teams/shop/any.yaml", "roles: [dev]\n"),
        ("d/ignored.txt", "x"),
        ("more.json", "{\"teams\": {\"blog\": 12345678901234567890.10}}"),
        ("list.yaml", "- 1\n- 2\n"),
        ("old.rego", "package old\n\nyes { input.user }\n"),
    ]);
    let eval = |arguments: &[&str]| {
        let (status, out, err) = project.run_with(&[&["eval"], arguments].concat(), b"user: ann\n");
        assert_eq!(err, "", "{arguments:?}");
        (status, out)
    };
    let passed = |text: &str| (0, format!("{text}\n"));
    assert_eq!(eval(&["-d", "d", "data.x.roles"]), passed("{\"result\": [\"dev\"]}"));
    assert_eq!(eval(&["-d", "d", "-I", "data.x.user"]), passed("{\"result\": \"ann\"}"));
    assert_eq!(eval(&["-d", "d", "-i", "-", "data.x.user", "-f", "raw"]), passed("ann"));
    assert_eq!(eval(&["\"a\\n\\tb\"", "-f", "raw"]), passed("a\n\tb"));
    let merged = ["-d", "d", "--data", "more.json", "data.teams.blog", "--format", "values"];
    assert_eq!(eval(&merged), passed("[12345678901234567890.10]"));
    assert_eq!(eval(&["-d", "data.a.b:list.yaml", "data.a.b[1]"]), passed("{\"result\": 2}"));
    let old = ["--v0-compatible", "-d", "old.rego", "-I", "data.old.yes"];
    assert_eq!(eval(&old), passed("{\"result\": true}"));
    assert_eq!(eval(&["-d", "d", "data.x.user", "--fail"]), (1, "{}\n".to_owned()));
    assert_eq!(eval(&["-d", "d", "data.x.user", "--fail-defined"]), passed("{}"));
    assert_eq!(eval(&["to_number(\"x\")"]), passed("{}"));
    let (status, _, err) = project.run(&["eval", "--strict-builtin-errors", "to_number(\"x\")"]);
    assert!(status == 1 && err.contains("eval_builtin_error"), "{err}");
}

#[test]
fn eval_of_a_template_sees_data_and_what_a_delete_deletes() {
    let template = TEMPLATE.replace(
        "not object.metadata",
        "data.inventory.cluster.v1.Pod.x\n        not object.metadata",
    );
    let delete = REVIEW.replace(
        "\"request\": {\"object\"",
        "\"request\": {\"operation\": \"DELETE\", \"object\": null, \"oldObject\"",
    );
    let project = Project::new(&[
        ("t.yaml", &*template),
        ("delete.json", &delete),
        ("parameters.yaml", "label: team\n"),
        ("inventory.json", "{\"inventory\": {\"cluster\": {\"v1\": {\"Pod\": {\"x\": {}}}}}}"),
        ("empty.json", "{\"kind\": \"AdmissionReview\"}"),
    ]);
    let arguments = ["eval", "-t", "t.yaml", "-i", "delete.json", "-p", "parameters.yaml"];
    assert_eq!(project.run(&arguments).1, "{\"result\": []}\n");
    let (_, out, err) = project.run(&[&arguments[..], &["-d", "inventory.json"]].concat());
    assert_eq!((&*out, &*err), ("{\"result\": [{\"msg\":\"web has no label team\"}]}\n", ""));
    let (status, _, err) = project.run(&["eval", "-t", "t.yaml", "-i", "empty.json"]);
    assert!(status == 2 && err.contains("expected a request"), "{err}");
}
