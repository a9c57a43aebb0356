//! The verdicts on the example's reviews.

use image_pull_policy::{Verdict, judge};

const TEAMS: &[u8] = br#"{"namespacePrefixes": ["team-"]}"#;

fn denied(messages: &[&str]) -> Verdict {
    Verdict::Denied(messages.iter().map(|&message| message.to_owned()).collect())
}

#[test]
fn every_container_of_a_team_must_ask_the_registry() {
    let verdict = |review: &[u8]| judge(review, TEAMS).expect("a verdict");
    assert_eq!(verdict(include_bytes!("../reviews/blue-always.json")), Verdict::Allowed);
    assert_eq!(verdict(include_bytes!("../reviews/system.json")), Verdict::Allowed);
    assert_eq!(
        verdict(include_bytes!("../reviews/red-cached.json")),
        denied(&[
            "container 'ledger' must have imagePullPolicy 'Always', found: 'IfNotPresent'",
            "init container 'warm-up' must have imagePullPolicy 'Always', found: 'not set'",
        ])
    );
    assert_eq!(
        verdict(include_bytes!("../reviews/red-debug.json")),
        denied(&[
            "ephemeral container 'debugger' must have imagePullPolicy 'Always', found: 'Never'",
        ])
    );
}

#[test]
fn the_parameters_say_which_namespaces_count() {
    let review = include_bytes!("../reviews/red-cached.json");
    for parameters in [&b"{}"[..], br#"{"namespacePrefixes": ["team-blue"]}"#] {
        assert_eq!(judge(review, parameters).expect("a verdict"), Verdict::Allowed);
    }
}

#[test]
fn what_is_no_review_is_an_error() {
    for (text, expected) in [
        (&b"{\"request\": "[..], "not complete at byte 12"),
        (b"{\"kind\": \"\xff\"}", "not UTF-8 at byte 10"),
        (b"{\"kind\": \"Pod\"}", "no AdmissionReview"),
    ] {
        let error = judge(text, TEAMS).expect_err("an error").to_string();
        assert!(error.contains(expected), "{error}");
    }
}
