//! Tests of the runner itself, with made-up records.

use std::fs;
use std::path::PathBuf;

use super::interpreter::InterpreterEngine;
use super::known::KnownDifferences;
use super::record::{self, Policy};
use super::report::Summary;
use super::{Engine, verdict};

const RECORDS: &str = r#"{"id": "value", "rego_version": "v1", "modules": ["package t\np := {input.x, 1.50}"], "query": "data.t.p", "input": {"x": 1e3}, "defined": true, "typed": "{1.50, 1e3}"}
{"id": "term", "rego_version": "v1", "modules": ["package t\np := input"], "query": "data.t.p", "input_term": "{1, [2]}", "defined": true, "typed": "{1, [2]}"}
{"id": "undefined", "rego_version": "v0", "modules": ["package t\np { data.x == 2 }"], "query": "data.t.p", "data": {"x": 1}, "defined": false}
{"id": "strict", "rego_version": "v0", "modules": ["package t\np { 1 / 0 }"], "query": "data.t.p", "strict_errors": true, "error_code": "eval_builtin_error", "error": "test-0.rego:2: eval_builtin_error: div: divide by zero"}
{"id": "refused", "rego_version": "v1", "modules": ["package t\np if x"], "query": "data.t.p", "error_code": "rego_unsafe_var_error", "error": "1 error occurred"}
{"id": "many", "rego_version": "v1", "modules": ["package t\np := input"], "query": "data.t.p", "inputs": [1, 2], "compile_error": null, "queries": [{"query": "data.t.p", "cases": [{"input": 0, "typed": "1"}, {"input": 1, "typed": "3"}]}]}
{"id": "unsupported", "scope": "extended", "rego_version": "v1", "modules": ["package t\np := graphql.parse_query(input)"], "query": "data.t.p", "defined": false}
"#;

/// Writes a temporary file for a test.
fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("ferrego-{}-{name}", std::process::id()));
    fs::write(&path, text).expect("a file for the test");
    path
}

fn summary(known: &KnownDifferences) -> Summary {
    let path = file(&format!("{:?}.jsonl", std::thread::current().id()), RECORDS);
    let policies = record::read(&path).expect("records");
    fs::remove_file(&path).expect("the file of the test");
    let wanted: Vec<&Policy> = policies.iter().collect();
    let runs = InterpreterEngine.run(&wanted);
    let judged = wanted.iter().zip(&runs).flat_map(|(policy, run)| verdict::judge(policy, run));
    Summary::of("records", judged, known)
}

fn known(name: &str, rows: &str) -> KnownDifferences {
    let path = file(name, rows);
    let known = KnownDifferences::read(&path, "interpreter").expect("rows");
    fs::remove_file(&path).expect("the file of the test");
    known
}

#[test]
fn answers_are_compared_and_counted() {
    let summary = summary(&KnownDifferences::default());
    let wrong: Vec<&str> = summary.disagreements.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(wrong, ["many#data.t.p#1"]);
    assert_eq!((summary.total, summary.agree, summary.refused), (8, 6, 1));
}

#[test]
fn a_known_difference_is_counted_apart() {
    let rows = r#"{"id": "many#data.t.p#1", "engine": "interpreter", "reason": "made up"}"#;
    let summary = summary(&known("known.jsonl", rows));
    assert_eq!((summary.known, summary.disagree), (1, 0));
}

#[test]
fn a_known_difference_that_is_none_any_more_fails() {
    let rows = r#"{"id": "value", "engine": "interpreter", "reason": "made up"}
{"id": "term", "engine": "another", "reason": "made up"}"#;
    let summary = summary(&known("outdated.jsonl", rows));
    let wrong: Vec<&str> = summary.disagreements.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(wrong, ["value", "many#data.t.p#1"]);
}

#[test]
fn a_line_that_is_no_record_is_an_error_with_its_place() {
    let path = file("broken.jsonl", "{}");
    let error = record::read(&path).expect_err("no record").to_string();
    fs::remove_file(&path).expect("the file of the test");
    assert!(error.contains("broken.jsonl:1: "), "{error}");
}
