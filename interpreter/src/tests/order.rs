//! What OPA evaluates first, where that shows: conflicts stop a query only if they are reached.

use super::{p, p_with};

const CONFLICT: &str = "q := x if some x in [1, 2]\n";

fn stops(rules: &str, input: &str) -> bool {
    p_with(&format!("{CONFLICT}{rules}"), input).contains("eval_conflict_error")
}

#[test]
fn the_rule_index_tests_base_documents_first() {
    assert!(stops("p if { q; input.a == 1 }", r#"{"a": 1}"#));
    assert!(!stops("p if { q; input.a == 1 }", r#"{"a": 2}"#));
    assert!(!stops("p if { q; count(input.a) == 1 }", "{}"));
    assert!(!stops("p if { q; x := input.a }", "{}"));
    assert!(!stops("p if { q; [1, _] = input.a }", r#"{"a": [2, 1]}"#));
    assert!(
        stops("p if { q; input.a[_] == 1 }", "{}"),
        "a reference that iterates is no condition"
    );
    assert!(stops("p if { q; not input.a == 1 }", r#"{"a": 1}"#), "nor is what is negated");
}

#[test]
fn the_rule_index_takes_rules_without_conditions_first() {
    assert!(!stops("p if { input.a; q }\np if true", r#"{"a": 1}"#));
    assert!(stops("p if { q }\np if true", "{}"));
}

#[test]
fn equal_constants_need_one_solution() {
    assert!(!stops("p if true\np if q", "{}"));
    assert!(stops("p := 1 if true\np := x if { x := 1; q }", "{}"));
}

#[test]
fn members_of_sets_are_computed_in_their_order() {
    assert!(!stops("p := x if { x := {[q], input.a[_]} }", "{}"), "references come before arrays");
    assert!(stops("p := x if { x := [[q], input.a[_]] }", "{}"));
}

/// OPA believes `x` bound by `x = y` as soon as the call with the output `y` was looked at.
#[test]
fn a_literal_can_come_before_what_binds_its_variables() {
    let late = "p if { count([x + 1]) == 1; x = y.a - 1; y = input }";
    assert_eq!(p_with(late, r#"{"a": 1}"#), "undefined");
    let in_order = "p if { y = input; x = y.a - 1; count([x + 1]) == 1 }";
    assert_eq!(p_with(in_order, r#"{"a": 1}"#), "true");
}

/// A comparison is a call, so what it leaves counts for the next unification, and only for that.
#[test]
fn a_comparison_leaves_its_outputs_to_the_next_unification() {
    let literals = "input.x[k].c == k - input.x[i].y";
    let input = r#"{"x": [{"c": 0, "y": 0}], "z": 1}"#;
    assert_eq!(p_with(&format!("p if {{ {literals}; t := input.z }}"), input), "undefined");
    for more in ["", "; count([]) == 0; t := input.z"] {
        let answer = p(&format!("p if {{ {literals}{more} }}"));
        assert!(answer.contains("var k is unsafe"), "{answer}");
    }
}

#[test]
fn every_does_not_wait_for_its_domain_when_its_body_closes_over_anything() {
    let late = "p if { z = 1; every y in x { y > z }; x = [2] }";
    assert_eq!(p(late), "undefined");
    assert_eq!(p("p if { every y in x { y > 1 }; x = [2] }"), "true");
}

#[test]
fn a_variable_may_stand_in_what_is_bound_first() {
    assert_eq!(p("p := t if { t := {[1][i], sum([x | x := [5][i]])} }"), "{1, 5}");
}
