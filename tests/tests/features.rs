//! Checks that the documents list the cargo features that the crates have.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use ferrego_runtime::builtins;

/// The features of a crate, each with the features that it enables.
type Features = BTreeMap<String, Vec<String>>;

/// Returns the features of `package`, as cargo reads them.
fn features(package: &str) -> Features {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--no-deps", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let found = packages.iter().find(|found| found["name"] == package).expect("the package");
    serde_json::from_value(found["features"].clone()).expect("features")
}

fn names(features: &Features) -> BTreeSet<&str> {
    features.keys().map(String::as_str).filter(|name| *name != "default").collect()
}

fn defaults(features: &Features) -> BTreeSet<&str> {
    features["default"].iter().map(String::as_str).collect()
}

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    std::fs::read_to_string(path).expect("a document")
}

/// Returns the names in backticks.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_readme_lists_the_features_of_each_crate() {
    let readme = document("README.md");
    for package in ["ferrego-runtime", "ferrego-gatekeeper", "ferrego-webhook"] {
        let features = features(package);
        let head = format!("| `{package}` |");
        let row = readme.lines().find(|line| line.starts_with(&head)).expect("a row");
        let cell = row.split('|').nth(3).expect("a cell");
        assert_eq!(quoted(cell), names(&features), "{package}");
        let (default, _) = cell.split_once(" by default").expect("default features");
        assert_eq!(quoted(default), defaults(&features), "{package}");
    }
}

#[test]
fn the_readme_of_the_runtime_lists_its_features() {
    let (features, readme) = (features("ferrego-runtime"), document("runtime/README.md"));
    let (_, section) = readme.split_once("\n## Features\n").expect("a section");
    let (mut listed, mut enabled) = (BTreeSet::new(), BTreeSet::new());
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        listed.append(&mut quoted(cells[1]));
        match cells[3] {
            "yes" => enabled.append(&mut quoted(cells[1])),
            other => assert_eq!(other, "no", "{row}"),
        }
    }
    assert_eq!(listed, names(&features));
    assert_eq!(enabled, defaults(&features));
}

#[test]
fn the_feature_full_enables_all_others() {
    let features = features("ferrego-runtime");
    let mut full: BTreeSet<_> = features["full"].iter().map(String::as_str).collect();
    assert!(full.remove("default"));
    full.append(&mut defaults(&features));
    full.insert("full");
    assert_eq!(full, names(&features));
}

#[test]
fn the_features_of_builtins_are_those_of_the_crate() {
    let features = features("ferrego-runtime");
    let mut needed: BTreeSet<_> = builtins::all().map(|row| row.feature).collect();
    needed.remove("");
    // The others enable no builtins of their own.
    needed.extend(["full", "serde", "stack"]);
    assert_eq!(needed, names(&features));
}
