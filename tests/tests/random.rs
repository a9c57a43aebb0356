//! Tests that most random policies are accepted, that they print as they parse, and that they
//! shrink.

use ferrego_tests::cases::Engine as _;
use ferrego_tests::cases::engine::{Answer, Run};
use ferrego_tests::cases::interpreter::InterpreterEngine;
use ferrego_tests::random::hunt::{Figures, compare, generate};
use ferrego_tests::random::reduce::minimise;
use ferrego_tests::random::{RandomPolicy, policies};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

fn some(count: u64) -> Vec<RandomPolicy> {
    (0..count).filter_map(|index| generate(7, index, 3)).collect()
}

#[test]
fn most_are_accepted_and_print_as_they_parse() {
    let mut figures = Figures::default();
    let found = compare(&[&InterpreterEngine], &some(80), &mut figures);
    let faults: Vec<_> = found.into_iter().flatten().map(|difference| difference.text).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // Some terms deliberately have a wrong type.
    assert!(figures.accepted * 100 >= figures.generated * 80, "{figures}");
    assert!(figures.telling * 10 >= figures.answers, "{figures}");
}

#[test]
fn a_seed_gives_the_same_policy_again() {
    let texts = |index| generate(3, index, 2).map(|policy| (policy.texts(), policy.inputs));
    assert_eq!(texts(5), texts(5));
    assert_ne!(texts(5), texts(6));
}

/// Returns `true` if the text of the policy contains a call of `count`.
fn counts(policy: &RandomPolicy) -> bool {
    policy.texts().iter().any(|text| text.contains("count("))
}

#[test]
fn a_failing_policy_is_made_small() {
    let large = some(40).into_iter().find(|policy| counts(policy) && policy.texts()[0].len() > 400);
    let large = large.expect("one of them counts");
    let small = minimise(&large, 400, 20, &mut |tried| tried.iter().position(counts));
    assert!(counts(&small));
    assert!(small.texts().concat().len() < 120, "{}", small.texts().concat());
}

#[test]
fn the_tree_of_the_strategy_shrinks_as_proptest_asks() {
    let mut runner = TestRunner::deterministic();
    let mut tree = policies(2).new_tree(&mut runner).expect("a policy");
    while !counts(&tree.current()) {
        tree = policies(2).new_tree(&mut runner).expect("a policy");
    }
    let before = tree.current().texts().concat().len();
    let mut more = tree.simplify();
    while more {
        more = if counts(&tree.current()) { tree.simplify() } else { tree.complicate() };
    }
    assert!(counts(&tree.current()));
    assert!(tree.current().texts().concat().len() < before);
}

#[test]
fn a_difference_is_found() {
    struct Silent;
    impl ferrego_tests::cases::Engine for Silent {
        fn name(&self) -> &'static str {
            "silent"
        }
        fn run(&self, policies: &[&ferrego_tests::cases::Policy]) -> Vec<Run> {
            let undefined = |policy: &&ferrego_tests::cases::Policy| {
                Run::Answers(policy.requests.iter().map(|_| Answer::Undefined).collect())
            };
            policies.iter().map(undefined).collect()
        }
    }
    let policies = some(10);
    let found = compare(&[&InterpreterEngine, &Silent], &policies, &mut Figures::default());
    let answers = found.iter().flatten().filter(|difference| difference.kind == "answer").count();
    assert!(answers > 5, "{answers} of {}", InterpreterEngine.name());
}
