//! Tests of the command on the example's manifests.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::process::Command;

/// Runs the command. Returns the exit status, standard output and standard error.
fn run(files: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ci-check"))
        .args(files)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/manifests"))
        .output()
        .expect("the command runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn good_manifests_pass_without_a_word() {
    assert_eq!(run(&["good.json"]), (Some(0), String::new(), String::new()));
}

#[test]
fn warnings_are_printed_and_pass() {
    let printed =
        "warned.json: Deployment web: warn [three-replicas] 2 replicas are fewer than 3\n";
    assert_eq!(run(&["warned.json"]), (Some(0), printed.to_owned(), String::new()));
}

#[test]
fn what_is_denied_fails() {
    let printed = "\
bad.json: Deployment web: deny [two-replicas] 1 replicas are fewer than 2
bad.json: Deployment web: warn [three-replicas] 1 replicas are fewer than 3
bad.json: Service web: deny [services-meet-deployments] no deployment of these manifests has the \
labels {\"app\": \"wbe\"}
bad.json: Service web: deny [services-meet-deployments] port 80 has no name
";
    assert_eq!(run(&["bad.json"]), (Some(1), printed.to_owned(), String::new()));
}

#[test]
fn what_cannot_be_judged_is_another_failure() {
    for (files, expected) in [
        (&[][..], "no manifests"),
        (&["good.json", "missing.json"], "missing.json: "),
        (&["good.json", "no-kind.json"], "no-kind.json: "),
        (&["../README.md"], "../README.md: "),
    ] {
        let (status, printed, error) = run(files);
        assert_eq!((status, printed), (Some(2), String::new()));
        assert!(error.starts_with("error: ") && error.contains(expected), "{error}");
    }
}
