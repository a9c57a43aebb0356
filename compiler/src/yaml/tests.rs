use std::sync::Arc;

use super::*;
use crate::diagnostics::Diagnostic;
use crate::source::{RegoVersion, Source, SourceId, line_column};

fn one(text: &str) -> Node {
    let mut documents = load(text).expect("valid YAML");
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0)
}

fn fault(text: &str) -> (String, (u32, u32)) {
    let Diagnostic { message, span, .. } = load(text).expect_err("a fault");
    (message, line_column(text, span.start as usize))
}

/// The line and column of `needle`, which stands in the value of `rego`, found by way of the
/// module's own text.
fn place_of(yaml: &str, needle: &str) -> ((u32, u32), bool) {
    let (name, text): (Arc<str>, Arc<str>) = ("t.yaml".into(), yaml.into());
    let root = one(yaml);
    let node = root.get("rego").expect("rego");
    let rego: Arc<str> = node.as_str().expect("a string").into();
    let start = u32::try_from(rego.find(needle).expect("the needle")).expect("small");
    let source = Source {
        name: "template".into(),
        text: rego,
        version: RegoVersion::V0,
        origin: origin(&name, &text, node),
    };
    let end = start + u32::try_from(needle.len()).expect("small");
    let place = source.place(Span { source: SourceId(0), start, end });
    if place.exact {
        assert_eq!(&place.text[place.range.clone()], needle);
    }
    (place.line_column(), place.exact)
}

#[test]
fn reads_mappings_sequences_and_streams() {
    let documents =
        load("---\n---\na: {b: [1, \"2\"]}\n---\n# nothing\n---\n- x\n").expect("valid");
    assert_eq!(documents.len(), 2);
    let items = documents[0].get("a").and_then(|a| a.get("b")).and_then(Node::items);
    let items = items.expect("a list");
    assert_eq!((items[0].type_name(), items[1].as_str()), ("a number", Some("2")));
    assert!(load("").expect("nothing is a stream").is_empty());
}

#[test]
fn follows_aliases_and_merge_keys() {
    let root =
        one("base: &b {p: one, q: two}\nmore: {<<: *b, q: own}\nlist: {<<: [*b, {r: three}]}\n");
    let text = |outer: &str, inner: &str| {
        root.get(outer).and_then(|node| node.get(inner)).and_then(Node::as_str).map(str::to_owned)
    };
    assert_eq!(text("more", "p").as_deref(), Some("one"));
    assert_eq!(text("more", "q").as_deref(), Some("own"));
    assert_eq!(text("list", "r").as_deref(), Some("three"));
}

#[test]
fn refuses_a_key_that_stands_twice() {
    let (message, place) = fault("a:\n  b: 1\n  \"b\": 2\n");
    assert_eq!(message, "the key \"b\" stands twice in one mapping");
    assert_eq!(place, (3, 3));
}

#[test]
fn points_at_tabs_and_unclosed_brackets() {
    let (message, place) = fault("a:\n  b: c\n\td: e\n");
    assert!(message.contains("tab"), "{message}");
    assert_eq!(place, (3, 1));
    let (message, place) = fault("a: {\n  b: [one\n  c: d\ne: |\n  f[x] { y }\n");
    assert_eq!(message, "`[` is never closed");
    assert_eq!(place, (2, 6));
    assert_eq!(fault("a: é\nb: *nothing\n").1, (2, 4));
}

#[test]
fn stops_documents_that_multiply_or_nest_without_end() {
    let multiply = |level: usize| {
        let aliases = vec![format!("*a{level}"); 10].join(", ");
        format!("a{0}: &a{0} [{aliases}]", level + 1)
    };
    let first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]".to_owned();
    let lines: Vec<String> = std::iter::once(first).chain((0..9).map(multiply)).collect();
    let bomb = lines.join("\n");
    assert!(fault(&bomb).0.contains("nodes"));
    assert!(load(&"[".repeat(100_000)).is_err());
    let deep: Vec<String> = (0..1000).map(|level| " ".repeat(level) + "a:").collect();
    assert!(fault(&deep.join("\n")).0.contains("deeper"));
    assert!(load("a: &a [*a]\n").is_err());
}

#[test]
fn literal_blocks_give_exact_places() {
    for header in ["|", "|-", "|+", "|2", "|2-", "| # note"] {
        let yaml = format!("é: 1\nrego: {header}\n  package p\n\n  x {{ é }}\nlast: 1\n");
        assert_eq!(place_of(&yaml, "é }"), ((5, 7), true), "{header}");
    }
    let windows = "rego: |\r\n  package p\r\n  q { r }\r\n";
    assert_eq!(place_of(windows, "r }"), ((3, 7), true));
    let blank = "rego: |\n\n  \n  package p\n  q\n";
    assert_eq!(place_of(blank, "q"), ((5, 3), true));
    let indented = "rego: |2\n    package p\n  q\n";
    assert_eq!(place_of(indented, "package"), ((2, 5), true));
}

#[test]
fn other_scalars_give_their_line_or_their_start() {
    assert_eq!(place_of("a: 1\nrego: package p\n", "p\u{61}"), ((2, 7), true));
    assert_eq!(place_of("rego: \"package p\"\n", "p"), ((1, 8), true));
    assert_eq!(place_of("rego: \"package p\\nq = 1\"\n", "q"), ((1, 7), false));
    assert_eq!(place_of("rego: >\n  package\n  p\n\n  q\n", "q"), ((2, 3), false));
}

#[test]
fn gator_knows_two_booleans() {
    let arena = ferrego_runtime::Arena::new();
    let node = one("[yes, no, y, On, true, False, 1, !!bool yes, \"true\"]");
    let value = |dialect| node.value_in(&arena, dialect).expect("a value").to_string();
    let kubernetes = "[true, false, true, true, true, false, 1, true, \"true\"]";
    assert_eq!(value(Dialect::Kubernetes), kubernetes);
    let gator = "[\"yes\", \"no\", \"y\", \"On\", true, false, 1, true, \"true\"]";
    assert_eq!(value(Dialect::Gator), gator);
}
