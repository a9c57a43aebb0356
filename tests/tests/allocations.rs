//! Tests that evaluations in the steady state do not allocate on the heap.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use ferrego_fixtures::{Case, Fixture, all};
use ferrego_gatekeeper::external_data::{ExternalData, FileProvider};
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, EvalError, Evaluation, Host, Value, json};

/// Returns the heap allocations of one evaluation after the arena has grown to its working size.
/// Returns 0 for an evaluation that stops, because its error is allocated and it is not a steady
/// state.
fn steady_allocations(fixture: &Fixture, case: &Case) -> u64 {
    let documents = Arena::new();
    let json = json::parse(&documents, case.json.as_bytes()).expect("JSON");
    let host = host(&json);
    let mut arena = Arena::new();
    for _ in 0..3 {
        arena.reset();
        if evaluate(&arena, &*host, fixture, case, &json).is_err() {
            return 0;
        }
    }
    arena.reset();
    let evaluation = || drop(evaluate(&arena, &*host, fixture, case, &json));
    allocation_counter::measure(evaluation).count_total
}

/// Returns the host of a case. If the case has external data, the host offers it.
fn host(case: &Value<'_>) -> Box<dyn Host> {
    let Some(answers) = case.get_str("external_data") else { return Box::new(NoHost) };
    let provider = FileProvider::from_value(&answers).expect("external data");
    Box::new(ExternalData::new(Arc::new(provider)))
}

fn evaluate<'a>(
    arena: &'a Arena,
    host: &'a dyn Host,
    fixture: &Fixture,
    case: &Case,
    json: &Value<'a>,
) -> Result<(), Box<EvalError>> {
    let mut evaluation = Evaluation::new(arena).host(host);
    if let Some(input) = json.get_str("input") {
        evaluation = evaluation.input(input);
    }
    if let Some(data) = json.get_str("data") {
        evaluation = evaluation.data(data);
    }
    evaluation.run(fixture.policy, &case.query).map(drop)
}

/// Returns the cases of templates that allocate, with their allocations.
fn allocating() -> Vec<String> {
    let mut found = Vec::new();
    for fixture in all().expect("fixtures").iter().filter(|fixture| fixture.options.template) {
        for case in &fixture.cases {
            let count = steady_allocations(fixture, case);
            if count > 0 {
                found.push(format!("{}: {}: {count}", fixture.name, case.name));
            }
        }
    }
    found
}

#[test]
fn templates_allocate_nothing_in_the_steady_state() {
    assert_eq!(allocating(), Vec::<String>::new());
}

#[test]
fn threads_that_judge_at_the_same_time_allocate_nothing() {
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(allocating)).collect();
    for thread in threads {
        assert_eq!(thread.join().expect("no panic"), Vec::<String>::new());
    }
}
