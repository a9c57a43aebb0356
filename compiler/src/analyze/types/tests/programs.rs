//! Rejected programs with their whole messages, and accepted programs.

use crate::analyze::Options;
use crate::analyze::tests::faults;
use crate::source::RegoVersion;

pub(super) fn type_errors(rules: &str) -> Vec<String> {
    faults(RegoVersion::V1, &[&format!("package t\n{rules}")], &Options::default())
}

#[track_caller]
pub(super) fn rejected(rules: &str, message: &str) {
    assert_eq!(type_errors(rules), [message], "{rules}");
}

#[track_caller]
pub(super) fn accepted(rules: &str) {
    assert_eq!(type_errors(rules), [] as [&str; 0], "{rules}");
}

#[test]
fn equations_that_cannot_hold() {
    rejected(
        "p if { x := 1; x == \"a\" }",
        "2: rego_type_error: match error\n\tleft  : number\n\tright : string",
    );
    rejected(
        "p if { [x, \"a\"] = [1, 2] }",
        "2: rego_type_error: match error\n\tleft  : array<???, string>\n\tright : array<number, number>\n\thint  : both sides are arrays but their types differ, so they can never be equal",
    );
    rejected(
        "p if { {\"a\": 1} == {\"a\": input.x, \"b\": 2} }",
        "2: rego_type_error: match error\n\tleft  : object<a: number>\n\tright : object<a: any, b: number>\n\thint  : both sides are objects but their types differ, so they can never be equal",
    );
    rejected(
        "p if { {1, 2} == {x | x := lower(input.y[_])} }",
        "2: rego_type_error: match error\n\tleft  : set[number]\n\tright : set[string]\n\thint  : both sides are sets but their types differ, so they can never be equal",
    );
}

#[test]
fn operands_of_builtins() {
    rejected(
        "p := upper(1)",
        "2: rego_type_error: upper: invalid argument(s)\n\thave: (number, ???)\n\twant: (string, string)",
    );
    rejected(
        "p := concat(\",\", {1 | input.x})",
        "2: rego_type_error: concat: invalid argument(s)\n\thave: (string, set[number], ???)\n\twant: (string, any<array[string], set[string]>, string)",
    );
    rejected(
        "p if { x := input.a; s := concat(x, [s2 | s2 := input.b[_]]); s > count(s) - s }",
        "2: rego_type_error: minus: invalid argument(s)\n\thave: (number, string, ???)\n\twant: (any<number, set[any]>, any<number, set[any]>, any<number, set[any]>)",
    );
}

#[test]
fn operands_of_functions_are_those_of_their_patterns_and_bodies() {
    rejected(
        "f(x) := y if { y := upper(x) }\np := f(1)",
        "3: rego_type_error: data.t.f: invalid argument(s)\n\thave: (number, ???)\n\twant: (string, string)",
    );
    rejected(
        "f([x, 1], y) := x\np := f([1, 2, 3], 4)",
        "3: rego_type_error: data.t.f: invalid argument(s)\n\thave: (array<number, number, number>, number, ???)\n\twant: (array<any, number>, any, any)",
    );
    accepted("f(\"a\") := 1\nf(2) := \"b\"\np if { f(2) == 1; f(\"a\") == \"b\" }");
    accepted("default f(_) := 1\nf(x) := 2 if upper(x) == \"A\"\np := f(1)");
}

#[test]
fn references_into_scalars() {
    rejected(
        "a := 1\np if a.b == 1",
        "3: rego_type_error: undefined ref: data.t.a.b\n\tdata.t.a.b\n\t^^^^^^^^\n\thave: number",
    );
    rejected(
        "p if { x := count(input.y); x[\"a b\"][0] }",
        "2: rego_type_error: undefined ref: x[\"a b\"][0]\n\tx[\"a b\"][0]\n\t^\n\thave: number",
    );
    rejected(
        "f(x) := x\np := f",
        "3: rego_type_error: undefined ref: data.t.f\n\tdata.t.f\n\t^^^^^^^^\n\thave: (any) => any",
    );
}

#[test]
fn references_with_missing_keys() {
    rejected(
        "a := {\"b\": 1, \"c\": 2}\np if a.d == 1",
        "3: rego_type_error: undefined ref: data.t.a.d\n\tdata.t.a.d\n\t         ^\n\t         have: \"d\"\n\t         want (one of): [\"b\" \"c\"]",
    );
    rejected(
        "p if { xs := [1, 2]; xs[1.5] == 2 }",
        "2: rego_type_error: undefined ref: xs[1.5]\n\txs[1.5]\n\t   ^\n\t   have: 1.5\n\t   want (type): number",
    );
    rejected(
        "s contains \"a\"\np if { some i; input.x[i]; k := count(input.y); not s[k] }",
        "3: rego_type_error: undefined ref: data.t.s[k]\n\tdata.t.s[k]\n\t         ^\n\t         have (type): number\n\t         want (type): string",
    );
    let packages = ["package u\nq := 1", "package t\np if { k := input.x; data.u[k][1]; k > 1 }"];
    assert_eq!(faults(RegoVersion::V1, &packages, &Options::default()), [] as [&str; 0]);
    let packages = ["package u\nq := 1", "package t\np if { k := 1; data.u[k] }"];
    assert_eq!(
        faults(RegoVersion::V1, &packages, &Options::default()),
        [
            "2: rego_type_error: undefined ref: data.u[k]\n\tdata.u[k]\n\t       ^\n\t       have (type): number\n\t       want (one of): [\"q\"]"
        ]
    );
    let packages = ["package u\nq := 1", "package t\np if { data.u.q; data.u[1] }"];
    assert_eq!(
        faults(RegoVersion::V1, &packages, &Options::default()),
        [
            "2: rego_type_error: undefined ref: data.u[1]\n\tdata.u[1]\n\t       ^\n\t       have (type): number\n\t       want (one of): [\"q\"]"
        ]
    );
}

#[test]
fn function_replacements_with_other_operands() {
    rejected(
        "f(x, y) := x + y\np if count([1]) == 1 with count as f",
        "3: rego_type_error: count: arity mismatch\n\thave: (number, number)\n\twant: (any<string, array[any], object[any: any], set[any]>)",
    );
    accepted("f(x) := 1\np if count([1]) == 1 with count as f");
    accepted("p if count([1]) == 7 with count as 7");
}

#[test]
fn errors_do_not_cascade() {
    rejected(
        "a := upper(1)\np := a.b.c\nq if p.x == 2",
        "2: rego_type_error: upper: invalid argument(s)\n\thave: (number, ???)\n\twant: (string, string)",
    );
    rejected(
        "p if { x := [y | y := 1 + \"a\"]; x == 1 }",
        "2: rego_type_error: plus: invalid argument(s)\n\thave: (number, string, ???)\n\twant: (number, number, number)",
    );
}

#[test]
fn comprehensions_see_outer_types_and_do_not_leak_inner_types() {
    rejected(
        "p if { x := 1; y := [1 | upper(x) == \"A\"]; count(y) > 0 }",
        "2: rego_type_error: upper: invalid argument(s)\n\thave: (number, ???)\n\twant: (string, string)",
    );
    accepted("p if { a := [x | x = 1]; b := [x | x = \"z\"]; a != b }");
}

#[test]
fn nested_comprehensions_are_checked_in_the_outer_scope() {
    rejected(
        "p if { y := [1 | x := input.a; z := [u | upper(x); u := x + 1]; count(z) > 0]; count(y) > 0 }",
        "2: rego_type_error: plus: invalid argument(s)\n\thave: (string, number, ???)\n\twant: (number, number, number)",
    );
    accepted("p if { x := input.a; z := [u | upper(x); u := x + 1]; count(z) > 0 }");
}

#[test]
fn every_bodies_check_only_references() {
    accepted("p if every x in [1, 2] { upper(x) == 1 }");
    rejected(
        "a := 1\np if every x in [1, 2] { a.b == x }",
        "3: rego_type_error: undefined ref: data.t.a.b\n\tdata.t.a.b\n\t^^^^^^^^\n\thave: number",
    );
}

#[test]
fn rule_types_are_unions_of_their_definitions() {
    accepted("p := 1 if input.x\np := \"a\" if input.y\nq if { p == 1; p == \"b\" }");
    rejected(
        "p := 1 if input.x\nelse := \"a\" if input.y\nq if p == null",
        "4: rego_type_error: match error\n\tleft  : any<number, string>\n\tright : null",
    );
    rejected(
        "default p := false\np := 1 if input.x\nq if p == null",
        "4: rego_type_error: match error\n\tleft  : any<boolean, number>\n\tright : null",
    );
    rejected(
        "p[k] := v if some k, v in [1, 2]\nq if p.a == 1",
        "3: rego_type_error: undefined ref: data.t.p.a\n\tdata.t.p.a\n\t         ^\n\t         have: \"a\"\n\t         want (type): number",
    );
    rejected(
        "p[k].x := 1 if k := lower(input.y)\np[k].x := \"a\" if k := upper(input.y)\nq if p.a.x == null",
        "4: rego_type_error: match error\n\tleft  : any<number, string>\n\tright : null",
    );
    accepted("p contains 1\np contains \"a\"\nq if { p[1]; p[\"b\"]; not p[input.x] }");
}

#[test]
fn base_documents_and_input_are_any() {
    accepted("p if { data.t.other == 1; data.other.x == \"a\"; data.inventory[0][input.x] }");
    accepted("a.b.c := 1\np if { x := data.t.a; x.b.d == 1; x.b.c == 1; x.q == 2 }");
    accepted("p if { input.x == 1; input.x == \"a\"; input.x[y]; y == 1 }");
    accepted("p if { some k; data.u[k] == 1 }");
}

#[test]
fn collections_of_parameters_unify() {
    accepted("f(x) if { s := {x | input.a}; count(s) > 0 }");
    accepted("f(x) if { o := {x: 1}; o[_] == 1 }");
    accepted("f(x, y) := s if s := {[x, y]}");
    accepted("f(x) if { {x | input.a} == {1} }");
}

#[test]
fn rule_order_does_not_matter() {
    let uses = "package a\np if data.b.q == \"x\"";
    let defines = "package b\nq := data.b.r\nr := 1";
    let fault = "2: rego_type_error: match error\n\tleft  : number\n\tright : string";
    for modules in [[uses, defines], [defines, uses]] {
        assert_eq!(faults(RegoVersion::V1, &modules, &Options::default()), [fault]);
    }
}

#[test]
fn long_chains_are_checked() {
    let chain: Vec<_> = (0..300).map(|index| format!("r{index} := [r{}, 1]", index + 1)).collect();
    accepted(&format!("{}\nr300 := 1", chain.join("\n")));
}

#[test]
fn exponentially_growing_types_are_checked() {
    let doubling: Vec<_> =
        (0..60).map(|index| format!("r{index} := [r{0}, r{0}]", index + 1)).collect();
    accepted(&format!("{}\nr60 := 1\np if r0 == [r1, r1]", doubling.join("\n")));
}

#[test]
fn deep_nesting_is_checked() {
    let nest = (0..18).fold("input.x".to_owned(), |body, _| format!("[1 | {body}]"));
    accepted(&format!("p := {nest}"));
}
