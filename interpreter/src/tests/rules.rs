//! Tests of undefined and false, conflicts, `else`, defaults, `not` and `every`.

use super::{Question, p, p_v0, p_with};

#[test]
fn false_is_a_value_and_undefined_is_none() {
    assert_eq!(p("p := x if x := 1 > 3"), "false");
    assert_eq!(p("p if not input.nope"), "true");
    assert_eq!(p(r#"p := {"a": input.nope}"#), "undefined");
    assert_eq!(p("p := [x | x := [1, input.nope][_]]"), "[]");
}

#[test]
fn operands_of_what_is_negated_are_computed_outside() {
    for undefined in [
        "not f(input.nope)",
        r#"not startswith(input.nope, "a")"#,
        "not count(input.nope) > 3",
        "not input.nope > 3",
        "not q[input.nope]",
        "not input.nope in [1]",
        "not to_number({}) == 3",
        "not 1 / 0 == 3",
    ] {
        let rules = format!("f(x) := x\nq := {{1}}\np if {{ {undefined} }}");
        assert_eq!(p(&rules), "undefined", "{undefined}");
    }
    assert_eq!(p("p if not input.nope == 3"), "true");
    assert_eq!(p("p if not to_number({})"), "true");
}

#[test]
fn different_values_are_conflicts_even_below_not() {
    let conflict = "eval_conflict_error: complete rules must not produce multiple outputs";
    assert_eq!(p("p := x if some x in [1, 2]"), format!("0.rego:2:1: {conflict}"));
    assert_eq!(p("q := x if some x in [1, 2]\np if not q"), format!("0.rego:2:1: {conflict}"));
    assert_eq!(p("q := 1\nq := 1.0\np := q"), "1");
    assert_eq!(
        p("f(x) := 1\nf(x) := x\np := f(2)"),
        "0.rego:3:1: eval_conflict_error: functions must not produce multiple outputs for same inputs"
    );
    let keys =
        |column| format!("0.rego:2:{column}: eval_conflict_error: object keys must be unique");
    assert_eq!(p("p[x] := y if { x := 1; some y in [1, 2] }"), keys(1));
    assert_eq!(p("p := {1: y | some y in [1, 2]}"), keys(6));
    assert_eq!(p(r#"p := {"a": 1, "a": 2}"#), r#"{"a": 2}"#);
}

#[test]
fn a_bound_key_leaves_conflicts_elsewhere_alone() {
    assert_eq!(p("q[x] := y if { some x, y in {1: 1, 2: 2} }\nq[2] := 3\np := q[1]"), "1");
}

#[test]
fn else_follows_undefined_and_not_false() {
    assert_eq!(p("p := false if input.nope else := 2"), "2");
    assert_eq!(p("p := false if true else := 2"), "false");
    assert_eq!(p("p := 1 if input.a else := 2 if input.b else := 3"), "3");
}

#[test]
fn defaults_follow_undefined() {
    assert_eq!(p("default p := 1\np := 2 if input.nope"), "1");
    assert_eq!(p("default f(_) := 0\nf(x) := x if x > 1\np := [f(1), f(2)]"), "[0, 2]");
}

#[test]
fn clauses_match_literals_and_patterns() {
    assert_eq!(p("f(1) := \"one\"\nf([x, _]) := x\np := [f(1), f([2, 3])]"), r#"["one", 2]"#);
    assert_eq!(p("f(x, x) := \"same\"\np := {f(1, 1)} | {1 | f(1, 2)}"), r#"{"same"}"#);
    assert_eq!(p("f(input.a) := 1\np := f(input.b)"), "undefined");
    assert_eq!(p_with("f(input.a) := 1\np := f(input.b)", r#"{"a": 2, "b": 2}"#), "1");
}

#[test]
fn every_is_true_of_nothing_and_undefined_of_no_collection() {
    assert_eq!(p("p if { every x in [] { x == 1 } }"), "true");
    assert_eq!(p("p if { every x in 5 { x == 1 } }"), "undefined");
    assert_eq!(p("p if { every x in input.nope { x == 1 } }"), "undefined");
    assert_eq!(p("p if { every k, v in {\"a\": 1} { k == \"a\"; v == 1 } }"), "true");
    assert_eq!(p("p if { every x in [1, 2] { x == 1 } }"), "undefined");
}

#[test]
fn chained_bodies_are_rules_of_their_own() {
    assert_eq!(p_v0("p[x] { x = 1 } { x = 2 }"), "{1, 2}");
}

#[test]
fn failures_of_builtins_show_in_strict_evaluations_only() {
    let modules = ["package t\np if to_number(input.x)"];
    let question = |strict| Question {
        modules: &modules,
        input: Some(r#"{"x": "a"}"#),
        strict,
        ..Question::default()
    };
    assert_eq!(question(false).ask("t.p"), "undefined");
    let answer = question(true).ask("t.p");
    assert!(answer.starts_with("0.rego:2:6: eval_builtin_error: to_number: "), "{answer}");
}

#[test]
fn templates_show_what_is_undefined() {
    assert_eq!(p(r#"p := $"{input.a}-{input.b}-{1 + 1}""#), r#""<undefined>-<undefined>-2""#);
    assert_eq!(p_with(r#"p := $"{input.a with input.a as 2}{input.a}""#, r#"{"a": 1}"#), r#""21""#);
}
