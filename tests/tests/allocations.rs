//! In the steady state an evaluation takes nothing from the heap.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use ferrego_fixtures::{Case, Fixture, all};
use ferrego_runtime::{Arena, Evaluation, Value, json};

/// Fixtures whose builtins work on the heap, with the reason. A row that no longer applies fails.
const EXCEPTIONS: [(&str, &str); 4] = [
    ("container-limits", "numbers past 64 bits and fractions are computed by num-bigint"),
    ("image-digests", "regular expressions keep scratch space of their own"),
    ("job-class", "walk keeps its way on the heap"),
    ("storage-budget", "fractions are computed by num-bigint"),
];

/// Heap allocations of one evaluation after the arena has grown to its working size.
fn steady_allocations(fixture: &Fixture, case: &Case) -> u64 {
    let documents = Arena::new();
    let json = json::parse(&documents, case.json.as_bytes()).expect("JSON");
    let mut arena = Arena::new();
    for _ in 0..3 {
        arena.reset();
        evaluate(&arena, fixture, case, &json);
    }
    arena.reset();
    allocation_counter::measure(|| evaluate(&arena, fixture, case, &json)).count_total
}

fn evaluate(arena: &Arena, fixture: &Fixture, case: &Case, json: &Value<'_>) {
    let mut evaluation = Evaluation::new(arena);
    if let Some(input) = json.get_str("input") {
        evaluation = evaluation.input(input);
    }
    if let Some(data) = json.get_str("data") {
        evaluation = evaluation.data(data);
    }
    // What stops an evaluation is allocated: it is no steady state.
    let _ = evaluation.run(fixture.policy, &case.query);
}

#[test]
fn templates_allocate_nothing_in_the_steady_state() {
    let mut allocating = Vec::new();
    for fixture in all().expect("fixtures").iter().filter(|fixture| fixture.options.template) {
        let counts = fixture.cases.iter().map(|case| (case, steady_allocations(fixture, case)));
        let counts: Vec<_> = counts.filter(|(_, count)| *count > 0).collect();
        if EXCEPTIONS.iter().any(|(name, _)| *name == fixture.name) {
            assert!(!counts.is_empty(), "{} is no exception any more", fixture.name);
            continue;
        }
        for (case, count) in counts {
            allocating.push(format!("{}: {}: {count}", fixture.name, case.name));
        }
    }
    assert!(allocating.is_empty(), "{}", allocating.join("\n"));
}
