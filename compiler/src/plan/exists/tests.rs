use crate::plan::{print, verify};
use crate::source::{RegoVersion, Source};
use crate::{Optimisations, pipeline};

/// The plan of a rule with a body, and of what it calls.
fn plan_of(body: &str) -> String {
    let more = "f(x) := 1 { x.a }\nf(x) := 2 { x.b }\ng(x) := lower(x)";
    let text = format!("package p\nimport future.keywords\na {{ {body} }}\n{more}");
    let name = "p.rego".into();
    let source = Source { name, text: text.into(), version: RegoVersion::V0, origin: None };
    let optimisations = Optimisations { exists: true, ..Optimisations::NONE };
    let options = pipeline::Options { optimisations, ..pipeline::Options::modules("p") };
    let plan = pipeline::plan(&[source], &options).unwrap_or_default();
    assert_eq!(verify::faults(&plan), Vec::<String>::new(), "{body}");
    let text = print::program(&plan);
    let (_, rule) = text.split_once("fn p.a(").unwrap_or_default();
    rule.split("\n\n").next().unwrap_or_default().to_owned()
}

#[test]
fn what_is_only_asked_whether_it_is_empty_is_not_made() {
    for (test, body) in [
        ("test exists", "count({x | x := input.x[_]}) > 0"),
        ("test exists", "count([x | x := input.x[_]]) >= 1"),
        ("test exists", "n := count([x | x := input.x[_]]); n != 0"),
        ("test exists", "0 < count([x | x := input.x[_]])"),
        ("test exists", "[x | x := input.x[_]] != []"),
        ("test exists", "x := {x | input.x[x]}; x != set()"),
        ("test exists", "any([x | x := input.x[_]])"),
        ("test exists", "not all([x | x := input.x[_]])"),
        ("test not exists", "count({x | x := input.x[_]}) == 0"),
        ("test not exists", "1 > count({x | x := input.x[_]})"),
        ("test not exists", "not count({x | x := input.x[_]}) > 0"),
        ("test not exists", "[] == [x | x := input.x[_]]"),
        ("test not exists", "all([x | x := input.x[_]])"),
        ("test not exists", "not any({x | x := input.x[_]})"),
    ] {
        let plan = plan_of(body);
        assert!(plan.contains(test) && !plan.contains("collect"), "{body}: {plan}");
    }
}

#[test]
fn a_strict_evaluation_sees_all_that_may_fail() {
    let notes = |body: &str| plan_of(body).contains(" note\n");
    assert!(notes("count([y | x := input.x[_]; y := lower(x)]) > 0"));
    assert!(notes("count([y | x := input.x[_]; y := g(x)]) > 0"));
    assert!(!notes("count([x | x := input.x[_]; x.y > 1]) > 0"));
    let between = "c := [y | x := input.x[_]; y := lower(x)]; z := lower(input.z); count(c) > 0; z";
    assert!(plan_of(between).contains("collect"));
}

#[test]
fn what_is_read_otherwise_is_made() {
    for body in [
        "count({x | x := input.x[_]}) > 1",
        "count({x | x := input.x[_]}) == 1",
        "count({x | x := input.x[_]}) > input.n",
        "c := {x | x := input.x[_]}; count(c) > 0; c[1]",
        "n := count({x | x := input.x[_]}); n > 0; n < 3",
        "b := any([x | x := input.x[_]]); b == input.b",
        "max([x | x := input.x[_]]) > 0",
        // A conflict after the first solution.
        "count([x | x := input.x[_]; f(x) == 1]) > 0",
        "count([x | x := input.x[_]; http.send(x)]) > 0",
        "count({x: y | y := input.x[x]}) > 0",
    ] {
        let plan = plan_of(body);
        assert!(plan.contains("collect"), "{body}: {plan}");
    }
}
