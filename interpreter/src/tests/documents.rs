//! Tests of `data` and `input`: base documents, packages and rules.

use super::{Question, p_with};

fn ask(modules: &[&str], data: &str, path: &str) -> String {
    Question { modules, data: Some(data), ..Question::default() }.ask(path)
}

#[test]
fn an_absent_input_is_undefined() {
    let modules = ["package t\np if { not input }\nq := input"];
    let question = Question { modules: &modules, ..Question::default() };
    assert_eq!(question.ask("t"), r#"{"p": true}"#);
}

#[test]
fn an_integer_finds_a_text_key_in_data_but_not_in_input() {
    let modules = ["package t\np := [x | x := data.a[1]]\nq := [x | x := input.a[1]]"];
    let document = r#"{"a": {"1": "found"}}"#;
    let question = Question {
        modules: &modules,
        input: Some(document),
        data: Some(document),
        ..Question::default()
    };
    assert_eq!(question.ask("t"), r#"{"p": ["found"], "q": []}"#);
}

#[test]
fn a_package_merges_with_base_documents() {
    let module = "package a.b\nr := 1";
    assert_eq!(ask(&[module], r#"{"a": {"x": 2}}"#, "a"), r#"{"b": {"r": 1}, "x": 2}"#);
}

#[test]
fn packages_and_rules_are_iterated() {
    let module = "package a.b\nr := 1\ns := 2";
    let reader = "package t\np := {[k, n] | data.a.b[k] = n}";
    assert_eq!(ask(&[module, reader], "{}", "t.p"), r#"{["r", 1], ["s", 2]}"#);
}

#[test]
fn functions_are_no_documents() {
    assert_eq!(ask(&["package t\nf(x) := x\np := f(1)"], "{}", "t"), r#"{"p": 1}"#);
    assert_eq!(ask(&["package t\nf(x) := x"], "{}", "t.f"), "undefined");
}

#[test]
fn imports_lead_to_documents_and_functions() {
    let library = "package lib.util\nlimit := 3\ntwice(x) := 2 * x";
    let module = "package t\nimport data.lib.util as u\np := u.twice(u.limit)";
    assert_eq!(ask(&[library, module], "{}", "t.p"), "6");
}

#[test]
fn reference_heads_make_objects_of_many_levels() {
    let rules = r"package t
q[x].n[y] := x + y if { some x in [1, 2]; some y in [3] }
q[x].s contains y if { some x, y in {1: 7} }
q.z.c := 0
p := q";
    assert_eq!(
        ask(&[rules], "{}", "t.p"),
        r#"{1: {"n": {3: 4}, "s": {7}}, 2: {"n": {3: 5}}, "z": {"c": 0}}"#
    );
}

#[test]
fn numbers_keep_their_text_on_the_way_through() {
    assert_eq!(p_with("p := input.x", r#"{"x": [1.0, 1e3, -0, 1.50]}"#), "[1.0, 1e3, -0, 1.50]");
}
