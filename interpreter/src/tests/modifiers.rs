//! Tests of `with`.

use std::thread;

use ferrego_compiler::source::RegoVersion;
use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Arena, Env, Value};

use super::{Question, load, p, p_with};

#[test]
fn the_value_is_computed_before_the_modifier_holds() {
    let answer = p_with("p := x if x := input.foo with input.foo as input", r#"{"foo": 1}"#);
    assert_eq!(answer, r#"{"foo": 1}"#);
}

#[test]
fn rules_are_evaluated_anew_under_a_modifier() {
    let rules = "q := input.a\np := [q, x, q] if x := q with input.a as 2";
    assert_eq!(p_with(rules, r#"{"a": 1}"#), "[1, 2, 1]");
}

#[test]
fn paths_that_are_missing_are_made() {
    assert_eq!(
        p("p := x if x := input with input.a.b as 1 with input.c as 2"),
        r#"{"a": {"b": 1}, "c": 2}"#
    );
    assert_eq!(
        p_with("p := x if x := input with input.a.b as 1", r#"{"a": 5}"#),
        r#"{"a": {"b": 1}}"#
    );
}

#[test]
fn data_of_either_kind_is_replaced() {
    let rules = "package t\nq := 1\np := [x, y, z] if {
        x := data.t.q with data.t.q as 2
        y := data.base.k with data.base as {\"k\": 3}
        z := data.base.m with data.base.k as 4
    }";
    let modules = [rules];
    let data = Some(r#"{"base": {"k": 0, "m": 5}}"#);
    assert_eq!(Question { modules: &modules, data, ..Question::default() }.ask("t.p"), "[2, 3, 5]");
}

#[test]
fn a_package_is_replaced_with_all_its_rules() {
    let library = "package lib\na := 1\nb := 2";
    let module = "package t\np := x if x := data.lib with data.lib as {\"c\": 3}";
    let modules = [library, module];
    let answer = Question { modules: &modules, ..Question::default() }.ask("t.p");
    assert_eq!(answer, r#"{"c": 3}"#);
}

#[test]
fn functions_are_replaced_by_values_and_functions() {
    assert_eq!(p("f(x) := x\np := y if y := f(1) with f as 7"), "7");
    assert_eq!(p("p := y if y := count([1]) with count as 7"), "7");
    assert_eq!(p("f(x) := [x]\np := y if y := count([1]) with count as f"), "[[1]]");
    assert_eq!(p("f(x) := count(x) + 1\np := y if y := count([1]) with count as f"), "2");
}

#[test]
fn a_modifier_ends_with_its_literal() {
    let rules = "p := [x, input.a] if { x := input.a with input.a as 2 }";
    assert_eq!(p_with(rules, r#"{"a": 1}"#), "[2, 1]");
}

#[test]
fn deep_documents_are_merged_on_a_small_stack() {
    const LEVELS: usize = 100_000;
    const MODULE: &str = "package t\np := x if x := data.base with data.base.deep as input";
    let merge = || {
        let arena = Arena::new();
        let object = |key, value| {
            let mut object = ObjectBuilder::new(&arena);
            object.insert(Value::String(key), value);
            object.finish()
        };
        let nested =
            |inmost| (0..LEVELS).fold(object(inmost, 1.into()), |value, _| object("k", value));
        let data = object("base", object("deep", nested("stored")));
        let env = Env::new(&arena, &NoHost);
        let merged = load(&[MODULE], RegoVersion::V1).expect("a program").query(
            &env,
            &["t", "p"],
            Some(nested("replaced")),
            Some(data),
        );
        let mut merged = merged.expect("an answer").and_then(|base| base.get_str("deep"));
        for _ in 0..LEVELS {
            merged = merged.and_then(|value| value.get_str("k"));
        }
        merged.map(|inmost| inmost.to_string())
    };
    let small = thread::Builder::new().stack_size(256 << 10);
    let merged = thread::scope(|scope| {
        small.spawn_scoped(scope, merge).expect("a thread").join().expect("no panic")
    });
    assert_eq!(merged.as_deref(), Some(r#"{"replaced": 1, "stored": 1}"#));
}
