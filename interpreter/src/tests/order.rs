//! Tests of the order of evaluation. It is observable because a conflict stops a query only if it
//! is reached.

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
        "a reference that iterates is not a condition"
    );
    assert!(stops("p if { q; not input.a == 1 }", r#"{"a": 1}"#), "nor is what is negated");
}

#[test]
fn definitions_are_tried_in_their_order() {
    assert!(stops("p if { input.a; q }\np if true", r#"{"a": 1}"#));
    assert!(!stops("p if { input.a; q }\np if true", "{}"));
    assert!(!stops("p if true\np if { input.a; q }", r#"{"a": 1}"#));
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

/// The variables that a call would bind count only for the call itself, and for an `every` after
/// it.
#[test]
fn literals_wait_for_what_binds_their_variables() {
    for body in [
        "count([x + 1]) == 1; x = y.a - 1; y = input",
        "y = input; x = y.a - 1; count([x + 1]) == 1",
    ] {
        assert_eq!(p_with(&format!("p if {{ {body} }}"), r#"{"a": 1}"#), "true", "{body}");
    }
    let late = "p contains m if { m = x[n]; x = {1} - {port}; port = input[_] }";
    assert_eq!(p_with(late, "[1, 2]"), "{1}");
}

#[test]
fn a_call_does_not_bind_the_variables_of_its_own_operands() {
    for body in [
        "input.x[k].c == k - input.x[i].y",
        "input.x[k].c == k - input.x[i].y; t := input.z",
        "input.x[i] != max({i})",
        "t := {[1][i], sum([x | x := [5][i]])}",
    ] {
        let answer = p(&format!("p if {{ {body} }}"));
        assert!(answer.contains("var i is unsafe"), "{body}: {answer}");
    }
}

#[test]
fn every_does_not_wait_for_its_domain_when_its_body_closes_over_anything() {
    let late = "p if { z = 1; every y in x { y > z }; x = [2] }";
    assert_eq!(p(late), "undefined");
    assert_eq!(p("p if { every y in x { y > 1 }; x = [2] }"), "true");
}

/// Of pairs whose keys are written alike, OPA's parser keeps the value of the last.
#[test]
fn of_keys_written_alike_the_last_counts() {
    let lost = r#"{"a": "x"}"#;
    for object in [
        r#"{"msg": input.nope, "msg": "no"}"#,
        r#"{"msg": unsafe, "msg": "no"}"#,
        r#"{"msg": sprintf("%v", [input.nope]), "msg": "no"}"#,
        r#"{"msg": [1, 2][_], "msg": "no"}"#,
    ] {
        let rule = format!("p := y if {{ y := {object} }}");
        assert_eq!(p_with(&rule, lost), r#"{"msg": "no"}"#, "{object}");
    }
    for (object, value) in [
        ("{1: input.nope, 1.0: 2}", "{1: 2}"),
        (r#"{input.a: input.nope, input["a"]: 2}"#, r#"{"x": 2}"#),
        ("{lower(input.a): input.nope, lower(input.a): 2}", r#"{"x": 2}"#),
        (r#"{"msg": "no", "msg": input.nope}"#, "undefined"),
        (r#"{input.a: input.nope, "x": 2}"#, "undefined"),
    ] {
        assert_eq!(p_with(&format!("p := y if {{ y := {object} }}"), lost), value, "{object}");
    }
}

#[test]
fn a_reference_is_evaluated_before_a_comprehension() {
    let twice = r#"{"k": x | some x in [1, 2]}"#;
    assert_eq!(p(&format!("p if {{ not {twice} = input.a }}")), "true");
    assert_eq!(p(&format!("p if {{ not input.a = {twice} }}")), "true");
    for equation in [format!("{twice} = input.a"), format!("input.a = {twice}")] {
        assert!(stops(&format!("p if {{ {equation} }}"), r#"{"a": {}}"#), "{equation}");
        assert!(!stops(&format!("p if {{ {equation} }}"), r#"{"a": 1}"#), "{equation}");
    }
}
