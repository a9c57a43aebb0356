use crate::ast::Rule;
use crate::parse;
use crate::source::{RegoVersion, SourceId};

fn rule(text: &str) -> Rule {
    let text = format!("package test\n{text}");
    parse::module(SourceId(0), &text, RegoVersion::V1).unwrap().rules.remove(0)
}

#[test]
fn prints_single_terms() {
    for text in [
        "(1 + 2) * {\"a\": [x | x := y[_]]}",
        "[(a | b), c | d]",
        "f(x, (k, v in y))",
        "(a | b)[_]",
    ] {
        assert_eq!(super::term(&parse::term(text).unwrap()), text);
    }
}

#[test]
fn prints_single_literals() {
    for text in [
        "some k, v in input.x",
        "not f(x) with input.a as 1 with data.b as y",
        "x := -y.z",
        "every k, v in xs {\n\tk == v\n\tv\n}",
    ] {
        let rule = rule(&format!("p if {{\n{text}\n}}"));
        assert_eq!(super::literal(&rule.bodies[0].literals[0]), text);
    }
}

#[test]
fn prints_single_rules() {
    for text in [
        "f(x, [y, _]) := z if {\n\tz := x + y\n} else := 1 if {\n\tnot x\n}",
        "a.b[c] contains {\"k\": c} if {\n\tsome c in d\n}",
        "default p := {1, 2}",
        "p if {\n\t(a | b)\n\tc;\n\t-1 == d\n}",
    ] {
        assert_eq!(super::rule(&rule(text)), text);
    }
}

#[test]
fn prints_negated_groups() {
    let text = "package test\n\nimport rego.v2\n\np if {\n\tnot (a or b)\n\tnot a and b\n}\n";
    let module = parse::module(SourceId(0), text, RegoVersion::V1).unwrap();
    assert_eq!(super::module(&module), text);
}
