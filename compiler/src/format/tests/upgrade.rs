//! Modules that are rewritten to v1.

use super::super::upgrade;
use crate::source::{RegoVersion, Source};

fn upgraded(text: &str) -> Result<String, String> {
    upgrade(&Source::new("p.rego", text, RegoVersion::V0)).map_err(|faults| faults.to_string())
}

#[test]
fn rules_get_the_syntax_of_v1() {
    for (before, after) in [
        ("p { true }", "p := true"),
        ("p = 1", "p := 1"),
        ("default p = 1", "default p := 1"),
        ("p { x }", "p if x"),
        ("p[x] { x := 1 }", "p contains x if x := 1"),
        ("p[x] = 1 { x := 1 }", "p[x] := 1 if x := 1"),
        ("p.q[x] { x := 1 }", "p.q[x] if x := 1"),
        ("f(1)", "f(1) := true"),
        ("f(x) { x } { not x }", "f(x) if x\n\nf(x) if not x"),
        ("p { x } else = 2 { y }", "p if x\n\nelse := 2 if y"),
        ("p { {1} }", "p if {\n\t{1}\n}"),
        ("p { input.in }", "p if input.in"),
    ] {
        let expected = format!("package a\n\n{after}\n");
        assert_eq!(upgraded(&format!("package a\n{before}\n")), Ok(expected), "{before}");
    }
}

#[test]
fn imports_stay_if_v1_needs_them() {
    for (before, after) in [
        ("import future.keywords.in\n\np { 1 in x }", "p if 1 in x"),
        ("import rego.v1\n\np if x", "p if x"),
        ("import future.keywords\n\np { x }", "p if x"),
        ("import future.keywords\n\np { not x }", "import future.keywords\n\np if not x"),
        ("import future.keywords.not\n\np { not x }", "import future.keywords.not\n\np if not x"),
        ("import future.keywords.not\n\np { x }", "p if x"),
        ("import future.keywords.or\n\np { x or y }", "import future.keywords.or\n\np if x or y"),
    ] {
        let expected = format!("package a\n\n{after}\n");
        assert_eq!(upgraded(&format!("package a\n\n{before}\n")), Ok(expected), "{before}");
    }
}

#[test]
fn names_that_are_keywords_in_v1_are_faults() {
    for module in [
        "in = 1",
        "every(x) { x }",
        "p { if := 1; if }",
        "p { some contains; x[contains] }",
        "p { contains.x }",
        "f(in) = 1",
        "import data.every\np = 1",
        "import data.x as if\np = 1",
    ] {
        let error = upgraded(&format!("package a\n{module}\n")).unwrap_err();
        assert!(error.contains("is a keyword in v1"), "{module}: {error}");
    }
    assert!(upgraded("package a\np { contains(\"ab\", \"a\") }\n").is_ok());
}

#[test]
fn comments_between_tokens_stay_where_v1_keeps_them_or_move_before_the_rule() {
    for (before, after) in [
        (
            "p := # a\n# b\n input.x { # c\n\tinput.y # d\n} # e",
            "# a\n# b\n# c\n# d\np := input.x if {\n\tinput.y\n}\n\n# e",
        ),
        (
            "q { y } # stays\n\np { f(input.xs[ # a\n\t# b\n\t_], # c\n\t1) # d\n}",
            "q if y # stays\n\np if f(\n\tinput.xs[_], # a\n\t# b\n\t# c\n\t1, # d\n)",
        ),
    ] {
        let expected = format!("package a\n\n{after}\n");
        let source = format!("package a\n\nimport future.keywords.in\n\n{before}\n");
        assert_eq!(upgraded(&source), Ok(expected), "{before}");
    }
}
