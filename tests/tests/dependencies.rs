//! Tests of the dependencies of the crates.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::process::Command;

/// Returns the crates that `package` is built from, including itself.
fn crates(package: &str, edges: &str, features: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--prefix", "none", "--no-dedupe", "-e", edges, "-p", package])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn the_runtime_without_features_is_at_most_12_crates() {
    let found = crates("ferrego-runtime", "normal,build", &["--no-default-features"]);
    assert!(found.contains("ferrego-runtime") && found.contains("bumpalo"), "{found:?}");
    assert!(found.len() <= 12, "{} crates: {found:?}", found.len());
}

#[test]
fn a_compiled_policy_links_neither_compiler_nor_interpreter() {
    for example in ["image-pull-policy", "many-policies", "inventory", "ci-check"] {
        let found = crates(example, "normal", &[]);
        assert!(found.contains("ferrego-runtime"), "{found:?}");
        for other in ["ferrego-compiler", "ferrego-interpreter", "pest", "syn", "tokio"] {
            assert!(!found.contains(other), "{other} is among {found:?}");
        }
    }
}
