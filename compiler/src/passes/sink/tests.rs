use crate::ir::print;
use crate::passes::testing;
use crate::pipeline;
use crate::source::RegoVersion;

/// Returns the first word of each statement of the rule `a`, except lookups in `input`.
fn shape(body: &str, more: &str) -> String {
    let rules = format!("a contains 1 if {{ {body} }}\n{more}");
    let passes = testing::only(&["sink", "streaming_walk"]);
    let options = pipeline::Options { passes, ..pipeline::Options::modules("p") };
    let text = print::program(&testing::plan(&rules, RegoVersion::V1, &options));
    let (_, rule) = text.split_once("  collect set a#").expect("the set");
    let (rule, _) = rule.split_once("  return").expect("its end");
    let word = |line: &str| match line.trim() {
        line if line.contains("= force ") => "force".to_owned(),
        line => line.split(' ').next().unwrap_or_default().to_owned(),
    };
    let keys = |line: &&str| !line.contains("= input[");
    rule.lines().skip(2).filter(keys).map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_made_moves_to_where_it_is_read() {
    let moved =
        |body: &str| shape(body, "f(x) := concat(\"\", [\"f\", x])\n").replace("bind lazy", "lazy");
    for (expected, body) in [
        // Past a test: a binding that can fail becomes lazy, one that cannot fail moves.
        ("lazy make test force test add", "x := lower(input.x); input.y > 1; x != \"\""),
        ("test collect each add test add", "x := [y | y := input.x[_]]; input.y > 1; x != []"),
        // Into a loop, where the value must be made at most once.
        (
            "lazy make each test force test add",
            "x := lower(input.x); some y in input.y; y > 1; x != \"\"",
        ),
        (
            "lazy collect each add make each test force test add",
            "x := [z | z := input.x[_]]; some y in input.y; y > 1; x != []",
        ),
        ("lazy make each test force test add", "x := f(input.x); some y in input.y; y > 1; x != 1"),
        // A binding that only the lazy value reads moves with it.
        (
            "lazy bind make each test force test add",
            "x := lower(input.x); z := upper(x); some y in input.y; y > 1; z != \"\"",
        ),
        // Without a reader, the value must be made before a solution is yielded.
        ("lazy make test force add", "x := lower(input.x); input.y > 1"),
    ] {
        assert_eq!(moved(body), expected, "{body}");
    }
}

#[test]
fn what_would_make_a_difference_stays() {
    let more =
        "f(x) := 1 if x.a\nf(x) := 2 if x.b\ng(x) := lower(x.a)\nh(x) := lower(x) if x > \"\"";
    for body in [
        // No test comes between.
        "x := lower(input.x); x == input.y; input.z",
        "x := lower(input.x); some y in input.y; y > x",
        "x := lower(input.x); not input.y[x]; input.z",
        "x := lower(input.x); not f(x); input.z",
        // A conflict in a statement between, or in the binding.
        "x := lower(input.x); f(input) == 1; x == \"\"",
        "x := f(input); input.y > 1; x == 1",
        "x := {k: v | v := input.x[k]}; input.y > 1; x == {}",
        // Bindings that are often undefined.
        "x := input.x; input.y > 1; x == 1",
        "x := g(input.x); input.y > 1; x == \"\"",
        "x := h(input.x); input.y > 1; x == \"\"",
        // The host, or a changed context.
        "x := lower(input.x); http.send({}); x == \"\"",
        "x := http.send({}); input.y > 1; x == {}",
        "x := lower(input.x); input.y > 1 with input.z as 1; x == \"\"",
    ] {
        let shape = shape(body, more);
        assert!(!shape.contains("lazy"), "{body}: {shape}");
    }
}

#[test]
fn a_path_of_a_walk_is_made_with_what_is_made_of_it() {
    let body = "walk(input, [p, v]); x := concat(\".\", p); v > 1; x != \"\"";
    assert_eq!(shape(body, ""), "bind walk lazy path make test force test add");
}
