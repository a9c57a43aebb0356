//! Empty collections, members of `in`, and documents that `with` replaces.

use super::programs::{accepted, rejected, type_errors};

#[test]
fn empty_collections_can_be_iterated_but_not_indexed() {
    for (rules, shown) in [
        ("o := {}\np if o.a", "o.a"),
        ("p if { o := {}; o.a }", "o.a"),
        ("p if { x := []; x[0] }", "x[0]"),
        ("p if { x := set(); x[\"a\"] }", "x.a"),
    ] {
        let found = type_errors(rules);
        let first = found[0].lines().next().unwrap_or_default();
        assert!(
            first.ends_with(&format!("rego_type_error: undefined ref: {}", full(rules, shown))),
            "{found:?}"
        );
    }
    accepted("p if { some x in []; x == 1 }");
    accepted("m := {}\np if { some k, v in m; v == \"a\"; k == 1 }");
    accepted("p if { n := [][_]; x := [n] }");
    accepted("p if { {\"a\"} == set() }");
}

fn full(rules: &str, shown: &str) -> String {
    if rules.starts_with("o :=") { format!("data.t.{shown}") } else { shown.to_owned() }
}

#[test]
fn empty_collections_do_not_unify_with_nonempty_ones() {
    assert_eq!(type_errors("p if { {\"a\": 1} == {} }").len(), 1);
    assert_eq!(type_errors("p if { [1] == [] }").len(), 1);
    accepted("p if { input.x == {} }");
    accepted("p if { [x | x := input.y[_]] == [] }");
}

#[test]
fn membership_checks_members_against_the_collection() {
    rejected(
        "p if 1 in [\"a\"]",
        "2: rego_type_error: match error\n\tleft  : number\n\tright : string",
    );
    rejected(
        "p if \"a\", 1 in {1: 1}",
        "2: rego_type_error: match error\n\tleft  : string\n\tright : number",
    );
    accepted("p if 1 in [\"a\", 2]");
    accepted("p if 1 in input.x");
    accepted("p if 1 in \"text\"");
}

#[test]
fn known_types_of_variables_in_composites_are_checked() {
    assert_eq!(type_errors("p if concat(\"/\", [count(input.b), \"x\"])").len(), 1);
    assert_eq!(type_errors("p if { a := \"x\"; sum([1, a]) == 1 }").len(), 1);
    accepted("p if concat(\"/\", [lower(input.b), \"x\"])");
}

#[test]
fn replaced_documents_and_their_dependents_are_any() {
    accepted("default x := {}\np if x.a with x as {\"a\": 1}\nq if x.b");
    accepted("r := 1\nq := r\np if { q == \"a\" with r as \"a\" }");
    assert_eq!(type_errors("r := 1\nq := r\np if { q == \"a\" }").len(), 1);
}

#[test]
fn negated_bodies_check_only_references() {
    accepted("import future.keywords.not\np if not 1 == \"a\"");
    accepted("import future.keywords.not\np if not { count(1) }");
    assert_eq!(
        type_errors("import future.keywords.not\nx := {\"a\": 1}\np if not { x.b }").len(),
        1
    );
}
