use crate::passes::testing;
use crate::pipeline;
use crate::source::RegoVersion;

/// Returns the shared reads in the rule `a`: first paths of `input`, then paths of locals.
fn shared(rules: &str) -> Vec<String> {
    let passes = testing::only(&["cse", "fuse_loops"]);
    let options = pipeline::Options { passes, ..pipeline::Options::modules("p") };
    let text = testing::text_of_a(&testing::plan(rules, RegoVersion::V1, &options));
    let lines = text.lines().map(str::trim);
    lines.filter_map(|line| line.strip_prefix("let option ")).map(without_numbers).collect()
}

/// Removes the numbers of locals from a line.
fn without_numbers(line: &str) -> String {
    let mut parts = line.split('#');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.trim_start_matches(|digit: char| digit.is_ascii_digit())
    })
}

#[test]
fn a_path_of_input_is_shared_where_it_is_read_again() {
    for (expected, rules) in [
        (&[][..], "a if { input.x.y > 1; input.x.y < 3 }"),
        (&["y = input[\"x\"][\"y\"]"], "a if { input.x.y.z > 1; input.x.y.w < 3 }"),
        (&["y = input[\"x\"][\"y\"]"], "a if { some z in input.z; some y in input.x.y; z > y }"),
        (&[], "a if { input.x > 1; input.x < 3 }"),
        (&[], "a if { input.x.y > 1; some z in input.z.z; z > 3 }"),
        (&[], "a if { input.x.y > 1; input.y.x < 3 }"),
    ] {
        assert_eq!(shared(rules), expected, "{rules}");
    }
}

#[test]
fn what_several_bodies_begin_by_reading_is_read_once() {
    let twice = |one: &str, other: &str| {
        let x = "x := input.x[_]";
        shared(&format!("a contains 1 if {{ {x}; {one} }}\na contains 2 if {{ {x}; {other} }}"))
    };
    assert_eq!(twice("x.y == 1", "x.y == 2"), ["y = x[\"y\"]"]);
    assert_eq!(twice("not x.y", "y := x.y; y > 1"), ["y = x[\"y\"]"]);
    assert_eq!(
        twice("x.y.z == 1; x.y.w", "x.y.w == 2"),
        ["y = x[\"y\"]"],
        "the paths part, and the second read of the first body may not be reached"
    );
    assert_eq!(
        twice("x.y.z.v == 1", "z := x.y.z; w := x.y.w; z > w"),
        ["y = x[\"y\"]", "z = y[\"z\"]"]
    );
    // A shared path of `input` before the bodies is a lookup like any other.
    assert_eq!(
        twice("z := input.p.q; not x.y.w == z", "not x.y.z; input.p.q > 1"),
        ["q = input[\"p\"][\"q\"]", "y = x[\"y\"]"]
    );
    // In a collection, and in a loop.
    assert_eq!(twice("s := {z | z := x.y[_]}; s != {1}", "some z in x.y; z > 1"), ["y = x[\"y\"]"]);
    // A read that may never be reached, a read of one body only, and unknown keys.
    assert_eq!(twice("x.z > 1; x.y == 1", "x.y == 2"), [""; 0]);
    assert_eq!(twice("x.z == 1", "x.y == 2"), [""; 0]);
    assert_eq!(twice("x[input.k] == 1", "x[input.k] == 2"), [""; 0]);
}

#[test]
fn paths_of_a_local_part_where_they_differ() {
    let once = |body: &str| shared(&format!("a if {{ some x in input.x; {body} }}"));
    assert_eq!(once("x.y.z > 1; x.y.w < 3"), ["y = x[\"y\"]"]);
    assert_eq!(once("x.y.z > 1; some v in x.z; v > x.y.w"), ["y = x[\"y\"]"]);
    assert_eq!(once("x.y.z > 1; x.w.z < 3"), [""; 0]);
    // The bindings of a condition are known only within it.
    assert_eq!(once("every v in x.z { v.y.w > 1; v.y.z < 3 }"), ["y = v[\"y\"]"]);
    assert_eq!(once("w := [x.z.y, {v | v := x.z.w; not x.y.z}]; count(w) > 1"), ["z = x[\"z\"]"]);
}

#[test]
fn definitions_for_one_value_each_stay_a_choice() {
    let rules = "a := f(input.k, input)\nf(\"a\", x) := x.y.z\nf(\"b\", x) := x.y.w";
    let options = pipeline::Options::modules("p");
    let text = crate::ir::print::program(&testing::plan(rules, RegoVersion::V1, &options));
    assert!(!text.contains("let option "), "{text}");
}

#[test]
fn definitions_of_a_function_share_paths_of_its_arguments() {
    let rules = "a := f(input)\nf(x) := 1 if { x.y == 1 }\nf(x) := 2 if { x.y == 2 }";
    let options = pipeline::Options::modules("p");
    let text = crate::ir::print::program(&testing::plan(rules, RegoVersion::V1, &options));
    assert_eq!(text.matches("[\"y\"]").count(), 1, "{text}");
}

/// Returns the statements of the rule `a` that bind `y` or an option.
fn bindings(rules: &str) -> Vec<String> {
    let passes = testing::only(&["cse"]);
    let options = pipeline::Options { passes, ..pipeline::Options::modules("p") };
    let text = testing::text_of_a(&testing::plan(rules, RegoVersion::V1, &options));
    let binds = |line: &&str| line.starts_with("let option ") || line.starts_with("bind y");
    text.lines().map(str::trim).filter(binds).map(without_numbers).collect()
}

#[test]
fn a_binding_that_dominates_others_is_the_only_one() {
    for (expected, rules) in [
        // The only binding reads the path.
        (&["bind y = input[\"x\"][\"y\"]"][..], "a if { input.x.y > 1; input.x.y < 3 }"),
        // A test before the binding reads the option.
        (
            &["let option y = input[\"x\"][\"y\"]", "bind y = y"],
            "a if { input.x.y; input.x.y > 1; input.x.y < 3 }",
        ),
        // A loop repeats the binding, but not the lookup.
        (
            &["let option y = input[\"x\"][\"y\"]", "bind y = y"],
            "a if { every z in input.z { z.w > input.x.y; z.w < input.x.y } }",
        ),
        // A binding in one definition does not dominate another definition.
        (
            &["let option y = input[\"x\"][\"y\"]", "bind y = y", "bind y = y"],
            "a if input.x.y > 7\na if input.x.y < 3",
        ),
    ] {
        assert_eq!(bindings(rules), expected, "{rules}");
    }
}
