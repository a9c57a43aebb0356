//! Replays the seeds of the fuzz targets.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use ferrego_tests::fuzz::policies::Engines;
use ferrego_tests::fuzz::reviews::{self, Subject};
use ferrego_tests::fuzz::{Broken, builtins, json, pipeline, yaml};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds")
}

/// Passes every seed of `target` to `check`.
fn replay(target: &str, check: impl Fn(&[u8]) -> Result<(), Broken>) {
    let mut seeds: Vec<PathBuf> = fs::read_dir(folder().join(target))
        .expect("the seeds")
        .map(|entry| entry.expect("a seed").path())
        .collect();
    seeds.sort();
    assert!(seeds.len() >= 20, "{target}: {} seeds", seeds.len());
    for seed in seeds {
        let bytes = fs::read(&seed).expect("a seed");
        assert_eq!(check(&bytes), Ok(()), "{}", seed.display());
    }
}

#[test]
fn seeds_of_builtins() {
    replay("builtins", builtins::check);
}

#[test]
fn seeds_of_json() {
    replay("json", json::check);
}

#[test]
fn seeds_of_pipeline() {
    replay("pipeline", pipeline::check);
}

#[test]
fn seeds_of_policies() {
    let engines = Engines::from_environment().expect("the list of departures");
    replay("policies", |bytes| engines.check(bytes));
}

#[test]
fn seeds_of_reviews() {
    let fixtures = ferrego_fixtures::all().expect("fixtures");
    let subjects: Vec<Subject> = fixtures
        .iter()
        .filter_map(|fixture| {
            let cases = fixture.cases.iter().map(|case| &*case.json);
            Subject::new(fixture.policy, &fixture.sources, &fixture.options, cases).expect("loads")
        })
        .collect();
    assert!(subjects.len() >= 25, "{subjects:?}");
    replay("reviews", |bytes| reviews::check(&subjects, bytes));
}

#[test]
fn seeds_of_yaml() {
    replay("yaml", yaml::check);
}

#[test]
fn every_target_has_a_program() {
    let manifest = fs::read_to_string(folder().join("../Cargo.toml")).expect("the manifest");
    for entry in fs::read_dir(folder()).expect("the seeds") {
        let name = entry.expect("a folder").file_name();
        let name = name.to_string_lossy();
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}
