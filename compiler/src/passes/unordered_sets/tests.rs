use crate::ir::print;
use crate::passes::testing;

/// Returns the kinds and names of the collections in the plan of a package with the entry point
/// `p`.
fn collections(rules: &str) -> String {
    let printed = print::program(&testing::plan_of_p(rules));
    let found = printed.lines().filter_map(|line| line.trim().strip_prefix("collect "));
    let names = found.map(|line| line.split('#').next().unwrap_or_default());
    names.collect::<Vec<_>>().join(", ")
}

const SET: &str = "s contains x if { x := input.x[_] }\n";

fn with_set(rules: &str) -> String {
    collections(&format!("{rules}\n{SET}"))
}

#[test]
fn what_adds_to_a_set_iterates_a_multiset() {
    assert_eq!(with_set("p contains y if { x := s[_]; y := x.y }"), "set p, multiset s");
    assert_eq!(with_set("p contains x if { s[x]; x.y }"), "set p, multiset s");
    assert_eq!(with_set("p contains x if { some x in s }"), "set p, multiset s");
    assert_eq!(with_set("p contains y if { y := {x.y | x := s[_]} }"), "set p, set y, multiset s");
}

#[test]
fn what_is_read_in_another_way_stays_a_set() {
    for rules in [
        "p contains x if { x := s[_]; count(s) > 1 }",
        "p contains x if { x := input.y[_]; s[x] }",
        "p contains x if { x := input.y[_]; x in s }",
        "p contains y if { y := [x | x := s[_]] }",
        "p := s",
    ] {
        let found = with_set(rules);
        assert!(found.contains("set s"), "{rules}: {found}");
    }
}

#[test]
fn first_answers_are_the_same_in_any_order() {
    assert_eq!(with_set("p if { x := s[_]; x.y }"), "multiset s");
    assert_eq!(with_set("p if { not q }\nq if { s[_].y }"), "multiset s");
    assert_eq!(with_set("p := x if { x := s[_] }"), "set s");
    let conflict = "f(x) := 1 if { x.a }\nf(x) := 2 if { x.b }";
    assert_eq!(with_set(&format!("p if {{ x := s[_]; f(x) == 1 }}\n{conflict}")), "set s");
    let members = format!("p contains x if {{ x := s[_]; f(x) == 1 }}\n{conflict}");
    assert_eq!(with_set(&members), "set p, multiset s");
}

#[test]
fn a_local_set_is_a_multiset_too() {
    assert_eq!(
        collections("p contains y if { s := {x | x := input.x[_]}; y := s[_].y }"),
        "set p, multiset s"
    );
    assert_eq!(
        collections("p contains y if { s := {x | x := input.x[_]}; count(s) > 1; y := s[_].y }"),
        "set p, set s"
    );
}
