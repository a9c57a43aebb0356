//! Tests of the regions, by the text of plans.

use crate::passes::testing::{plan, text_of_a};
use crate::pipeline::Options;
use crate::source::RegoVersion;

/// Returns the plan of the rule `a`.
fn of_a(rules: &str) -> String {
    text_of_a(&plan(rules, RegoVersion::V1, &Options::modules("p")))
}

/// Returns the lines of the plan of `a` that use a region, without their indentation.
fn in_regions(rules: &str) -> Vec<String> {
    let text = of_a(rules);
    text.lines().filter(|line| line.contains('@') || line.contains("keep(")).map(clean).collect()
}

/// Drops the indentation and the numbers of the locals.
fn clean(line: &str) -> String {
    let mut parts = line.trim().split('#');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

#[track_caller]
fn assert_regions(rules: &str, expected: &[&str]) {
    assert_eq!(in_regions(rules), expected, "{}", of_a(rules));
}

#[test]
fn a_list_is_discarded_with_its_iteration() {
    assert_regions(
        "a contains x.n if { some x in input.xs; l := [upper(y.n) | some y in input.xs]; x.n in l }",
        &[
            "region -> @1",
            "collect array l@1",
            "bind text = upper(n)@1",
            "test internal.member_2(n, l)@1",
        ],
    );
}

#[test]
fn strings_and_numbers_that_escape_are_copied() {
    assert_regions(
        r#"a contains {"m": m, "c": c} if {
            some x in input.xs
            c := count([y | some y in input.xs; y > x])
            m := sprintf("%d %v", [c, x])
        }"#,
        &[
            "region -> @1",
            "collect array items@1",
            "bind c = count(items)@1",
            "bind m = format(\"%d %v\", c, x)@1",
            "add {\"c\": keep(c), \"m\": keep(m)}",
        ],
    );
}

#[test]
fn collections_that_escape_are_built_outside() {
    assert_regions(
        "a contains l if { some x in input.xs; l := [y | some y in input.xs; y > x] }",
        &[],
    );
    assert_regions(
        "a contains s if {
            some x in input.xs
            l := [y | some y in input.xs; y > x]
            s := {z | some z in l}
        }",
        &[],
    );
    // The set consists of strings, and the list does not escape.
    assert_regions(
        r#"a contains s if {
            some x in input.xs
            l := [y | some y in input.xs; y > x]
            s := {sprintf("%d %s", [count(l), z]) | some z in x.zs}
        }"#,
        &[
            "region -> @1",
            "collect array l@1",
            "bind count = count(l)@1",
            "bind text = format(\"%d %s\", count, z)@1",
            "add keep(text)",
        ],
    );
}

#[test]
fn a_member_that_escapes_is_copied_if_it_is_as_small_as_those_of_the_loop() {
    assert_regions(
        "a contains m if { some x in input.xs; m := max([y.n | some y in input.xs; y.n < x.n]) }",
        &["region -> @1", "collect array items@1", "bind m = max(items)@1", "add keep(m)"],
    );
    assert_regions(
        "a contains m if { some x in input.xs; m := max([input.ys | some y in input.xs; y < x]) }",
        &[],
    );
}

#[test]
fn memory_in_proportion_to_a_member_needs_no_region() {
    for rules in [
        "a contains x.n if { some x in input.xs; l := [y | some y in x.ys; y > 1]; count(l) > 2 }",
        r#"a contains x.n if { some x in input.xs; "b" in split(x.n, ",") }"#,
        "a contains x.n if { some x in input.xs; lower(x.n) == lower(input.n) }",
        // The value is a part of an operand.
        r#"a contains x.n if { some x in input.xs; some y in input.ys; trim_suffix(y, "*") == x.n }"#,
        r#"a contains x.n if { some x in input.xs; some y in object.get(input, "ys", []); y == x.n }"#,
        r#"a contains m if { some x in input.xs; m := sprintf("%v %v", [x, input.ys]) }"#,
        // The constraint's author writes the parameters.
        "a contains x.n if { some x in input.xs; l := [upper(p) | some p in input.parameters.ps]; x.n in l }",
        "a contains p if { some p in input.parameters.ps; l := [upper(x) | some x in input.xs]; p in l }",
        "a contains k if { some k in [1, 2]; l := [x | some x in input.xs; x > k]; count(l) > 2 }",
    ] {
        assert_regions(rules, &[]);
    }
}

#[test]
fn memory_of_a_loop_over_all_pairs_needs_a_region() {
    assert_regions(
        "a contains x.n if { some x in input.xs; some y in input.ys; lower(x.n) == upper(y.n) }",
        &["region -> @1", "bind text = lower(n)@1", "bind text = upper(n)@1"],
    );
}

#[test]
fn calls_of_functions_that_build_run_in_the_region() {
    assert_regions(
        "a contains x if { some x in input.xs; count(f(x)) > 1 }
         f(x) := {y | some y in input.xs; y > x}",
        &["region -> @1", "bind f = call p.f(x)@1", "bind count = count(f)@1"],
    );
}

#[test]
fn functions_whose_values_escape_have_a_region_of_their_own() {
    let rules = "a contains f(x) if some x in input.xs
        f(x) := concat(\",\", [y | some y in input.xs; y > x])";
    assert_regions(rules, &[]);
    let plan = plan(rules, RegoVersion::V1, &Options::modules("p"));
    let text = crate::ir::print::program(&plan);
    let (_, function) = text.split_once("fn p.f(").expect("a function");
    let lines = ["region -> @1", "collect array items#2@1", "return keep("];
    assert!(lines.iter().all(|line| function.contains(line)), "{function}");
}

#[test]
fn rules_keep_their_value_outside() {
    assert_regions(
        "a contains x if { some x in input.xs; l := [y | some y in r; y > x]; count(l) > 1 }
         b := r
         r := [y | some y in input.ys]",
        &["region -> @1", "collect array l@1", "bind count = count(l)@1"],
    );
}

#[test]
fn a_modifier_in_a_region_is_discarded_with_it() {
    assert_regions(
        "a contains n if { some x in input.xs; n := count(r) with input.ys as x }
         r := {y | some y in input.ys}",
        &[
            "region -> @4",
            "with@4 -> @1: input.ys as x",
            "bind r = rule p.r@1",
            "with@4 -> @2: input.ys as x",
            "bind n = count(r)@2",
            "with@4 -> @3: input.ys as x",
            "add keep(n)",
        ],
    );
}

#[test]
fn regions_nest() {
    assert_regions(
        "a contains x if {
            some x in input.xs
            l := [n | some y in input.xs; n := count([z | some z in input.xs; z > y])]
            sum(l) > x
        }",
        &[
            "region -> @2",
            "collect array l@2",
            "region -> @1",
            "collect array items@1",
            "bind n = count(items)@1",
            "add keep(n)@2",
            "bind sum = sum(l)@2",
        ],
    );
}

#[test]
fn a_value_that_outlives_its_region_is_a_fault() {
    use crate::ir::{ContextId, Expr, Statement, visit::MutVisitor, visit::descend_mut};
    /// Removes all copies.
    struct NoCopies;
    impl MutVisitor for NoCopies {
        fn expr(&mut self, expr: &mut Expr) {
            descend_mut::expr(self, expr);
            if let Expr::Keep(_, value) = expr {
                *expr = std::mem::replace(value, Expr::Input(ContextId(0)));
            }
        }
    }
    /// Moves all collections out of their regions.
    struct Outside;
    impl MutVisitor for Outside {
        fn statement(&mut self, statement: &mut Statement) {
            if let Statement::Collect { context, .. } = statement {
                *context = ContextId(0);
            }
            descend_mut::statement(self, statement);
        }
    }
    let rules = "a contains m if {
        some x in input.xs
        m := concat(\",\", [upper(y) | some y in input.xs; y > x])
    }";
    let sound = plan(rules, RegoVersion::V1, &Options::modules("p"));
    let (mut escaping, mut mixed) = (sound.clone(), sound);
    escaping.functions.iter_mut().for_each(|function| NoCopies.block(&mut function.body));
    mixed.functions.iter_mut().for_each(|function| Outside.block(&mut function.body));
    for program in [escaping, mixed] {
        let faults = crate::ir::verify::faults(&program);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].starts_with("p.a: a value outlives its region"), "{faults:?}");
    }
}
