//! Tests of the answers to the example's reviews.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use ferrego_runtime::{Arena, Value, json};
use many_policies::{answer, policies};

/// Returns `allowed`, the lines of the message, and the warnings of the answer to a review.
fn verdict(review: &[u8]) -> (bool, Vec<String>, Vec<String>) {
    let answer = answer(&policies().expect("policies"), review);
    let arena = Arena::new();
    let document = json::parse(&arena, answer.as_bytes()).expect("JSON");
    let uid = document.path(&["response", "uid"]);
    assert_eq!(uid, Some(Value::String("705ab4f5-6393-4e1b-8c5d-42010a800002")));
    let message = document.path(&["response", "status", "message"]);
    let message = message.and_then(|message| message.as_str()).unwrap_or_default();
    let warnings = match document.path(&["response", "warnings"]) {
        Some(Value::Array(warnings)) => warnings,
        _ => &[],
    };
    (
        document.path(&["response", "allowed"]) == Some(Value::Bool(true)),
        message.lines().map(str::to_owned).collect(),
        warnings.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    )
}

#[test]
fn a_pod_that_keeps_to_all_policies_is_allowed() {
    let verdict = verdict(include_bytes!("../reviews/pod.json"));
    assert_eq!(verdict, (true, Vec::new(), Vec::new()));
}

#[test]
fn each_policy_has_its_line() {
    let (allowed, denials, warnings) = verdict(include_bytes!("../reviews/pod-denied.json"));
    assert!(!allowed);
    assert_eq!(
        denials,
        [
            "[half-a-gibibyte] container metrics: a memory limit of 2Gi is above 512Mi",
            "[tags-that-stay] container web: image registry.shop.example/shop/web:edge may be \
             another one tomorrow",
            "[away-from-the-node] hostNetwork must not be set",
        ]
    );
    assert_eq!(warnings, ["[owned-pods] the label owner is missing"]);
}

#[test]
fn each_kind_of_object_meets_its_own_policies() {
    let (allowed, denials, warnings) = verdict(include_bytes!("../reviews/ingress-denied.json"));
    assert!(!allowed);
    assert_eq!(denials, ["[own-domains] host shop.other is in none of the domains shop.example"]);
    assert_eq!(warnings, ["[owned-pods] the label owner is missing"]);
}

#[test]
fn other_documents_are_refused() {
    let policies = policies().expect("policies");
    for text in [&b"{\"kind\": \"Pod\"}"[..], b"{"] {
        let answer = answer(&policies, text);
        assert!(answer.contains(r#""allowed":false,"status":{"code":500"#), "{answer}");
    }
}

/// The code in the project's README is the example `one_constraint` without its first line.
#[test]
fn the_readme_shows_a_program_that_builds() {
    let (_, program) =
        include_str!("../examples/one_constraint.rs").split_once("\n\n").expect("a program");
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(&format!("```rust,ignore\n{program}```\n")));
}
