//! Changes in OPA's checks since 1.20: calls of rules, names, bodies without braces.

use super::{Options, faults};
use crate::source::RegoVersion::{self, V0, V1};

#[track_caller]
fn first(version: RegoVersion, rules: &str) -> String {
    let module = format!("package t\n{rules}");
    faults(version, &[&module], &Options::default()).into_iter().next().unwrap_or_default()
}

#[track_caller]
fn rejected(rules: &str, message: &str) {
    let found = first(V0, rules);
    assert!(found.ends_with(message), "{rules}: {found}");
}

#[track_caller]
fn accepted(rules: &str) {
    assert_eq!(first(V0, rules), "", "{rules}");
}

#[test]
fn rules_of_any_type_can_be_called_without_arguments() {
    accepted("f() = x { x := input.a }\np { f() }");
    accepted("f = x { x := input.a }\np { f() == 2 }");
    rejected(
        "f() = x { x := input.a }\np { f() with f as 1 }",
        "ferrego_unsupported: a call of a rule without parameters that `with` replaces is not supported",
    );
    accepted("f() = x { x := input.a }\ng(y) = f() + y { true }");
    accepted("c.d() = x { x := input }\np { c.d() }");
    rejected("f() = 1 { true }\np { f() }", "rego_type_error: undefined function data.t.f");
    rejected("f() { input.x }\np { f() }", "rego_type_error: undefined function data.t.f");
    rejected("c[x] { x := input.z }\np { c() }", "undefined function data.t.c");
    rejected("f() = x { x := input.a }\np { f(1) == 2 }", "has arity 0, got 1 argument");
    let union = "f() = [] { input.a } else = 1\np { f() }";
    rejected(union, "rego_type_error: undefined function data.t.f");
    rejected("p { g() }", "undefined function g");
    accepted("f = x { x := input.a }\np { f(1) }");
    accepted("f() = x { x := input.a }\np = y { f(y) }");
    accepted("f() = x { x := input.a }\np = [y | f([y])]");
    rejected("f = [input.a] { true }\np { f([1]) }", "undefined function data.t.f");
    rejected("f = x { x := input.a }\np { f(1, 2) }", "has arity 0, got 2 arguments");
}

#[test]
fn variables_may_have_names_of_builtins() {
    rejected("p { input.b[count]; count(input.x) > 0 }", "called function count shadowed");
    accepted("p { input.b[count]; count > 0 }");
    accepted("p { count(input.x) > 0; count(input.y) > 0 }");
    accepted("p { count(input.x) > 0 with count as 1 }");
}

#[test]
fn some_cannot_use_its_bindings_in_its_domain() {
    let some = |text: &str| format!("import future.keywords.in\np {{ some {text} }}");
    rejected(&some("x in [x]"), "var x assigned before");
    rejected(&some("x in input.y[x]"), "var x assigned before");
    rejected(&some("x, y in input[y]"), "var y assigned before");
    accepted(&some("_ in input.y[_]"));
    accepted(&some("x in [y | y := input.z]"));
}

#[test]
fn bodies_without_braces_bind_nothing() {
    let v2 = |text: &str| format!("import rego.v2\np if {{ {text} }}");
    rejected(&v2("not input.l[x]"), "var x is unsafe");
    rejected(&v2("not x := 1"), "cannot assign vars inside negated expression");
    rejected(&v2("input.l[x] or input.b"), "var x is unsafe");
    rejected(&v2("input.b and x = 1"), "var x is unsafe");
    accepted(&v2("not { input.l[x] }"));
    accepted(&v2("{ input.l[x] } or input.b"));
    accepted(&v2("x := input.y; input.l[x] or input.b"));
    accepted(&v2("not startswith(lower(input.x), \"a\")"));
}

#[test]
fn recoverable_errors_are_reported_with_later_ones() {
    let module = "package t\np if { some i; input.x }\nq if 1 == \"a\"";
    let found = faults(V1, &[module], &Options::default());
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("declared var i unused") && found[1].contains("match error"));
}

#[test]
fn references_with_different_constants_are_not_recursive() {
    let rules =
        "p[x].foo.bar { x := \"a\"; not p[x].foo.baz }\np[x].foo.baz { x := \"a\"; input.y }";
    assert!(!first(V0, rules).contains("recursion"));
    rejected("p[x].foo { x := \"a\"; not p[x].foo }", "data.t.p[x].foo -> data.t.p[x].foo");
}

/// The threads of tests have 2 MiB of stack.
#[test]
fn chains_of_a_thousand_operators_are_analyzed() {
    for (first, operator, next) in [
        ("input.x", " + ", "1"),
        ("input.x", " | ", "{1}"),
        ("1", " == ", "input.y"),
        ("2", "-", "1"),
    ] {
        let chain = vec![next; 1000].join(operator);
        accepted(&format!("p {{ x := {first}{operator}{chain}; x }}"));
    }
    let alternatives = vec!["input.x"; 200].join(" or ");
    accepted(&format!("import future.keywords\np if {alternatives}"));
}

#[test]
fn targets_of_assignments_bind_nothing_on_the_right() {
    rejected("p { x := y; x = 5 }", "var y is unsafe");
    rejected("p { some y; x := [y, z]; x = [1, 2] }", "var y is unsafe");
    accepted("p { x = y; x = 5 }");
    accepted("p { y = 5; x := y; x = 5 }");
}
