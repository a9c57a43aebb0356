use super::*;
use crate::parse;
use crate::source::RegoVersion;

/// Returns, for each place of `name`, its column marker: the number of its target in the order of
/// appearance, with `!` for a definition.
fn targets(texts: &[&str], name: &str) -> String {
    let modules: Vec<Option<Module>> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let id = SourceId(u32::try_from(index).expect("few"));
            Some(parse::module(id, text, RegoVersion::V0).expect("a module"))
        })
        .collect();
    let names = Names::of(&modules);
    let mut known: Vec<Target> = Vec::new();
    let mut found: Vec<&Occurrence> = names
        .occurrences
        .iter()
        .filter(|one| {
            let text = texts[one.span.source.0 as usize];
            &text[one.span.start as usize..one.span.end as usize] == name
        })
        .collect();
    found.sort_by_key(|one| (one.span.source, one.span.start));
    let shown = found.iter().map(|one| {
        let index = known.iter().position(|target| *target == one.target);
        let index = index.unwrap_or_else(|| {
            known.push(one.target.clone());
            known.len() - 1
        });
        format!("{index}{}", if one.definition { "!" } else { "" })
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn in_rule(rule: &str, name: &str) -> String {
    targets(&[&format!("package p\n{rule}\n")], name)
}

#[test]
fn variables_belong_to_the_scope_that_declares_them() {
    for (rule, expected) in [
        ("q { x := 1; x == 1 } r { x := 2 }", "0! 0 1!"),
        ("q[x] { x := 1 }", "0 0!"),
        ("q { x := 1; y := [x | x := 2] }", "0! 1 1!"),
        ("q { x := 1; y := [z | z := x] }", "0! 0"),
        ("f(x) = y { y := x }", "0! 0"),
        ("f(x) { g(x) } else { h(x) } g(x) { true } h(x) { true }", "0! 0 0 1! 2!"),
        ("q { some x; input[x] }", "0! 0"),
        ("q { input[x]; input.a[x] }", "0! 0"),
        ("q { [x, _] = input.a; x }", "0! 0"),
        ("q { [x, y] := input.a; {\"k\": x} == y }", "0! 0"),
        ("q { x := 1; a with input as x }", "0! 0"),
        ("x { true } q { x; y := {x | x := 1} }", "0! 0 1 1!"),
    ] {
        assert_eq!(in_rule(rule, "x"), expected, "{rule}");
    }
    let every = "import future.keywords\nq { every x in input { x > 1; x < input.x } }";
    assert_eq!(in_rule(every, "x"), "0! 0 0");
    let some = "import future.keywords\nq { some k, x in input.a; x > k; [x | some x in [k]] }";
    assert_eq!(in_rule(some, "x"), "0! 0 1 1!");
}

#[test]
fn rules_are_found_in_all_modules() {
    let library = "package lib.a\nrule = 1 { true }\nf(x) { rule }\n";
    let alias = "package p\nimport data.lib.a as b\nq { b.rule; data.lib.a.rule; b.f(1) }\n";
    assert_eq!(targets(&[library, alias], "rule"), "0! 0 0 0");
    assert_eq!(targets(&[library, alias], "f"), "0! 0");
    assert_eq!(targets(&[library, alias], "b"), "0! 0 0");
    let direct = "package p\nimport data.lib.a.rule\nq { rule; x := rule }\n";
    assert_eq!(targets(&[library, direct], "rule"), "0! 0 0 0 0");
    // A local of the same name is not the rule.
    let local = "package p\nimport data.lib.a.rule\nq { rule := 1; rule }\n";
    assert_eq!(targets(&[library, local], "rule"), "0! 0 0 1! 1");
    let own = "package p\ncount(x) = 1 { true }\nq { count(1) }\n";
    assert_eq!(targets(&[own], "count"), "0! 0");
}

#[test]
fn references_that_compute_a_name_are_noted() {
    let dynamic = |rule: &str| {
        let text = format!("package p\nimport data.lib.a\n{rule}\n");
        let module = parse::module(SourceId(0), &text, RegoVersion::V0).expect("a module");
        let library = parse::module(SourceId(1), "package lib.a\nr = 1\n", RegoVersion::V0);
        let names = Names::of(&[Some(module), Some(library.expect("a module"))]);
        names.dynamic.iter().map(|path| path.join(".")).collect::<Vec<_>>()
    };
    assert_eq!(dynamic("q { a[x] }"), ["lib.a"]);
    assert_eq!(dynamic("q { data.lib[x].r }"), ["lib"]);
    assert_eq!(dynamic("q { x := data.lib.a }"), ["lib.a"]);
    assert_eq!(dynamic("q { a.r; data.lib.a[\"r\"] }"), [""; 0]);
}
