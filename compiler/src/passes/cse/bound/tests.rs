use crate::passes::testing;
use crate::pipeline;
use crate::source::RegoVersion;

const MORE: &str = "f(x) := y if y := x + input.z\ng(x) := y if y := http.send(x)";

/// Returns the plan of a body.
fn plan_of(body: &str) -> String {
    let rules = format!("a if {{ {body} }}\nb if a with input.z as 1\n{MORE}");
    let passes = testing::only(&["cse"]);
    let options = pipeline::Options { passes, ..pipeline::Options::modules("p") };
    testing::text_of_a(&testing::plan(&rules, RegoVersion::V1, &options))
}

/// Returns the number of times that the plan of a body reads a key.
fn reads(body: &str) -> usize {
    plan_of(body).matches("[\"k\"]").count()
}

#[test]
fn a_key_that_is_bound_is_not_read_again() {
    for (times, body) in [
        (1, "x := input.k; lower(input.k) == x"),
        (1, "x := input.k; input.k > 1"),
        (1, "x := input.k; input.k.l > 1; input.k.l[x] < 3"),
        (1, "x := input.k; not input.k == 1; y := [z | z := input.k]; count(y) > x"),
        (1, "some o in input.o; x := o.k; f := lower(o.k); f != x"),
        (1, "o := input.o; x := o.k; y := o.k; z := o.k; x + y > z"),
        (1, "x := data.d.k; y := data.d.k; x > y"),
    ] {
        assert_eq!(reads(body), times, "{body}");
    }
}

#[test]
fn a_call_that_is_bound_is_not_made_again() {
    for (times, body) in [
        (1, "x := lower(input.k); y := lower(input.k); x == y"),
        (1, "x := f(input.k); y := f(input.k); x == y"),
        (1, "x := lower(input.k); [y | y := lower(input.k)] == [x]"),
        (2, "x := lower(input.k); y := upper(input.k); x == y"),
        (2, "x := f(input.k); y := f(input.k) with input.l as 1; x == y"),
        // The host may answer differently.
        (2, "x := http.send(input.k); y := http.send(input.k); x == y"),
        (2, "x := g(input.k); y := g(input.k); x == y"),
    ] {
        assert_eq!(plan_of(body).matches("(k#").count(), times, "{body}");
    }
}

#[test]
fn what_is_not_bound_before_is_read() {
    for (times, body) in [
        (2, "y := [z | z := input.k]; x := [z | z := input.k; z > 1]; y > x"),
        (2, "x := input.k; y := input.k with input.k as 1; x > y"),
        (2, "x := input.o.k; y := input.p.k; x > y"),
        // Below base documents, a number finds the key with its text.
        (2, "x := data.d.k; y := data.d.k[x]; x > y"),
    ] {
        assert_eq!(reads(body), times, "{body}");
    }
}
