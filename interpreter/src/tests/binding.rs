//! Tests of variable bindings, and of unification with patterns.

use super::{Question, p, p_v0, p_with};

#[test]
fn literals_are_reordered_so_that_variables_are_bound() {
    assert_eq!(p("p := y if { y = x + 1; x = 1 }"), "2");
    assert_eq!(p("p := [x, y] if { [x, 2] = [1, y] }"), "[1, 2]");
    assert_eq!(p("p := x if { [x, x] = [y, 1]; y > 0 }"), "1");
}

#[test]
fn patterns_bind_on_either_side() {
    assert_eq!(p(r#"p := [a, b] if { [a, {"k": b}] = [1, {"k": 2}] }"#), "[1, 2]");
    assert_eq!(p(r#"p := [a, b] if { [1, {"k": 2}] = [a, {"k": b}] }"#), "[1, 2]");
    assert_eq!(p_with(r#"p := x if { {"a": x} = input }"#, r#"{"a": 1}"#), "1");
    assert_eq!(p_with(r#"p := x if { {"a": x} = input }"#, r#"{"a": 1, "b": 2}"#), "undefined");
    assert_eq!(p_with(r#"p := x if { k := "a"; {k: x} = input }"#, r#"{"a": 1}"#), "1");
}

#[test]
fn references_iterate_and_bind() {
    let input = r#"{"a": {"x": [1, 2], "y": [3]}}"#;
    assert_eq!(
        p_with("p := {[k, i, v] | v := input.a[k][i]}", input),
        r#"{["x", 0, 1], ["x", 1, 2], ["y", 0, 3]}"#
    );
    assert_eq!(p_with("p := [v | v := input.a.x[_]; v != input.a.x[_]]", input), "[1, 2]");
}

#[test]
fn sets_are_indexed_by_members_and_patterns() {
    assert_eq!(p("s := {[1, 2], [3, 4]}\np := {y | s[[1, y]]}"), "{2}");
    assert_eq!(
        p(r#"s := {{"m": 1, "n": 2}}
p := n if s[{"m": 1, "n": n}]"#),
        "2"
    );
    assert_eq!(p("s := {1, 2}\np if not s[3]"), "true");
}

#[test]
fn an_index_is_an_integer_from_zero() {
    assert_eq!(
        p_with("p := [x | x := input.a[input.i[_]]]", r#"{"a": [7], "i": [0, "0", 1.5, -1]}"#),
        "[7]"
    );
    assert_eq!(p("a := [7]\np := a[i] if { i := 0.0 }"), "7");
    assert_eq!(p("a := [7]\np := a[i] if { i := 0e0 }"), "undefined");
}

#[test]
fn a_wildcard_is_new_each_time() {
    assert_eq!(p("p if { [_, _] = [1, 2] }"), "true");
    assert_eq!(p_v0("p { x := 1; {1, 2}[_]; {3}[_]; x == 1 }"), "true");
}

#[test]
fn declarations_shadow_what_is_outside() {
    assert_eq!(p("x := 1\np := [x | some x in [2]]"), "[2]");
    assert_eq!(p("p := [y | x := 1; y := [x | x := 2][0]]"), "[2]");
    assert_eq!(p("x := [1, 2]\np := y if { some x; y := [x | x := 5]; x = 1 }"), "[5]");
}

#[test]
fn comprehensions_see_outer_variables_and_leak_none() {
    assert_eq!(p("p := [z | x := [1, 2][_]; z := [y | y := x + 1]]"), "[[2], [3]]");
    assert_eq!(p_v0("p = x { x = 1; [x | x = 1] == [1] }"), "1");
}

#[test]
fn an_extra_argument_takes_the_output() {
    assert_eq!(p_v0("p = x { count([1, 2], x) }"), "2");
    assert_eq!(p_v0("f(x) = [x, 1]\np = y { f(3, [y, 1]) }"), "3");
}

#[test]
fn a_call_in_a_reference_is_iterated() {
    assert_eq!(p(r#"p := {x | x := split("a,b", ",")[_]}"#), r#"{"a", "b"}"#);
    assert_eq!(p(r#"p := split("a,b", ",")[1]"#), r#""b""#);
}

#[test]
fn walk_is_a_relation() {
    assert_eq!(p("p := {path | walk([[1]], [path, 1])}"), "{[0, 0]}");
}

#[test]
fn some_in_takes_patterns() {
    assert_eq!(p("p := {[i, b] | some i, [1, b] in [[1, 2], [3, 4]]}"), "{[0, 2]}");
    assert_eq!(p(r#"p := {k | some k, 1 in {"a": 1, "b": 2}}"#), r#"{"a"}"#);
    assert_eq!(p("p if { some 2 in {1, 2} }"), "true");
}

#[test]
fn operators_call_functions_of_the_program_by_their_names() {
    for (rules, expected) in [
        (
            r#"equal(a, b) if lower(a) = lower(b)
            p if "A" == "a""#,
            "true",
        ),
        (
            r#"plus(a, b) := concat("", [a, b])
            p := ["a" + "b"]"#,
            r#"["ab"]"#,
        ),
        ("internal.member_2(x, _) if x > 2\np if 3 in [1]", "true"),
        ("eq(a, b) if a == b + 1\np if 2 = 1", "true"),
        ("gt(_, _) := true\np if every x in [1] { x > 5 }", "true"),
        ("lt(_, _) := true\nf(lt) := lt\np := f(1)", "1"),
    ] {
        assert_eq!(p(rules), expected, "{rules}");
    }
    let modules = ["package t\nimport data.lib.plus\np := 1 + 2", "package lib\nplus(_, _) := 7"];
    assert_eq!(Question { modules: &modules, ..Question::default() }.ask("t.p"), "7");
    let modules = ["package t\np := 1 + 2", "package t\nplus(_, _) := 7"];
    assert_eq!(Question { modules: &modules, ..Question::default() }.ask("t.p"), "7");
}

#[test]
fn rules_of_v0_named_like_roots_hide_them() {
    assert_eq!(
        p_v0(
            r#"input = {"a": 1} { true }
        p = input.a { true }"#
        ),
        "1"
    );
    assert_eq!(
        p_v0(
            r#"data = {"a": 1} { true }
        p = data.a { true }"#
        ),
        "1"
    );
    assert_eq!(p_v0("input(x) = y { y := x + 1 }\np = input(1) { true }"), "2");
}
