//! A snapshot for each stage: a small module and its analyzed program.

use super::{print_v0, print_v1, program};
use crate::analyze::Options;
use crate::hir;
use crate::source::RegoVersion;

#[test]
fn resolve_refs() {
    let modules = [
        "package t\n\
         import data.lib.util as u\n\
         import input.review.object as obj\n\
         p := q[obj.name]\n\
         q[x] := u.f(x) if some x in obj.names\n\
         r if { p := input.p; p == 1 }",
        "package lib.util\n\
         f(x) := x",
    ];
    let program = program(RegoVersion::V1, &modules, &Options::default());
    insta::assert_snapshot!(hir::print::print(&program.expect("it is accepted")));
}

#[test]
fn rewrite_refs_in_head() {
    insta::assert_snapshot!(print_v1(
        "p[input.x].q[y] := y if y := 1\n\
         s contains input.member\n\
         v := {\"a\": input.b, \"n\": count(input.c)}\n\
         f([x, 1], {\"k\": y}) := [x, y]\n\
         default d := [x | some x in [1, 2]]\n\
         d := 1 if input.d"
    ));
}

#[test]
fn partial_rules() {
    insta::assert_snapshot!(print_v1(
        "p[x].a := 1 if some x in input.xs\n\
         p.b.c := 2\n\
         p.d contains 3\n\
         n[1] := 4\n\
         g.h.i := 5"
    ));
}

#[test]
fn rewrite_local_vars() {
    insta::assert_snapshot!(print_v1(
        "p if { some x, [y, _] in input.pairs; some z; input.zs[z] == x; y != z }\n\
         q if every k, v in input.m { k != v }\n\
         r if { every v in input.m { v > 1 } }\n\
         s if { [a, {\"b\": b}] := input.s; a == b }"
    ));
}

#[test]
fn membership() {
    insta::assert_snapshot!(print_v1(
        "p if input.x in input.xs\n\
         q if input.k, input.v in input.m\n\
         r := 1 in [1]"
    ));
}

#[test]
fn rewrite_template_strings() {
    insta::assert_snapshot!(print_v1("p := $\"a {x} b {input.y}\" if x := input.x"));
}

#[test]
fn rewrite_print_calls() {
    let module = "package t\np if { print(\"x\", input.x); [y | y := input.y; print(y)] }";
    let erased = program(RegoVersion::V1, &[module], &Options::default());
    let options = Options { keep_prints: true, ..Options::default() };
    let kept = program(RegoVersion::V1, &[module], &options);
    insta::assert_snapshot!(hir::print::print(&erased.expect("it is accepted")));
    insta::assert_snapshot!(hir::print::print(&kept.expect("it is accepted")));
}

#[test]
fn rewrite_expr_terms() {
    insta::assert_snapshot!(print_v0(
        "p[msg] { msg := sprintf(\"%v\", [upper(input.a[count(input.b)])]) }\n\
         q { split(input.s, \",\")[_] == \"x\" }\n\
         r { {\"a\": [1]}.a[i] == 1; i >= 0 }\n\
         s = [count(x) | x = input.xs[_]]"
    ));
}

#[test]
fn rewrite_comprehension_terms() {
    insta::assert_snapshot!(print_v0(
        "p = {x[0]: upper(y) | x = input.xs[_]; y = x[1]}\n\
         q = count({z | z = input.zs[_]})\n\
         r { input.a[{x | x = 1}] }"
    ));
}

#[test]
fn rewrite_with_values() {
    insta::assert_snapshot!(print_v1(
        "p if q with input.a as input.b with data.x as 1\n\
         q if input.a == f(1)\n\
         f(x) := x\n\
         g(x) := x + 1\n\
         r if q with f as g with count as 3\n\
         s if f(2) == 3 with data.t.f as abs"
    ));
}

#[test]
fn rewrite_rego_metadata_calls() {
    insta::assert_snapshot!(print_v1(
        "# METADATA\n\
         # title: All p\n\
         # scope: document\n\
         # authors: [A B <a@b.c>]\n\
         p contains rego.metadata.rule()\n\
         # METADATA\n\
         # custom:\n\
         #   x: [1, yes]\n\
         p contains x if x := rego.metadata.chain()"
    ));
}

#[test]
fn check_safety_rule_bodies() {
    insta::assert_snapshot!(print_v0(
        "p { not bad[x]; y > 2; count(xs, n); n > y; xs = [x | z[_] = x]; z = input.z; x = y; \
             y = input.y }\n\
         bad[1]"
    ));
}

#[test]
fn rewrite_dynamic_terms() {
    insta::assert_snapshot!(print_v0(
        "p { input.a[input.b] == data.c[data.d[_]] }\n\
         q { [input.x, 1] = [1, input.y] }\n\
         r { not s[input.z] }\n\
         s[1]"
    ));
}

#[test]
fn negated_bodies() {
    insta::assert_snapshot!(print_v0(
        "import future.keywords.not\n\
         p { not { startswith(input.xs[_], \"a\") } }\n\
         q { x := input.x; not { y := input.ys[_]; y > x } }"
    ));
}
