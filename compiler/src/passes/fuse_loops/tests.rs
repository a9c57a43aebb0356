use crate::passes::testing;
use crate::pipeline;
use crate::source::RegoVersion;

/// Returns the first word of each statement in the plan of the set `a`.
fn fused(rules: &str) -> String {
    let rules = format!("{rules}\nf(x) := lower(x.f)\ns contains input.s[_]");
    let passes = testing::only(&["fuse_loops"]);
    let options = pipeline::Options { passes, ..pipeline::Options::modules("p") };
    let text = testing::text_of_a(&testing::plan(&rules, RegoVersion::V1, &options));
    let lines = text.lines().skip(2);
    let word = |line: &str| line.trim_start().split(' ').next().unwrap_or_default().to_owned();
    lines.map(word).filter(|word| word != "return").collect::<Vec<_>>().join(" ")
}

#[test]
fn definitions_that_begin_with_one_loop_share_it() {
    for (expected, rules) in [
        (
            "fused each scope test test add scope test bind add",
            "a contains 1 if { x := input.x[_]; x > 1 }\na contains y if { x := input.x[_]; y := x.y }",
        ),
        // A loop within a loop.
        (
            "fused each each scope test test add scope test test add",
            "a contains 1 if { some x in input.x; some y in x.y; y > 1 }
             a contains 2 if { some x in input.x; some z in x.y; z < 1 }",
        ),
        // Statements that all definitions share.
        (
            "fused each bind bind scope test test add scope test test add",
            "a contains 1 if { x := s[_]; y := x.y; z := f(x); y > z }
             a contains v if { w := s[_]; u := w.y; v := f(w); u }",
        ),
        // A lookup of one definition moves behind the loop; a third definition has no such loop.
        (
            "fused scope each scope test test add scope test bind test add scope test bind add",
            "a contains 1 if { x := input.x[_]; x > 1 }
             a contains y if { y := input.y }
             a contains 2 if { z := input.z; x := input.x[_]; x > z }",
        ),
    ] {
        assert_eq!(fused(rules), expected, "{rules}");
    }
}

#[test]
fn keys_and_values_of_one_loop_are_bound_once() {
    let rules = "a contains k if { input.x[k] == 1 }\na contains v if { v := input.x[_] }";
    assert_eq!(fused(rules), "fused each scope test test add scope test add");
}

#[test]
fn other_definitions_stay_apart() {
    for rules in [
        // No common statement, or no loop.
        "a contains 1 if { x := input.x[_]; x > 1 }\na contains 2 if { x := input.y[_]; x > 1 }",
        "a contains 1 if { x := input.x; x > 1 }\na contains 2 if { x := input.x; x > 2 }",
        // A lookup before the loop decides the collection.
        "a contains 1 if { k := input.k; x := input.x[k][_]; x > 1 }
         a contains 2 if { k := input.l; x := input.x[k][_]; x > 1 }",
        // A lookup before a call that may stop the evaluation.
        "a contains 1 if { z := input.z; x := g(1)[_]; x > z }
         a contains 2 if { w := input.w; x := g(1)[_]; x > w }
         g(_) := [1] if input.s\ng(_) := [2] if input.t",
        // The host, and a `with`.
        "a contains 1 if { x := input.x[_]; http.send(x) }
         a contains 2 if { x := input.x[_]; x > 1 }",
        "a contains 1 if { x := input.x[_]; x > 1 with input.z as 1 }
         a contains 2 if { x := input.x[_]; x > 1 }",
        // Not a set.
        "a[1] := 1 if { x := input.x[_]; x > 1 }\na[2] := 2 if { x := input.x[_]; x > 2 }",
    ] {
        assert!(!fused(rules).contains("fused"), "{rules}: {}", fused(rules));
    }
}
