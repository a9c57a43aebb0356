//! Tests of crates outside the workspace. The setup in the README works on first use, in every
//! resolver and edition, with any name in a template. The error about a missing feature names the
//! feature.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "crates/names.rs"]
mod names;
#[path = "crates/project.rs"]
mod project;

use std::fmt::Write as _;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use project::Project;

/// A program that judges a review by every policy with the runtime alone.
const RUNTIME_MAIN: &str = r##"
use ferrego_runtime::{Arena, Evaluation, json};

ferrego_runtime::include_policies!();

const REVIEW: &[u8] = br#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
    "request": {"uid": "u", "operation": "CREATE", "object": {"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "p"}, "spec": {"v": "v", "items": ["v"]}}}}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for policy in POLICIES {
        let arena = Arena::new();
        let review = json::parse(&arena, REVIEW)?;
        let evaluation = Evaluation::new(&arena).admission(review, json::parse(&arena, b"{}")?)?;
        for violation in evaluation.judge(policy)? {
            println!("{}: {}", policy.name, violation.msg);
        }
    }
    Ok(())
}
"##;

/// A program that judges the same review by constraints of every policy.
const GATEKEEPER_MAIN: &str = r##"
use ferrego_gatekeeper::{PolicySet, inventory::Snapshot};
use ferrego_runtime::{Arena, Document};

ferrego_runtime::include_policies!();

const REVIEW: &[u8] = br#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
    "request": {"uid": "u", "operation": "CREATE", "object": {"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "p"}, "spec": {"v": "v", "items": ["v"]}}}}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for policy in POLICIES {
        let mut builder = PolicySet::builder();
        builder.add_compiled(policy).map_err(|faults| format!("{faults:?}"))?;
        let constraint = Document::parse(format!(
            r#"{{"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "{}",
                "metadata": {{"name": "c"}}, "spec": {{}}}}"#,
            policy.template.expect("a template").kind
        ))?;
        builder.read_constraint(&constraint.value()).map_err(|faults| format!("{faults:?}"))?;
        let (set, nothing, arena) = (builder.build(), Snapshot::empty(), Arena::new());
        let judgment = set.judge(REVIEW, &nothing, &arena)?;
        for finding in judgment.verdict.denials() {
            println!("{}: {}", policy.name, finding.msg);
        }
    }
    Ok(())
}
"##;

/// For each feature, a condition that holds and needs the feature.
const FEATURES: &[(&str, &str)] = &[
    ("crypto", r#"count(crypto.sha256(v)) == 64; crypto.hmac.sha256(v, "k") != """#),
    ("encoding", "base64.decode(base64.encode(v)) == v; hex.encode(v) == \"76\""),
    ("jsonschema", r#"json.match_schema({"a": v}, {"type": "object"})[0]"#),
    ("regex", r#"regex.match("^v", v); re_match(input.review.object.spec.v, v)"#),
    ("time", "time.clock(0)[0] == 0"),
    ("yaml", r#"yaml.unmarshal("a: v").a == v"#),
    (
        "aws",
        r#"providers.aws.sign_req({"method": "get", "url": "http://h"}, {"aws_access_key": v, "aws_secret_access_key": "k", "aws_service": "s3", "aws_region": "r"}, 0).url == "http://h""#,
    ),
    ("gotemplate", r#"strings.render_template("{{.v}}", {"v": v}) == v"#),
    ("jwt", r#"io.jwt.decode("eyJhbGciOiJIUzI1NiJ9.eyJhIjoidiJ9.c2ln")[1].a == v"#),
    ("stack", "chain_0"),
];

/// The features that are off by default.
const RARE: &[&str] = &["aws", "gotemplate", "jwt", "stack"];

/// Returns a chain of rules that refer to each other.
fn chain(length: usize) -> String {
    let mut rules = String::new();
    for index in 0..length {
        let _ = writeln!(
            rules,
            "      chain_{index} {{ input.review.object.spec.v != {index}; chain_{} }}",
            index + 1
        );
        let _ = writeln!(rules, "      chain_{index} {{ input.review.object.spec.v == {index} }}");
    }
    let _ = writeln!(rules, "      chain_{length} {{ input.review.object }}");
    rules
}

/// Returns a template that needs a feature, with the name of its file.
fn feature_template((feature, condition): &(&str, &str)) -> (String, String) {
    let chain = if *feature == "stack" { chain(100) } else { String::new() };
    let text = format!(
        "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata:\n  name: \
         needs{feature}\nspec:\n  crd:\n    spec:\n      names:\n        kind: Needs{feature}\n  \
         targets:\n  - target: admission.k8s.gatekeeper.sh\n    rego: |\n      package p\n      \
         violation[{{\"msg\": v}}] {{ v := input.review.object.spec.v; {condition} }}\n{chain}"
    );
    (format!("{feature}.yaml"), text)
}

/// Returns templates with hostile names, in files with hostile names.
fn hostile_templates(runner: &mut TestRunner) -> Vec<(String, String)> {
    let templates = names::templates().new_tree(runner).expect("templates").current();
    let file = |(index, template): (usize, &serde_json::Value)| {
        // File names on Windows cannot contain these characters.
        let odd = if cfg!(windows) { "" } else { "\" '\\ {} \u{202e}\r" };
        (format!("{index} {odd}.json"), template.to_string())
    };
    templates.iter().enumerate().map(file).collect()
}

#[test]
fn crates_outside_the_workspace_judge_whatever_the_names_are() {
    let mut runner = TestRunner::deterministic();
    let full = r#"{ version = "0.1", features = ["aws", "gotemplate", "jwt", "stack"] }"#;
    for (name, edition, resolver, runtime, gatekeeper) in [
        ("outside-1", "2021", "1", "\"0.1\"", false),
        ("outside-2", "2024", "1", "\"0.1\"", true),
        ("outside-3", "2021", "2", "\"0.1\"", true),
        ("outside-4", "2024", "2", "\"0.1\"", false),
        ("outside-5", "2021", "3", full, false),
        ("outside-6", "2024", "3", full, true),
    ] {
        let main = if gatekeeper { GATEKEEPER_MAIN } else { RUNTIME_MAIN };
        let project = Project { name, edition, resolver, runtime, gatekeeper, main };
        let is_on = |feature| runtime == full || !RARE.contains(feature);
        let features = FEATURES.iter().filter(|(feature, _)| is_on(feature));
        let mut templates: Vec<_> = features.map(feature_template).collect();
        templates.extend(hostile_templates(&mut runner));
        project.write(&templates);
        let output = project.cargo("run");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {errors}");
        let answers = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(answers.lines().count(), templates.len(), "{name}: {answers}");
        for answer in answers.lines() {
            assert!(answer.ends_with(": v"), "{name}: {answer}");
        }
    }
}

#[test]
fn a_feature_that_is_missing_is_named_with_its_line() {
    let project = Project {
        name: "outside-bare",
        edition: "2024",
        resolver: "3",
        runtime: r#"{ version = "0.1", default-features = false }"#,
        gatekeeper: false,
        main: RUNTIME_MAIN,
    };
    project.write(&FEATURES.iter().map(feature_template).collect::<Vec<_>>());
    let output = project.cargo("check");
    assert!(!output.status.success());
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    for (feature, _) in FEATURES {
        let message = format!("expected the feature `{feature}` of ferrego-runtime");
        assert!(errors.contains(&message), "{feature}: {errors}");
        let line = format!("ferrego-runtime = {{ version = \"0.1\", features = [\"{feature}\"] }}");
        assert!(errors.contains(&line), "{feature}: {errors}");
    }
    assert!(errors.contains("this policy calls `re_match`, `regex.match`"), "{errors}");
    // There is one error for each feature, cargo's own error, and no other.
    let told = errors.lines().filter(|line| line.starts_with("error")).count();
    assert_eq!(told, FEATURES.len() + 1, "{errors}");
}
