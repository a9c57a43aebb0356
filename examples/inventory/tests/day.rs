//! Tests of the outcomes of a day of cluster events.

use inventory::{Guard, Outcome};

fn denied(others: &str) -> Outcome {
    Outcome::Denied(vec![format!("namespace shop has 2 load balancers already: {others}")])
}

#[test]
fn the_policy_tells_what_it_reads_of_the_inventory() {
    let policy = &inventory::load_balancer_budget::POLICY;
    assert!(policy.reads_inventory());
    assert_eq!(policy.inventory, ["/namespace/*/v1/Service/*/spec/type/"]);
}

#[test]
fn reviews_see_the_cluster_as_it_is_at_the_time() {
    let guard = Guard::new().expect("a guard");
    let lines = include_str!("../day.jsonl").lines();
    let outcomes: Vec<_> = lines.map(|line| guard.line(line.as_bytes()).expect(line)).collect();
    assert_eq!(
        outcomes,
        [
            Outcome::Updated(1),
            Outcome::Updated(2),
            Outcome::Allowed,
            Outcome::Updated(3),
            denied("status, web"),
            Outcome::Allowed,
            Outcome::Updated(2),
            Outcome::Allowed,
            Outcome::Updated(2),
            denied("db, status"),
            Outcome::Allowed,
        ]
    );
}

#[test]
fn a_line_that_is_neither_event_nor_review_is_an_error() {
    let guard = Guard::new().expect("a guard");
    for line in ["", "{}", "{\"type\": \"ADDED\"}", "{\"type\": \"ADDED\", \"object\": {}}"] {
        assert!(guard.line(line.as_bytes()).is_err(), "{line}");
    }
}
