//! Tests of `--external-data`, which answers `external_data` from a file, and of providers in files.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fmt::Write as _;

use common::{Project, template};
use insta::assert_snapshot;

const TARGET: &str = r#"    rego: |
      package images
      answer := external_data({"provider": "images", "keys": [input.review.object.spec.image]})
      violation[{"msg": msg}] {
        [image, value] := answer.responses[_]
        value != "good"
        msg := sprintf("%v is %v", [image, value])
      }
      violation[{"msg": msg}] {
        [image, error] := answer.errors[_]
        msg := sprintf("%v: %v", [image, error])
      }
      violation[{"msg": msg}] {
        answer.system_error != ""
        msg := answer.system_error
      }
"#;

const CONSTRAINT: &str =
    "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Images\nmetadata: {name: all}\n";

const ANSWERS: &str = "
images:
  good: {value: good}
  large: {value: 12345678901234567890}
  unknown: {error: no such image}
";

const SUITE: &str = "
kind: Suite
apiVersion: test.gatekeeper.sh/v1alpha1
metadata: {name: images}
tests:
- name: images
  template: template.yaml
  constraint: constraint.yaml
  cases:
  - {name: good, object: good.yaml, assertions: [{violations: no}]}
  - {name: unknown, object: unknown.yaml, assertions: [{violations: 1, message: no such image}]}
";

fn object(image: &str) -> String {
    format!("apiVersion: v1\nkind: Thing\nmetadata: {{name: {image}}}\nspec: {{image: {image}}}\n")
}

/// A project with the policy, four objects, and files that answer.
fn project(more: &[(&str, &str)]) -> Project {
    let mut files = vec![
        ("template.yaml".to_owned(), template("Images", TARGET)),
        ("constraint.yaml".to_owned(), CONSTRAINT.to_owned()),
        ("answers.yaml".to_owned(), ANSWERS.to_owned()),
        ("suite.yaml".to_owned(), SUITE.to_owned()),
    ];
    files.extend(
        ["good", "large", "unknown", "other"].map(|name| (format!("{name}.yaml"), object(name))),
    );
    files.extend(more.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    let files: Vec<_> = files.iter().map(|(name, text)| (&**name, text)).collect();
    Project::new(&files)
}

const INPUTS: [&str; 6] =
    ["template.yaml", "constraint.yaml", "good.yaml", "large.yaml", "unknown.yaml", "other.yaml"];

#[test]
fn a_file_answers_test() {
    let project = project(&[("none.json", "{}")]);
    let test = |more: &[&str]| {
        let (status, out, err) = project.run(&[&["test", "-q"], more, &INPUTS].concat());
        format!("exit {status}\n{out}{err}")
    };
    let mut text = String::new();
    for arguments in [
        &["--external-data", "answers.yaml"][..],
        &["--external-data", "answers.yaml", "--gatekeeper-numbers"],
        &["--external-data", "none.json"],
        &[],
    ] {
        writeln!(text, "$ ferrego test {}\n{}", arguments.join(" "), test(arguments))
            .expect("text");
    }
    assert_snapshot!("test", text);
}

#[test]
fn a_file_answers_verify_and_why() {
    let project = project(&[]);
    let answers = ["--external-data", "answers.yaml"];
    let (status, out, err) = project.run(&[&["verify", "suite.yaml"], &answers[..]].concat());
    assert_eq!((status, &*err), (0, ""), "{out}");
    let (status, out, _) = project.run(&["verify", "suite.yaml"]);
    assert!(status == 1 && out.contains("external_data"), "{out}");
    let why = ["why", "-f", "template.yaml", "-f", "constraint.yaml", "-i", "unknown.yaml"];
    let (status, out, err) = project.run(&[&why, &answers[..]].concat());
    assert!(status == 1 && out.contains("unknown: no such image"), "{out}\n{err}");
}

#[test]
fn each_fault_of_the_file_has_its_place() {
    let faults = "images:\n  a: 1\n  b: {value: 1, error: both}\n  c: {error: ''}\nothers: []\n";
    let project = project(&[
        ("faults.yaml", faults),
        ("faults.json", "{\"images\": {\n  \"a\": {\"valu\": 1}}}"),
        ("broken.json", "{\"images\": "),
        ("two.yaml", "images: {}\n---\nimages: {}\n"),
        ("huge.json", "{\"images\": {\"a\":\n  {\"value\": {\"n\": 1e999}}}}"),
        ("empty.yaml", ""),
    ]);
    let mut text = String::new();
    for file in [
        "faults.yaml",
        "faults.json",
        "broken.json",
        "two.yaml",
        "huge.json",
        "empty.yaml",
        "no.yaml",
    ] {
        let arguments = ["test", "--gatekeeper-numbers", "--external-data", file];
        let (status, out, err) = project.run(&[&arguments[..], &INPUTS].concat());
        assert_eq!((status, &*out), (2, ""), "{file}");
        writeln!(text, "$ {file}\n{err}").expect("text");
    }
    let (status, _, err) = project.run(&["verify", "suite.yaml", "--external-data", "two.yaml"]);
    assert_eq!(status, 2);
    writeln!(text, "$ ferrego verify\n{err}").expect("text");
    assert_snapshot!("faults", text);
}

/// A broken provider must not look like one that is not there.
#[cfg(feature = "serve")]
#[test]
fn each_fault_of_a_provider_has_its_place() {
    let providers = "\
apiVersion: externaldata.gatekeeper.sh/v1beta1
kind: Provider
metadata: {name: images}
spec:
  url: http://images.example
  caBundle: YQ==
";
    let project = project(&[("providers.yaml", providers)]);
    let arguments = ["serve", "--cert", "tls.crt", "--key", "tls.key"];
    let files = ["template.yaml", "constraint.yaml", "providers.yaml"];
    let (status, out, err) = project.run(&[&arguments[..], &files].concat());
    assert_eq!((status, &*out), (2, ""));
    assert_snapshot!("provider_faults", err);
}
