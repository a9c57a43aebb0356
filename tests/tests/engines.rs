//! Tests that the compiled policy and the interpreter give one answer for every fixture, whatever
//! the input.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use ferrego_compiler::pipeline;
use ferrego_fixtures::{Fixture, all};
use ferrego_interpreter::Interpreter;
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Env, Evaluation, json};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

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

/// Generates values that replace a part of an input: other types, null, and unusual strings and
/// numbers.
fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop_oneof![Just(0), Just(-1), Just(1), Just(80), Just(1_000_000), any::<i64>()]
            .prop_map(Value::from),
        prop_oneof![Just(1.5), Just(-0.25), Just(1e21)].prop_map(Value::from),
        prop_oneof![
            Just(""),
            Just("a"),
            Just("Always"),
            Just("ünï-日本"),
            Just("1Gi"),
            Just("100m"),
            Just("t-red"),
            Just("a/b:latest"),
            Just("*"),
            Just("[")
        ]
        .prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null, "x", {"name": "x"}])),
        Just(json!({"name": "x", "0": 1})),
    ]
}

/// A change of an input: a path of numbers, taken modulo the number of parts on each level, and the
/// new value. `None` removes the part.
type Change = (Vec<usize>, Option<Value>);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change =
        (prop::collection::vec(0..7_usize, 0..8), prop::option::weighted(0.75, odd_value()));
    prop::collection::vec(change, 0..5)
}

/// Replaces or removes a part of the document.
fn apply(document: &mut Value, (way, value): &Change) {
    let Some((step, rest)) = way.split_first() else {
        if let Some(value) = value {
            *document = value.clone();
        }
        return;
    };
    match document {
        Value::Object(members) if !members.is_empty() => {
            let key = members.keys().nth(step % members.len()).cloned().unwrap_or_default();
            into_member(members, &key, rest, value.as_ref());
        }
        Value::Array(items) if !items.is_empty() => {
            let index = step % items.len();
            if rest.is_empty() && value.is_none() {
                items.remove(index);
            } else {
                apply(&mut items[index], &(rest.to_vec(), value.clone()));
            }
        }
        _ => {}
    }
}

fn into_member(members: &mut Map<String, Value>, key: &str, rest: &[usize], value: Option<&Value>) {
    if rest.is_empty() && value.is_none() {
        members.remove(key);
    } else if let Some(member) = members.get_mut(key) {
        apply(member, &(rest.to_vec(), value.cloned()));
    }
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
        let strategy = (0..subject.seeds.len(), changes());
        let mut runner = TestRunner::new(Config { cases: 200, ..Config::default() });
        let result = runner.run(&strategy, |(seed, changes)| {
            let mut case = subject.seeds[seed].clone();
            if let Some(input) = case.get_mut("input") {
                for change in &changes {
                    apply(input, change);
                }
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
