//! Tests of the violations in the example's reviews.

use image_pull_policy::violations;

const TEAMS: &[u8] = br#"{"namespacePrefixes": ["team-"]}"#;

#[test]
fn every_container_of_a_team_must_ask_the_registry() {
    let found = |review: &[u8]| violations(review, TEAMS).expect("an answer");
    assert!(found(include_bytes!("../reviews/blue-always.json")).is_empty());
    assert!(found(include_bytes!("../reviews/system.json")).is_empty());
    assert_eq!(
        found(include_bytes!("../reviews/red-cached.json")),
        [
            "container 'ledger' must have imagePullPolicy 'Always', found: 'IfNotPresent'",
            "init container 'warm-up' must have imagePullPolicy 'Always', found: 'not set'",
        ]
    );
    assert_eq!(
        found(include_bytes!("../reviews/red-debug.json")),
        ["ephemeral container 'debugger' must have imagePullPolicy 'Always', found: 'Never'"]
    );
}

#[test]
fn a_request_without_its_review_is_judged_alike() {
    let review = include_str!("../reviews/red-cached.json");
    let start = review.find("\"request\":").expect("a request") + "\"request\":".len();
    let end = review.trim_end().len() - 1;
    let request = &review.as_bytes()[start..end];
    let found = |review: &[u8]| violations(review, TEAMS).expect("an answer");
    assert_eq!(found(request), found(review.as_bytes()));
}

#[test]
fn the_parameters_say_which_namespaces_count() {
    let review = include_bytes!("../reviews/red-cached.json");
    for parameters in [&b"{}"[..], br#"{"namespacePrefixes": ["team-blue"]}"#] {
        assert!(violations(review, parameters).expect("an answer").is_empty());
    }
}

#[test]
fn a_deleted_pod_is_judged() {
    let review = include_str!("../reviews/red-cached.json")
        .replace("\"CREATE\"", "\"DELETE\"")
        .replace(",\n    \"oldObject\": null", "")
        .replace("\"object\":", "\"oldObject\":");
    assert!(review.contains("\"DELETE\"") && !review.contains("\"object\":"));
    assert_eq!(violations(review.as_bytes(), TEAMS).expect("an answer").len(), 2);
}

#[test]
fn other_documents_are_errors() {
    for (text, expected) in [
        (&b"{\"request\": "[..], "not complete at byte 12"),
        (b"{\"kind\": \"\xff\"}", "not UTF-8 at byte 10"),
        (b"{\"kind\": \"Pod\"}", "found an object of kind `Pod`"),
        (b"{}", "expected `object` or `oldObject`"),
    ] {
        let error = violations(text, TEAMS).expect_err("an error").to_string();
        assert!(error.contains(expected), "{error}");
    }
    let review = include_bytes!("../reviews/red-cached.json");
    assert!(violations(review, b"null").is_err());
}

/// The code in the example's README is `src/lib.rs` without its first line.
#[test]
fn the_readme_shows_the_library() {
    let library = include_str!("../src/lib.rs").split_once("\n\n").expect("a head").1;
    assert!(include_str!("../README.md").contains(&format!("```rust\n{library}```\n")));
    let build = include_str!("../build.rs").split_once("\n\n").expect("a head").1;
    assert!(include_str!("../README.md").contains(&format!("```rust\n{build}```\n")));
}
