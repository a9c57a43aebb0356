use std::fmt::Write as _;

use crate::ir::Projection;
use crate::passes::testing;

/// Returns the projection of the rule `p` of a package with these rules: `a.b` for a member, `*`
/// for all other members, `!` after a part that is needed whole.
fn demand(rules: &str) -> String {
    let plan = testing::plan_of_p(rules);
    let mut paths = String::new();
    print(&plan.projection, "", &mut paths);
    paths.trim_end().to_owned()
}

fn print(demand: &Projection, path: &str, paths: &mut String) {
    if demand.whole {
        let _ = write!(paths, "{path}! ");
    } else if demand.members.is_empty() && demand.others.is_none() && !path.is_empty() {
        let _ = write!(paths, "{path} ");
    }
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    for (key, member) in &demand.members {
        print(member, &below(key), paths);
    }
    if let Some(others) = &demand.others {
        print(others, &below("*"), paths);
    }
}

#[test]
fn what_is_looked_into_is_not_whole() {
    assert_eq!(demand("p if input.a.b.c"), "a.b.c");
    assert_eq!(demand("p if input.a.b == 1"), "a.b");
    assert_eq!(demand("p if input.a[_].b != \"x\""), "a.*.b");
    assert_eq!(demand("p if { some k; input.a[k]; startswith(k, \"x\") }"), "a.*");
    assert_eq!(demand("p if count(input.a) > 1"), "a.*");
    assert_eq!(demand("p if is_string(input.a)"), "a");
    assert_eq!(demand("p if \"x\" in input.a"), "a.*");
}

#[test]
fn what_is_given_away_is_whole() {
    assert_eq!(demand("p := input.a"), "a!");
    assert_eq!(demand("p contains x if some x in input.a"), "a.*!");
    assert_eq!(demand("p := {\"x\": input.a}"), "a!");
    assert_eq!(demand("p if input.a == input.b"), "a! b!");
    assert_eq!(demand("p if input.a == {1}"), "a!");
    assert_eq!(demand("p if walk(input.a, [_, 1])"), "a!");
    assert_eq!(demand("p := sprintf(\"%v\", [input.a])"), "a!");
    assert_eq!(demand("p if input.a[input.b]"), "a.* b!");
}

#[test]
fn parts_are_followed_through_rules_and_functions() {
    assert_eq!(demand("p if spec.a\nspec := input.s"), "s.a");
    assert_eq!(demand("p if f(input.s)\nf(x) if x.a.b"), "s.a.b");
    assert_eq!(demand("p if f(input.s).b\nf(x) := x.a"), "s.a.b");
    assert_eq!(demand("p if object.get(input.s, [\"a\", \"b\"], {}).c"), "s.a.b.c");
    assert_eq!(demand("p if object.get(input.s, \"a\", input.d).c"), "d.c s.a.c");
}

#[test]
fn other_members_need_what_every_member_needs() {
    assert_eq!(demand("p if { input.a.b.x; input.a[_].y }"), "a.b.x a.b.y a.*.y");
}

#[test]
fn members_of_bags_are_not_compared() {
    let demand_of = |rules: &str| demand(&format!("{rules}\ns contains x if x := input.s[_]"));
    assert_eq!(demand_of("p if { x := s[_]; x.a }"), "s.*.a");
    assert_eq!(
        demand_of("p contains m if { x := s[_]; x.a; m := sprintf(\"%v\", [x.b]) }"),
        "s.*.a s.*.b!"
    );
    assert_eq!(demand_of("p contains x.b if { x := s[_]; x.a }"), "s.*.a s.*.b!");
    assert_eq!(demand_of("p contains [input.t, x.b] if x := s[_]"), "s.*.b! t!");
    // Numbers with other texts, conflicts, and other readers need the members themselves.
    assert_eq!(demand_of("p contains y if { x := s[_]; y := input.t[x.a] }"), "s.*! t.*!");
    let conflict = "f(x) := 1 if x.a\nf(x) := 2 if x.b";
    assert_eq!(
        demand_of(&format!("p contains y if {{ x := s[_]; y := f(x) }}\n{conflict}")),
        "s.*!"
    );
    assert_eq!(demand_of("p if { x := s[_]; x.a; count(s) == 1 }"), "s.*!");
}

#[test]
fn replaced_input_is_kept() {
    assert_eq!(demand("p if q with input as input.x\nq if input.a"), "a x!");
    assert_eq!(demand("p if q with input.a.b as 1\nq if input.a.c"), "a.b a.c");
}

#[test]
fn a_function_of_its_own_answer_comes_to_an_end() {
    let paths = demand("p if f(f(f(input)))\nf(x) := x.a");
    assert!(paths.ends_with('!') && paths.starts_with("a.a.a"), "{paths}");
}

/// Returns the paths below `data.inventory` that the rule `p` of a package with these rules reads.
fn inventory(rules: &str) -> Vec<String> {
    testing::plan_of_p(rules).data_projection.paths_below("inventory")
}

#[test]
fn reads_of_the_inventory_are_found_in_the_plan() {
    for (rules, paths) in [
        ("p if input.a", &[][..]),
        ("p if data.other.x", &[]),
        ("p if q\nq if input.a\nr if data.inventory.x", &[]),
        ("p := data.inventory", &[""]),
        (
            "p if data.inventory.cluster.v1.Namespace[_].metadata.labels.a == \"x\"",
            &["/cluster/v1/Namespace/*/metadata/labels/a/"],
        ),
        ("p if q\nq if data.inventory.namespace[_][_].Pod[_]", &["/namespace/*/*/Pod/*/"]),
        ("p if f(data.inventory)\nf(x) if x.cluster.v1", &["/cluster/v1/"]),
        ("p if q with data.inventory as {\"a\": 1}\nq if data.inventory.b", &["/b/"]),
        ("p := object.get(data.inventory, [\"cluster\", \"v1\"], {})", &["/cluster/v1"]),
        ("p contains x if x := data.inventory.cluster[_]", &["/cluster/*"]),
        ("p if count([x | x := data.inventory.cluster[_]; x.a == input.a]) > 1", &["/cluster/*"]),
    ] {
        assert_eq!(inventory(rules), paths, "{rules}");
    }
}

#[test]
fn what_is_read_of_data_is_not_read_of_input() {
    assert_eq!(demand("p if data.inventory[input.a] == input.b"), "a! b!");
    assert_eq!(demand("p if q with data.inventory as input.x\nq if data.inventory.b"), "x!");
}
