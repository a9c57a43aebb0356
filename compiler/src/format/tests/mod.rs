//! Outputs of the formatter. `tests/src/bin/format.rs` compares far more modules with OPA.

mod comments;
mod documents;
mod templates;
mod upgrade;

use super::*;

fn formatted(text: &str, version: RegoVersion) -> String {
    format(&Source::new("p.rego", text, version)).unwrap()
}

/// Checks that the rules of a module are formatted to `expected`.
#[track_caller]
fn v0(rules: &str, expected: &str) {
    let text = format!("package a\n\n{rules}\n");
    assert_eq!(formatted(&text, RegoVersion::V0), format!("package a\n\n{expected}\n"));
}

#[track_caller]
fn v1(rules: &str, expected: &str) {
    let text = format!("package a\n\n{rules}\n");
    assert_eq!(formatted(&text, RegoVersion::V1), format!("package a\n\n{expected}\n"));
}

#[test]
fn rules_of_v0_stay_v0() {
    v0("p[x]{x:=input[\"y\"][_];x>1}", "p[x] {\n\tx := input.y[_]\n\tx > 1\n}");
    v0("default  p=false\np=true{input.x}", "default p = false\n\np {\n\tinput.x\n}");
    v0("f(x)=y{y:=x}else=2{x}", "f(x) = y {\n\ty := x\n}\n\nelse = 2 {\n\tx\n}");
    v0("p{a}{b}", "p {\n\ta\n}\n\np {\n\tb\n}");
    v0("p { true }", "p = true");
    v0("p.x = 1", "p[\"x\"] = 1");
}

#[test]
fn rules_of_v1_have_their_keywords() {
    v1("p contains x if{x:=1}", "p contains x if x := 1");
    v1("p=1", "p := 1");
    v1("p if {\n a\n} else := 2 if {\n b\n}", "p if {\n\ta\n} else := 2 if {\n\tb\n}");
    v1("a.b.c=1 if x\na.b.d=2 if y", "a.b.c := 1 if x\na.b.d := 2 if y");
    v1("p if { {1} }", "p if {\n\t{1}\n}");
    v1("p if every k,v in xs{k==v}", "p if every k, v in xs { k == v }");
    v1(
        "p if not x with input as {} with data.y as 1",
        "p if not x with input as {} with data.y as 1",
    );
    v1("s := $\"a {x} \\{\"", "s := $\"a {x} \\{\"");
}

#[test]
fn imports_are_sorted_in_their_groups() {
    let text = "package a\nimport data.z\nimport data.b # b\n\nimport input.x as y\np = 1";
    let expected =
        "package a\n\nimport data.b # b\nimport data.z\n\nimport input.x as y\n\np = 1\n";
    assert_eq!(formatted(text, RegoVersion::V0), expected);
    let text = "package a\nimport future.keywords.in\nimport rego.v1\np := 1 in [1]";
    let expected = "package a\n\nimport rego.v1\n\np := 1 in [1]\n";
    assert_eq!(formatted(text, RegoVersion::V0), expected);
}

#[test]
fn lists_keep_their_lines() {
    v1("p := [1,\n2, 3]", "p := [\n\t1,\n\t2, 3,\n]");
    v1("p := {\"a\":1,\"b\":[{\n1}]}", "p := {\"a\": 1, \"b\": [{\n\t1,\n}]}");
    v1("p := f(1,\n 2)", "p := f(\n\t1,\n\t2,\n)");
    v1("p := {x|\nx := y[_]\n}", "p := {x |\n\tx := y[_]\n}");
    v1("p := [x|x:=1;y]", "p := [x | x := 1; y]");
}

#[test]
fn operations_in_terms_are_in_parentheses() {
    v1("p := a + b * c", "p := a + (b * c)");
    v1("p := -x", "p := 0 - x");
    v1("p if plus(1, 2, x)", "p if x = 1 + 2");
    // OPA leaves out these parentheses, and the result is another module.
    v1("p if a == (b == c)", "p if a == (b == c)");
    v1("p if x != (1 in y)", "p if x != (1 in y)");
    v1("p if 1, (2 in a) in b", "p if 1, (2 in a) in b");
    v1("p := [(-x) | y]", "p := [(0 - x) | y]");
    v1("p if {\n(a | b)\nc\n}", "p if {\n\t(a | b)\n\tc\n}");
}

#[test]
fn strings_stay_as_they_are_written() {
    v0(
        "p = [`a\\b`, \"a\\u0041\", x[\"a b\"], x[`c`]]",
        "p = [`a\\b`, \"a\\u0041\", x[\"a b\"], x.c]",
    );
    v0("p = a[\"not\"] { b.not }", "p = a[\"not\"] {\n\tb.not\n}");
}

#[test]
fn departures_from_opa_keep_the_meaning() {
    // OPA drops a duplicate member.
    v0("p = {1, 1}", "p = {1, 1}");
    // OPA leaves out the semicolon, and the next line would continue this one.
    v0("p { x; -1 < y }", "p {\n\tx;\n\t-1 < y\n}");
    v0("p { x; -1 + 2 - 3 < y }", "p {\n\tx\n\t(-1 + 2) - 3 < y\n}");
    // OPA writes `else if {"a": x} = y`, whose brace opens a body.
    v1("p if x\nelse if { {\"a\": 1} = y }", "p if x\n\nelse if {\n\t{\"a\": 1} = y\n}");
}

#[test]
fn a_module_with_errors_is_refused() {
    let faults = format(&Source::new("p.rego", "package a\np {", RegoVersion::V0)).unwrap_err();
    assert_eq!(faults.0[0].code, Code::Parse);
    assert!(format(&Source::new("p.rego", "package a\np { x }", RegoVersion::V1)).is_err());
}

#[test]
fn long_chains_and_deep_nesting_are_formatted() {
    let text = format!("package a\n\np = {}{}\n", "[".repeat(250), "]".repeat(250));
    assert_eq!(formatted(&text, RegoVersion::V0), text);
    let branches = "\n\nelse := 2 if {\n\tx\n\ty\n}".repeat(5000);
    let text = format!("package a\n\np := 1 if {{\n\tx\n\ty\n}}{branches}\n");
    assert_eq!(formatted(&text, RegoVersion::V1), text);
    let sum = "1 + ".repeat(100) + "1";
    let text = formatted(&format!("package a\np := {sum}"), RegoVersion::V1);
    assert_eq!(text.matches('(').count(), 99);
    // So many parentheses would be nested too deep for the parser.
    let text = format!("package a\n\np := {}1\n", "1 + ".repeat(1000));
    assert_eq!(formatted(&text, RegoVersion::V1), text);
}

#[test]
fn only_an_equivalent_module_is_the_same() {
    let source = Source::new("p.rego", "package a\np { x.y } # c", RegoVersion::V0);
    assert!(same(&source, "package a\n# c\np { x[\"y\"] }"));
    for other in
        ["package a\np { x.y }", "package a\np { x.z } # c", "package b\np { x.y } # c", "p {"]
    {
        assert!(!same(&source, other), "{other}");
    }
}
