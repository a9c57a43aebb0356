//! Parses of texts that could be read in two ways.

use super::*;
use crate::ast::{HeadKind, Operand, TemplatePart};

fn sorted(text: &str) -> &'static str {
    match term(text).kind {
        TermKind::Array(_) => "array",
        TermKind::Object(_) => "object",
        TermKind::Set(_) => "set",
        TermKind::ArrayComprehension(_) => "array comprehension",
        TermKind::SetComprehension(_) => "set comprehension",
        TermKind::ObjectComprehension(_) => "object comprehension",
        _ => "other",
    }
}

#[test]
fn a_bar_after_the_first_term_starts_a_comprehension() {
    assert_eq!(sorted("[a | b]"), "array comprehension");
    assert_eq!(sorted("[a | b, c]"), "array");
    assert_eq!(sorted("[a | b,]"), "array");
    assert_eq!(sorted("[a | b, c in d]"), "array comprehension");
    assert_eq!(sorted("[a | b, c in d, e]"), "array");
    assert_eq!(sorted("[(a | b)]"), "array");
    assert_eq!(sorted("[a + 1 | b]"), "array");
    assert_eq!(sorted("[, a | b]"), "array");
    assert_eq!(sorted("{a | b}"), "set comprehension");
    assert_eq!(sorted("{a | b, c}"), "set");
    assert_eq!(sorted("{a: b | c}"), "object comprehension");
    assert_eq!(sorted("{a + 1: b | c}"), "object comprehension");
    assert_eq!(sorted("{a: b | c, d: e}"), "object");
    assert_eq!(sorted("{a: b | c,}"), "object");
    assert_eq!(sorted("{, a: b | c}"), "object");
    assert_eq!(sorted("{}"), "object");
    assert_eq!(sorted("set()"), "set");
}

#[test]
fn a_union_in_a_list_keeps_the_precedence_of_its_operators() {
    let TermKind::Array(elements) = term("[a | b == c, d]").kind else { panic!("no array") };
    assert_eq!(grouped(&elements[0]), "((a | b) == c)");
    assert_eq!(grouped(&elements[1]), "d");
}

#[test]
fn operators_bind_as_in_opa() {
    for (text, tree) in [
        ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
        ("a | b & c == d", "((a | (b & c)) == d)"),
        ("a == b == c", "((a == b) == c)"),
        ("a - b - c", "((a - b) - c)"),
        ("x in y == z", "(x in (y == z))"),
        ("k, v in xs", "(k, v in xs)"),
        ("k == 1, v in xs in ys", "(((k == 1), v in xs) in ys)"),
        ("a in b in c", "((a in b) in c)"),
        ("1 -2", "(1 - 2)"),
        ("1 - -2", "(1 - -2)"),
        ("-x.y * -f(1)", "(-x.y * -f(1))"),
        ("a % b / c", "((a % b) / c)"),
        ("(a | b)[_] > 1", "((a | b)[_] > 1)"),
    ] {
        assert_eq!(grouped(&term(text)), tree, "{text}");
    }
}

#[test]
fn commas_in_lists_separate_before_in() {
    let TermKind::Call(call) = term("f(x, y in z)").kind else { panic!("no call") };
    assert_eq!(call.arguments.len(), 2);
    assert_eq!(grouped(&call.arguments[1]), "(y in z)");
}

#[test]
fn numbers_keep_their_text() {
    for text in ["0", "-5", "1.50", "1e3", "1E-7", "123456789012345678901234567890", ".5"] {
        assert_eq!(term(text).kind, TermKind::Number(text.into()));
    }
    assert_eq!(term("-  5").kind, TermKind::Number("-5".into()));
    assert!(super::super::term("007").is_err());
    assert!(super::super::term("1e40000").is_err());
    assert!(super::super::term("0e40000").is_ok());
}

#[test]
fn escapes_in_strings() {
    for (text, value) in [
        (r#""a\n\u0041\"""#, "a\nA\""),
        (r#""\ud83d\ude00""#, "😀"),
        (r#""\ud83dx""#, "\u{fffd}x"),
        ("`a\\n\n`", "a\\n\n"),
    ] {
        assert_eq!(term(text).kind, TermKind::String(value.into()), "{text}");
    }
    assert!(super::super::term(r#""\u12""#).is_err());
    assert!(super::super::term(r#""\x""#).is_err());
}

#[test]
fn whitespace_ends_a_reference() {
    assert_eq!(body("x\n[1]\nf\n(1)").len(), 4);
    assert!(statements("p if { f (1) }", RegoVersion::V1).is_err());
    assert_eq!(body("x[1]\nx[ 1 ].y\nf( 1 )").len(), 3);
}

#[test]
fn a_newline_ends_a_literal_that_nothing_continues() {
    assert_eq!(body("x == 1\ny == 2").len(), 2);
    assert_eq!(body("x ==\n1").len(), 1);
    assert_eq!(body("x\n== 1").len(), 1);
    assert_eq!(body("x\n- 1").len(), 1);
    assert_eq!(body("x # comment\n# comment\n\ny; z").len(), 3);
    assert_eq!(body("x\nwith input as 1\nwith data.y as 2").len(), 1);
}

#[test]
fn carriage_returns_and_byte_order_marks() {
    let text = "\u{feff}package test\r\n# comment\r\np {\r\n\tx\r\n\ty\r\n}\r\n";
    let module = parse(text, RegoVersion::V0).unwrap();
    assert_eq!(module.comments[0].text.as_ref(), " comment");
    assert_eq!(module.rules[0].bodies[0].literals.len(), 2);
}

#[test]
fn braces_after_if_are_a_body_if_possible() {
    for text in ["p if {x}", "p if {x == 1}", "p if {x\ny}", "p if {k, v in xs}"] {
        let span = rule(text).bodies[0].span;
        assert_eq!(span.end - span.start, u32::try_from(text.len()).unwrap() - 5, "{text}");
        assert!(!matches!(
            rule(text).bodies[0].literals[0].kind,
            LiteralKind::Term(Term { kind: TermKind::Set(_), .. })
        ));
    }
    for text in
        ["p if {}", "p if {1: 2}", "p if {x | y}", "p if {x} == y", "p if {x}[y]", "p if {x} & y"]
    {
        assert_eq!(rule(text).bodies[0].literals.len(), 1, "{text}");
    }
}

#[test]
fn kinds_of_heads() {
    let kind = |text: &str, version| {
        let mut module = statements(text, version).unwrap();
        let head = module.rules.remove(0).head;
        let kind = match head.kind {
            HeadKind::Value(None) => "value",
            HeadKind::Value(Some(_)) => "assigned value",
            HeadKind::Function { .. } => "function",
            HeadKind::Set { contains: true, .. } => "contains",
            HeadKind::Set { contains: false, .. } => "set",
        };
        (kind, head.reference.operands.len())
    };
    let v0 = RegoVersion::V0;
    assert_eq!(kind("p[x] { x := 1 }", v0), ("set", 0));
    assert_eq!(kind("p.q { true }", v0), ("set", 0));
    assert_eq!(kind("p [x] { x := 1 }", v0), ("set", 0));
    assert_eq!(kind("p[1]", v0), ("set", 0));
    assert_eq!(kind("p[x] = y { y := x }", v0), ("assigned value", 1));
    assert_eq!(kind("p.q.r { true }", v0), ("value", 2));
    assert_eq!(kind("f(x)", v0), ("function", 0));
    assert_eq!(kind("default p = 1", v0), ("assigned value", 0));
    let v1 = RegoVersion::V1;
    assert_eq!(kind("p[x] if x := 1", v1), ("value", 1));
    assert_eq!(kind("p contains x if x := 1", v1), ("contains", 0));
    assert_eq!(kind("p.q contains 1", v1), ("contains", 1));
    assert_eq!(kind("a.b[c].d := 1 if c := 2", v1), ("assigned value", 3));
    assert_eq!(kind("a.f(x) := x", v1), ("function", 1));
}

#[test]
fn keywords_depend_on_version_and_imports() {
    let v0 = "in := 1\nif := 2\nevery { contains := in; contains == if }\n";
    assert_eq!(statements(v0, RegoVersion::V0).unwrap().rules.len(), 3);
    assert!(statements(v0, RegoVersion::V1).is_err());
    let imported = "import future.keywords.every\np { every x in [1] { x in [1] } }\nif := 1\n";
    assert_eq!(statements(imported, RegoVersion::V0).unwrap().rules.len(), 2);
    let late = "p { in := 1; in == 1 }\nimport future.keywords.in\nq { 1 in [1] }\n";
    assert_eq!(statements(late, RegoVersion::V0).unwrap().rules.len(), 2);
    let v1 =
        statements("import rego.v1\np contains x if some x in [1]\n", RegoVersion::V0).unwrap();
    assert_eq!(v1.version, RegoVersion::V1);
}

#[test]
fn keywords_are_names_in_references() {
    for text in
        ["input.if == 1", "data.foo.contains", "if.x == 1", "default[1]", "x\nin.y", "some[x]"]
    {
        assert!(!body(text).is_empty(), "{text}");
    }
    assert_eq!(body("x\nin.y").len(), 2);
    assert_eq!(rule("if.in.some := 1 if true").head.reference.operands.len(), 2);
    assert!(matches!(literal("contains(x, y)"), LiteralKind::Term(_)));
}

#[test]
fn not_takes_a_body_after_its_import() {
    let text = "import future.keywords.not\np if not { x; y }\nq if not x\n";
    let module = statements(text, RegoVersion::V1).unwrap();
    assert!(module.negates_bodies());
    assert!(matches!(module.rules[0].bodies[0].literals[0].kind, LiteralKind::NotBody(_)));
    assert!(matches!(module.rules[1].bodies[0].literals[0].kind, LiteralKind::Not(_)));
    for import in ["future.keywords", "rego.v2"] {
        let text = format!("import {import}\np if not {{ x; y }}\n");
        let module = statements(&text, RegoVersion::V0).unwrap();
        assert!(module.negates_bodies());
        assert!(matches!(module.rules[0].bodies[0].literals[0].kind, LiteralKind::NotBody(_)));
    }
}

#[test]
fn some_and_some_in() {
    let LiteralKind::Some(names) = literal("some x, y") else { panic!("no names") };
    assert_eq!(names.len(), 2);
    let LiteralKind::SomeIn { key: Some(_), .. } = literal("some x, \"y\" in z") else {
        panic!("no search with a key")
    };
    let LiteralKind::SomeIn { key: None, .. } = literal("some {\"x\": y} in z") else {
        panic!("no search")
    };
}

#[test]
fn template_strings_hold_terms_and_modifiers() {
    let TermKind::Template(parts) = term(r#"$"a\{{x}{y with input as 1}""#).kind else {
        panic!("no template")
    };
    assert!(matches!(&parts[0], TemplatePart::Text(text) if text.as_ref() == "a{"));
    assert!(matches!(parts[1], TemplatePart::Term(_)));
    assert!(matches!(parts[2], TemplatePart::With(_, _)));
    let TermKind::Template(parts) = term("$`a\n\\n{`}`}`").kind else { panic!("no template") };
    assert_eq!(parts.len(), 2);
    assert!(statements("p := $\"x\"", RegoVersion::V0).is_err());
}

#[test]
fn heads_of_references() {
    for text in
        ["(a | b)[_]", "(x)[0]", "[1][0]", "{1: 2}[1]", "f(x)[0].y", "set()[x]", "[x | y][0]"]
    {
        let TermKind::Ref(reference) = term(text).kind else { panic!("{text}") };
        assert!(matches!(reference.operands[0], Operand::Index(_)));
    }
    for text in ["(input.x)[_]", "(input)[0]", "\"a\"[0]", "1[0]", "(null)[0]", "f(1)(2)"] {
        assert!(super::super::term(text).is_err(), "{text}");
    }
}

#[test]
fn spans_are_byte_offsets() {
    let text = "package test\nimport future.keywords.in\n# ü\np { x := \"ü\"; f(x) in y }\n";
    let module = parse(text, RegoVersion::V0).unwrap();
    let slice = |span: crate::source::Span| &text[span.start as usize..span.end as usize];
    assert_eq!(slice(module.comments[0].span), "# ü");
    let rule = &module.rules[0];
    assert_eq!(slice(rule.span), "p { x := \"ü\"; f(x) in y }");
    assert_eq!(slice(rule.head.span), "p");
    let literals = &rule.bodies[0].literals;
    assert_eq!(slice(literals[0].span), "x := \"ü\"");
    let LiteralKind::Term(Term { kind: TermKind::In(member), span }) = &literals[1].kind else {
        panic!("no membership")
    };
    assert_eq!(slice(*span), "f(x) in y");
    assert_eq!(slice(member.value.span), "f(x)");
    let text = "package test\np { a.b[ c ].d[e](f)[g] with input[x] as (y) }\n";
    let module = parse(text, RegoVersion::V0).unwrap();
    let slice = |span: crate::source::Span| &text[span.start as usize..span.end as usize];
    let literal = &module.rules[0].bodies[0].literals[0];
    let LiteralKind::Term(Term { kind: TermKind::Ref(reference), span }) = &literal.kind else {
        panic!("no reference")
    };
    assert_eq!(slice(*span), "a.b[ c ].d[e](f)[g]");
    assert_eq!(slice(reference.head.span), "a.b[ c ].d[e](f)");
    let TermKind::Call(call) = &reference.head.kind else { panic!("no call") };
    assert_eq!(slice(call.function.span), "a.b[ c ].d[e]");
    assert_eq!(slice(literal.with[0].target.span), "input[x]");
    assert_eq!(slice(literal.with[0].value.span), "(y)");
}
