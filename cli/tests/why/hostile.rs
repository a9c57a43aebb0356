//! Explanations of policies and objects that try to make them endless or to deceive their reader.

use std::fmt::Write as _;

use crate::Rego::{V0, V1};
use crate::common::Project;
use crate::{constraint, project, template};

/// The most bytes of an explanation of one object.
const MOST: usize = 400_000;

/// Runs `ferrego why` for a Pod, and returns its output, which must be short.
fn why(project: &Project, more: &[&str]) -> String {
    let arguments = ["why", "-f", "t.yaml", "c.yaml", "-i", "pod.yaml"];
    let (_, out, err) = project.run(&[&arguments[..], more].concat());
    assert!(out.len() + err.len() < MOST, "{} bytes", out.len() + err.len());
    out + &err
}

#[test]
fn values_that_share_their_parts_are_shortened() {
    let mut rego =
        String::from("package demo\n\nviolation contains {\"msg\": \"m\"} if {\n  a0 := [1]\n");
    for number in 1..40 {
        let before = number - 1;
        writeln!(rego, "  a{number} := [a{before}, a{before}]").expect("written");
    }
    rego.push_str("  print(a39)\n  a39[0] != 1\n}\n");
    let out = why(&project(&V1(&rego), "{}"), &["-v"]);
    assert!(out.contains("a39 = [[[[") && out.contains('…'), "{out}");
}

#[test]
fn long_texts_and_many_violations_are_cut() {
    let rego = r#"
package demo

violation[{"msg": msg}] {
  number := numbers.range(1, 3000)[_]
  print(number)
  msg := sprintf("%v %v", [number, concat("", [text | _ = numbers.range(1, 100)[_]; text := "abcdefghij"])])
}
"#;
    let project = project(&V0(rego), "{}");
    let arguments = ["why", "-v", "-o", "json", "-f", "t.yaml", "c.yaml", "-i", "pod.yaml"];
    let (_, out, err) = project.run(&arguments);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let definition = &json["explanations"][0]["rule"]["definitions"][0];
    assert_eq!(definition["solutions"].as_array().map(Vec::len), Some(10));
    assert_eq!(definition["leftOut"], 2990);
    assert!(err.contains("more output of print is left out"), "{err}");
    assert!(err.lines().count() < 1100);
}

#[test]
fn deep_chains_of_rules_are_cut() {
    let mut rego = String::from("package demo\n\nviolation[{\"msg\": \"m\"}] { f0(1) }\n\n");
    for number in 0..60 {
        let next = number + 1;
        writeln!(rego, "f{number}(x) {{ f{next}(x); f{next}(x + 1) }}\n").expect("written");
    }
    rego.push_str("f60(x) { x > 1000 }\n");
    let out = why(&project(&V0(&rego), "{}"), &[]);
    assert!(out.contains("data.demo.f4(1)") && !out.contains("data.demo.f6(1)"), "{out}");
}

#[test]
fn an_explanation_stops_at_its_budget() {
    let rego = r#"
package demo

violation[{"msg": "m"}] {
  some i, j, k
  numbers.range(1, 200)[i] + numbers.range(1, 200)[j] + numbers.range(1, 200)[k] > 1000
}
"#;
    let out = why(&project(&V0(rego), "{}"), &["--max-steps", "20000"]);
    assert!(out.contains("the explanation stops: "), "{out}");
}

#[test]
fn hidden_characters_are_escaped() {
    let rego =
        "package demo\n\nviolation[{\"msg\": msg}] { msg := input.parameters.text; print(msg) }\n";
    let text = r#"{text: "a\e[31m\nerror: all is well\u202e"}"#;
    let constraint = constraint("demo", &format!("{{parameters: {text}}}"));
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: \"a\\e[2J\"}\n".to_owned();
    let files = [("t.yaml", template(&V0(rego))), ("c.yaml", constraint), ("pod.yaml", pod)];
    let project = Project::new(&files);
    for format in ["text", "json"] {
        let out = why(&project, &["-v", "-o", format]);
        let is_hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!out.contains(is_hidden), "{out:?}");
        assert!(!out.lines().any(|line| line.starts_with("error: all")), "{out}");
    }
}
