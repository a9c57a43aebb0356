use crate::passes::testing;
use crate::pipeline;
use crate::source::RegoVersion;

/// Returns the plan of a rule with a body, and of the functions that it calls.
fn plan_of(body: &str) -> String {
    let more = "f(x) := 1 { x.a }\nf(x) := 2 { x.b }\ng(x) := lower(x)";
    let rules =
        format!("import future.keywords.in\nimport future.keywords.every\na {{ {body} }}\n{more}");
    let passes = testing::only(&["exists"]);
    let options = pipeline::Options { passes, ..pipeline::Options::modules("p") };
    testing::text_of_a(&testing::plan(&rules, RegoVersion::V0, &options))
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
