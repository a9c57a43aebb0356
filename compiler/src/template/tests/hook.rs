//! Tests of the type check of Gatekeeper's hook, which reads `msg` of each element of `violation`.

use super::*;
use crate::diagnostics::Code;

/// Returns the fault of a template with these rules: its line and message.
fn fault(rules: &str) -> Option<String> {
    let text = format!("package a\n{rules}");
    let sources = [document("template", &text)];
    let faults = pipeline::check(&sources, &Options::template("a")).err()?;
    let [fault] = &faults.0[..] else { panic!("{rules}: {faults}") };
    assert_eq!(fault.code, Code::Type, "{rules}");
    assert!(fault.help.as_deref().is_some_and(|help| help.contains("reads `msg`")), "{rules}");
    let (line, _) = sources[0].line_column(fault.span.start);
    Some(format!("{line}: {}", fault.message))
}

/// Values that an element of `violation` must not be, with their types.
const REFUSED: [(&str, &str); 8] = [
    ("\"text\"", "string"),
    ("1", "number"),
    ("null", "null"),
    ("true", "boolean"),
    ("[\"a\"]", "array<string>"),
    ("{\"message\": \"m\"}", "object<message: string>"),
    ("{\"details\": {\"a\": 1}}", "object<details: object<a: number>>"),
    ("sprintf(\"%v\", [1])", "string"),
];

#[test]
fn elements_without_msg_are_rejected() {
    for (value, ty) in REFUSED {
        let expected =
            format!("2: expected elements of `violation` that can have a `msg`, found {ty}");
        for rules in [
            format!("violation[{value}] {{ input.x }}"),
            format!("violation[x] {{ x := {value} }}"),
            format!("violation = {{{value}}} {{ input.x }}"),
            format!("violation = {{x | x := {value}}}"),
            format!("violation[f(1)] {{ input.x }}\nf(_) = {value}"),
        ] {
            assert_eq!(fault(&rules), Some(expected.clone()), "{rules}");
        }
    }
}

#[test]
fn scalar_violations_are_rejected() {
    for (rules, found) in [
        ("violation { input.x }", "a value of type boolean"),
        ("violation = \"m\" { input.x }", "a value of type string"),
        ("default violation = false", "a value of type boolean"),
        ("violation(x) = {\"msg\": x}", "a function"),
        ("violation = [{\"msg\": \"m\"}] { input.x }", "number"),
        ("violation = {\"k\": {\"msg\": \"m\"}} { input.x }", "string"),
        ("violation.k = {\"msg\": \"m\"} { input.x }", "string"),
    ] {
        let fault = fault(rules).unwrap_or_default();
        assert!(fault.ends_with(&format!(", found {found}")), "{rules}: {fault}");
    }
}

#[test]
fn elements_with_possible_msg_are_accepted() {
    for rules in [
        "violation[{\"msg\": \"m\"}] { input.x }",
        "violation[{\"msg\": 1}] { input.x }",
        "violation[x] { x := input.x }",
        "violation[{input.x: \"m\"}] { true }",
        "violation = {{\"msg\": \"m\"}} { input.x }",
        "violation = {x | x := {\"msg\": \"m\"}}",
        "violation = a | b { a := {{\"msg\": \"a\"}}; b := {1} }",
        "violation = input.x { true }",
        "violation[x] = 1 { x := {\"msg\": \"m\"} }",
        "violation[\"text\"] { input.x }\nviolation[{\"msg\": \"m\"}] { input.y }",
        "default violation = \"none\"\nviolation = {{\"msg\": \"m\"}} { input.x }",
    ] {
        assert_eq!(fault(rules), None, "{rules}");
    }
    let modules = [document("m.rego", "package a\nviolation[\"text\"] { input.x }")];
    assert!(pipeline::check(&modules, &Options::modules("a")).is_ok(), "no template");
}
