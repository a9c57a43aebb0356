//! Properties of the analysis that decide the answer: order, flattening and names.

use super::{Options, faults, print_v0, print_v1};
use crate::source::RegoVersion;

#[test]
fn operands_of_a_negated_call_precede_the_not() {
    let text = print_v1("p if not startswith(input.nope, \"a\")");
    let operand = text.find("input[\"nope\"]").expect("the operand is there");
    let not = text.find("not {").expect("the negation is there");
    assert!(operand < not, "{text}");
}

#[test]
fn negated_references_and_equations_are_not_flattened() {
    let text = print_v1("p if not input.nope\nq if not input.nope == 3");
    assert!(text.contains("not {\n      input[\"nope\"]\n    }"), "{text}");
    assert!(text.contains("not {\n      input[\"nope\"] = 3\n    }"), "{text}");
}

#[test]
fn operands_stay_inside_negated_bodies() {
    let text = print_v0(
        "import future.keywords.if\nimport future.keywords.not\np if { not startswith(input.nope, \"a\") }",
    );
    let operand = text.find("input[\"nope\"]").expect("the operand is there");
    let not = text.find("not {").expect("the negation is there");
    assert!(not < operand, "{text}");
}

#[test]
fn nested_calls_precede_and_inherit_with() {
    let text = print_v1("p if count(split(input.x, \",\")) > 1 with input as {\"x\": \"a\"}");
    assert_eq!(text.matches("with input as {\"x\": \"a\"}").count(), 4, "{text}");
}

#[test]
fn values_of_with_precede_the_expression() {
    let text = print_v1("p := x if x := input.foo with input.foo as input");
    assert!(text.contains("~input#0 = input\n"), "{text}");
    assert!(text.contains("= input[\"foo\"] with input.foo as ~input#0"), "{text}");
}

#[test]
fn literals_are_ordered_so_that_variables_are_bound_first() {
    let text = print_v0("p { x > 1; not q[x]; x = input.x }\nq[1]");
    let bound = text.find("x#0 = input[\"x\"]").expect("the equation is there");
    let used = text.find("gt(x#0, 1)").expect("the comparison is there");
    assert!(bound < used, "{text}");
}

#[test]
fn rules_shadow_builtins() {
    let text = print_v1("p := count([1])\ncount(x) := x");
    assert!(text.contains("= data.t.count("), "{text}");
}

#[test]
fn sibling_closures_have_separate_variables() {
    let text = print_v0("p = [a, b] { a = [x | x = input.a[_]]; b = [x | x = input.b[_]] }");
    assert!(text.contains("[x#1 |"), "{text}");
    assert!(!text.contains("[x#1 | {\n      x#1 = input[\"b\"]"), "{text}");
}

#[test]
fn else_branches_repeat_the_parameters() {
    let text = print_v1("f(x, [y]) := 1 if { x > y } else := 2 if { x < y }");
    assert_eq!(text.matches("(x#0, [y#1])").count(), 2, "{text}");
}

#[test]
fn comparisons_used_as_values_are_calls() {
    let text = print_v1("p := x if x := input.a == 1");
    assert!(text.contains("= equal("), "{text}");
}

#[test]
fn last_of_duplicate_keys_wins() {
    assert!(print_v1("p := {\"a\": 1, \"a\": 2}").contains("= {\"a\": 2}"));
    assert!(print_v1("p := {1: input.a, 1.0: 2}").contains("= {1: 2}"));
    let text = print_v1("p := {input.a: 1, \"a\": 2}");
    assert!(text.contains("{\"a\": 2, "), "variables come after constants: {text}");
}

#[test]
fn a_shadowed_input_is_a_variable() {
    let text = print_v0("p { input := {\"a\": 1}; input.a == 1; q with input as 2 }\nq { true }");
    assert!(text.contains("input#0[\"a\"] = 1"), "{text}");
    assert!(text.contains("with input as 2"), "{text}");
}

/// Asserts that `text` contains the needles in this order.
fn in_order(text: &str, needles: &[&str]) {
    let mut rest = text;
    for needle in needles {
        let Some((_, after)) = rest.split_once(needle) else { panic!("{needle} in {text}") };
        rest = after;
    }
}

#[test]
fn literals_follow_the_bindings_of_their_variables() {
    let text =
        print_v0("p[u] { e = ceil(m + 10); m = l.replicas - (5 % 3); l = input.spec; u = [e, m] }");
    in_order(&text, &["input[\"spec\"]", "minus(", "plus(", "ceil("]);
    let text = print_v0("p[m] { m = x[n]; x = {1} - {port}; port = input[_] }");
    in_order(&text, &["input[", "minus(", "[n#"]);
}

#[test]
fn a_call_does_not_bind_the_variables_of_its_own_operands() {
    for literals in ["", "; t := input.z", "; count([]) == 0; t := input.z"] {
        let module = format!("package t\np if {{ input.x[k].c == k - input.x[i].y{literals} }}");
        let found = faults(RegoVersion::V1, &[&module], &Options::default());
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0], "2: rego_unsafe_var_error: var k is unsafe");
    }
}

#[test]
fn every_with_a_closure_does_not_wait_for_its_domain() {
    let text = print_v1("p if { z = 1; every y in x { y > z }; x = input.a }");
    assert!(text.contains("    false\n"), "{text}");
    let text = print_v1("p if { every y in x { y > 1 }; x = input.a }");
    assert!(!text.contains("    false\n"), "{text}");
}

#[test]
fn comprehensions_in_modifiers_of_every_and_not_see_the_outer_names() {
    let value = "[n | some elem in input.c; n := elem + good]";
    for literal in ["every x in [1] { x != good }", "not { x := input.x; x == good }"] {
        let body = format!("good := input.a; {literal} with input.c as {value}");
        let module = format!("package t\nimport future.keywords.not\np if {{ {body} }}");
        let found = faults(RegoVersion::V1, &[&module], &Options::default());
        assert_eq!(found, [""; 0], "{literal}");
    }
}
