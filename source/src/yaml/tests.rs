use std::sync::Arc;

use super::*;
use crate::diagnostics::Diagnostic;
use crate::source::{RegoVersion, Source, SourceId, Span, line_column};

fn one(text: &str) -> Node {
    let mut documents = load(text).expect("valid YAML");
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0)
}

fn fault(text: &str) -> (String, (u32, u32)) {
    let Diagnostic { message, span, .. } = load(text).expect_err("a fault");
    (message, line_column(text, span.start as usize))
}

/// Returns the line and column of `needle` in the value of `rego`, by way of the module's own text.
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
fn rejects_duplicate_keys() {
    let (message, place) = fault("a:\n  b: 1\n  \"b\": 2\n");
    assert_eq!(message, "duplicate key `b`");
    assert_eq!(place, (3, 3));
    assert_eq!(fault("1: a\n'1': b\n").0, "duplicate key `1`");
    assert!(load("a: 1\n<<: {a: 2}\n").is_ok());
}

#[test]
fn a_merge_replaces_the_keys_before_it() {
    let root = one("a: 1\nb: 2\n<<: [{a: 3, c: 4}, {a: 5, d: 6}]\nc: 7\n");
    let arena = ferrego_runtime::Arena::new();
    let value = root.value(&arena).expect("a value").to_string();
    assert_eq!(value, r#"{"a": 3, "b": 2, "c": 7, "d": 6}"#);
    assert_eq!(fault("a: 1\n<<: [{b: 1}, c]\n").1, (2, 14));
}

#[test]
fn rejects_documents_that_kubernetes_ignores() {
    for (text, message, place) in [
        ("a: 1\n...\nb: 1\n", "expected one document, found more", (3, 1)),
        ("a: 1\n...\n]\n", "expected one document, found more", (3, 1)),
        ("a: 1\r---\rb: 1\r", "expected one document, found a second", (1, 10)),
        ("a: 1\n--- {b: 1}\n", "expected a line `---`, found `--- {b: 1}`", (2, 1)),
        ("? [a]\n: 1\n", "expected a string as a key, found a list", (1, 3)),
        ("a: 1\n~: 1\n", "expected a string as a key, found null", (2, 1)),
        ("a: [1, .nan]\n", "json: unsupported value: NaN", (1, 8)),
        ("a: !!int b\n", "cannot decode !!str `b` as a !!int", (1, 10)),
        ("a: !!binary '!'\n", "!!binary value contains invalid base64 data", (1, 13)),
        ("a: &b\n  c: *b\n", "anchor 'b' value contains itself", (2, 6)),
    ] {
        let (found, at) = fault(text);
        assert!(found.starts_with(message), "{text:?}: {found}");
        assert_eq!(at, place, "{text:?}");
    }
}

#[test]
fn json_strings_are_read_as_json() {
    let text = r#"{"a": "\/\ud83d\ude00\u2028", "b": "\ud83d"}"#;
    let root = load_json(text).expect("JSON").expect("a document");
    assert_eq!(root.get("a").and_then(Node::as_str), Some("/\u{1f600}\u{2028}"));
    assert_eq!(root.get("b").and_then(Node::as_str), Some("\u{fffd}"));
    let long = format!("{{\"{}\": 1}}", "k".repeat(2000));
    assert!(load(&long).is_err() && load_json(&long).is_ok());
}

#[test]
fn aliases_share_nodes() {
    let root = one("a: &a {b: [1, 2]}\nc: *a\nd: &t long text\ne: *t\n");
    let (Some(Kind::Mapping(a)), Some(Kind::Mapping(c))) =
        (root.get("a").map(|node| &node.kind), root.get("c").map(|node| &node.kind))
    else {
        panic!("mappings");
    };
    assert!(Arc::ptr_eq(a, c));
    let arena = ferrego_runtime::Arena::new();
    let value = root.value(&arena).expect("a value").to_string();
    let expected =
        r#"{"a": {"b": [1, 2]}, "c": {"b": [1, 2]}, "d": "long text", "e": "long text"}"#;
    assert_eq!(value, expected);
}

/// Returns lines of nested anchors, each around the previous one; `a0` is the innermost.
fn anchors(count: usize) -> String {
    let lines: Vec<String> =
        (1..count).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1)).collect();
    lines.concat()
}

#[test]
fn nested_anchors_take_linear_memory() {
    // Nested anchors around 4,000 items.
    let nested = |levels| {
        let items = format!("a0: &a0 [{}]\n", vec!["x"; 4000].join(", "));
        items + &anchors(levels)
    };
    // Expanded, the document has 320,000 nodes.
    let text = nested(80);
    let allocated = |text: &str| {
        let arena = ferrego_runtime::Arena::new();
        let root = one(text);
        assert!(root.value(&arena).is_ok());
        arena.allocated_bytes()
    };
    let once = allocated(text.lines().next().expect("a line"));
    assert!(allocated(&text) < once + 100_000, "{once}");
    let (message, place) = fault(&nested(190));
    assert_eq!(message, "document contains excessive aliasing");
    assert_eq!(place, (99, 12));
}

#[test]
fn deep_nesting_fits_a_small_stack() {
    let nests = [
        "[".repeat(190) + &"]".repeat(190),
        (0..190).map(|level| " ".repeat(level) + "a:\n").collect(),
        (0..190).map(|level| " ".repeat(level) + "-\n").collect(),
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(100_000),
        "!!str &a ".repeat(100_000),
        anchors(100_000),
        "a0: &a0 x\n".to_owned() + &anchors(300),
    ];
    let read = move || {
        for text in &nests {
            let arena = ferrego_runtime::Arena::new();
            if let Ok(documents) = load(text) {
                for node in &documents {
                    assert!(node.value(&arena).is_ok());
                }
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(256 * 1024).spawn(read);
    thread.expect("a thread").join().expect("no overflow");
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
fn rejects_alias_bombs_and_unbounded_nesting() {
    let multiply = |level: usize| {
        let aliases = vec![format!("*a{level}"); 10].join(", ");
        format!("a{0}: &a{0} [{aliases}]", level + 1)
    };
    let first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]".to_owned();
    let lines: Vec<String> = std::iter::once(first).chain((0..9).map(multiply)).collect();
    let bomb = lines.join("\n");
    assert!(fault(&bomb).0.contains("excessive aliasing"));
    assert!(load(&"[".repeat(100_000)).is_err());
    let deep: Vec<String> = (0..1000).map(|level| " ".repeat(level) + "a:").collect();
    assert!(fault(&deep.join("\n")).0.contains("exceeded max depth of 200"));
    assert!(load("a: &a [*a]\n").is_err());
}

#[test]
fn literal_blocks_have_exact_places() {
    for header in ["|", "|-", "|+", "|2", "|2-", "| # note"] {
        let yaml = format!("é: 1\nrego: {header}\n  package p\n\n  x {{ é }}\nlast: 1\n");
        assert_eq!(place_of(&yaml, "é }"), ((5, 7), true), "{header}");
    }
    let windows = "rego: |\r\n  package p\r\n  q { r }\r\n";
    assert_eq!(place_of(windows, "r }"), ((3, 7), true));
    let blank = "rego: !!str &rego |\n\n  \n  package p\n  q\n";
    assert_eq!(place_of(blank, "q"), ((5, 3), true));
    let indented = "rego: |2\n    package p\n  q\n";
    assert_eq!(place_of(indented, "package"), ((2, 5), true));
}

#[test]
fn other_scalars_have_the_place_of_a_line_or_of_their_start() {
    assert_eq!(place_of("a: 1\nrego: package p\n", "p\u{61}"), ((2, 7), true));
    assert_eq!(place_of("rego: \"package p\"\n", "p"), ((1, 8), true));
    assert_eq!(place_of("rego: \"package p\\nq = 1\"\n", "q"), ((1, 7), false));
    assert_eq!(place_of("rego: >\n  package\n  p\n\n  q\n", "q"), ((5, 3), true));
    assert_eq!(place_of("rego: >\n  package p\n\n    q {\n      r }\n", "r }"), ((5, 7), true));
    assert_eq!(place_of("rego: >\n  package p\n\n  q {\n  r }\n", "r }"), ((4, 3), false));
}

#[test]
fn gator_reads_only_true_and_false_as_booleans() {
    let arena = ferrego_runtime::Arena::new();
    let node = one("[yes, no, y, On, true, False, 1, \"true\", 2001-01-01]");
    let value = |dialect| node.value_in(&arena, dialect).expect("a value").to_string();
    let kubernetes = "[true, false, true, true, true, false, 1, \"true\", \"2001-01-01\"]";
    assert_eq!(value(Dialect::Kubernetes), kubernetes);
    let gator =
        "[\"yes\", \"no\", \"y\", \"On\", true, false, 1, \"true\", \"2001-01-01T00:00:00Z\"]";
    assert_eq!(value(Dialect::Gator), gator);
}

#[test]
fn spans_are_ranges_of_characters_of_the_text() {
    for text in [
        "a: 1",
        "- b: |\n    c",
        "a:\n- b",
        "[a",
        "'a",
        "a: *b",
        "\u{feff}\u{feff}a: 1",
        "a: \u{7f}é",
    ] {
        let span = load(text).map_or_else(|fault| fault.span, |nodes| nodes[0].span);
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} of {text:?}");
    }
}
