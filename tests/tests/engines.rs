//! Tests that the compiled policy and the interpreter give one answer for every fixture, whatever
//! the input.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use ferrego_compiler::pipeline;
use ferrego_fixtures::{Fixture, all};
use ferrego_interpreter::Interpreter;
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Env, Evaluation, json};
use ferrego_tests::draw::Draw;
use ferrego_tests::fuzz::reviews::edit::Editor;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

/// A policy, with both ways to run it.
struct Subject {
    fixture: Fixture,
    interpreter: Interpreter,
    /// The inputs of its cases, from which random inputs are made.
    seeds: Vec<Value>,
}

impl Subject {
    fn new(fixture: Fixture) -> Self {
        let modules = pipeline::parse(&fixture.sources, &fixture.options).expect("it parses");
        let pairs: Vec<_> = fixture.sources.iter().cloned().zip(modules).collect();
        let interpreter = Interpreter::new(&pairs).expect("it loads");
        let case = |json: &str| serde_json::from_str::<Value>(json).expect("JSON");
        let seeds = fixture.cases.iter().map(|found| case(&found.json)).collect();
        Self { fixture, interpreter, seeds }
    }

    /// Returns the answers of both engines to a case, as text.
    fn answers(&self, query: &str, case: &str) -> (String, String) {
        let arena = Arena::new();
        let case = json::parse(&arena, case.as_bytes()).expect("JSON");
        let (input, data) = (case.get_str("input"), case.get_str("data"));
        let mut evaluation = Evaluation::new(&arena);
        if let Some(input) = input {
            evaluation = evaluation.input(input);
        }
        if let Some(data) = data {
            evaluation = evaluation.data(data);
        }
        let compiled = evaluation.run(self.fixture.policy, query);
        let path: Vec<&str> = query.split('.').skip(1).collect();
        let interpreted = self.interpreter.query(&Env::new(&arena, &NoHost), &path, input, data);
        (text(&compiled), text(&interpreted))
    }
}

fn text(
    answer: &Result<Option<ferrego_runtime::Value<'_>>, Box<ferrego_runtime::EvalError>>,
) -> String {
    match answer {
        Ok(Some(value)) => value.to_string(),
        Ok(None) => "undefined".to_owned(),
        Err(error) => format!("{}: {}", error.code.as_str(), error.message),
    }
}

/// Returns `true` if a template's policy can judge the input of a case: the input contains an
/// `AdmissionRequest` with its object.
fn has_review(case: &Value) -> bool {
    let review = &case["input"]["review"];
    review["object"].is_object()
        || (review["oldObject"].is_object() && review["operation"] != "DELETE")
}

/// Returns the answers that differ, with a line for the fixture's file of cases.
fn report(
    subject: &Subject,
    query: &str,
    case: &Value,
    compiled: &str,
    interpreted: &str,
) -> String {
    let mut fixture = case.clone();
    if let Value::Object(members) = &mut fixture {
        members.insert("name".to_owned(), Value::from("engines differed"));
        members.remove("violations");
        members.remove("result");
        members.remove("error");
    }
    let mut text = format!("{}: the engines differ on {query}\n", subject.fixture.name);
    let _ = writeln!(
        text,
        "compiled:    {compiled}\ninterpreted: {interpreted}\nas a fixture:\n{fixture}"
    );
    text
}

#[test]
fn engines_agree_on_damaged_inputs_of_every_fixture() {
    for fixture in all().expect("fixtures") {
        let subject = Subject::new(fixture);
        let strategy = (0..subject.seeds.len(), prop::collection::vec(any::<u8>(), 0..60));
        let mut runner = TestRunner::new(Config { cases: 200, ..Config::default() });
        let result = runner.run(&strategy, |(seed, choices)| {
            let mut case = subject.seeds[seed].clone();
            if let Some(input) = case.get_mut("input") {
                Editor::default().edit(&mut Draw::from_bytes(&choices), input);
            }
            let query = &subject.fixture.cases[seed].query;
            let (compiled, interpreted) = subject.answers(query, &case.to_string());
            if subject.fixture.policy.template.is_some() && !has_review(&case) {
                // The interpreter of modules does not know that they belong to a template.
                prop_assert!(compiled.starts_with("eval_internal_error: expected `input.review`"));
                return Ok(());
            }
            if compiled != interpreted {
                let text = report(&subject, query, &case, &compiled, &interpreted);
                return Err(TestCaseError::fail(text));
            }
            Ok(())
        });
        if let Err(error) = result {
            panic!("{error}");
        }
    }
}
