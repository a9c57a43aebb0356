use super::super::document::format_document;

const HEAD: &str = "apiVersion: templates.gatekeeper.sh/v1 # a comment\nkind: ConstraintTemplate\nspec:\n  targets:\n";

fn file(targets: &str) -> String {
    format!("{HEAD}{targets}")
}

/// Checks that the file with `before` is formatted to the file with `after`, without warnings.
#[track_caller]
fn formats(before: &str, after: &str) {
    let formatted = format_document("t.yaml", &file(before)).unwrap();
    assert_eq!(formatted.text, file(after));
    assert!(formatted.warnings.is_empty(), "{:?}", formatted.warnings);
    let again = format_document("t.yaml", &formatted.text).unwrap();
    assert_eq!(again.text, formatted.text);
}

#[test]
fn only_the_lines_of_the_block_change() {
    for header in ["|", "|-", "|+", "| # note", "|2", "|2-", "|-2 # note"] {
        formats(
            &format!(
                "  - rego: {header}\n      package a\n      p{{x;y}}\n\n\n    target: t # x\n"
            ),
            &format!(
                "  - rego: {header}\n      package a\n\n      p {{\n      \tx\n      \ty\n      }}\n\n\n    target: t # x\n"
            ),
        );
    }
}

#[test]
fn libraries_and_code_are_formatted_in_their_version() {
    formats(
        "  - libs:\n    - |\n      package lib.a\n      p{x}\n    -   |-\n          package lib.b\n          q = 1\n          r{x}\n    rego: |\n     package a\n     p = 1\n",
        "  - libs:\n    - |\n      package lib.a\n\n      p {\n      \tx\n      }\n    -   |-\n          package lib.b\n\n          q = 1\n\n          r {\n          \tx\n          }\n    rego: |\n     package a\n\n     p = 1\n",
    );
    formats(
        "  - code:\n    - engine: Rego\n      source:\n        version: v1\n        libs:\n        - |\n          package lib.a\n          p=1\n        rego: |\n          package a\n          p if{x}\n    - engine: K8sNativeValidation\n      source: {rego: \"p{\"}\n",
        "  - code:\n    - engine: Rego\n      source:\n        version: v1\n        libs:\n        - |\n          package lib.a\n\n          p := 1\n        rego: |\n          package a\n\n          p if x\n    - engine: K8sNativeValidation\n      source: {rego: \"p{\"}\n",
    );
}

#[test]
fn line_ends_stay() {
    formats(
        "  - rego: |\r\n      package a\r\n      p{x}\r\n    target: t\r\n",
        "  - rego: |\r\n      package a\r\n\r\n      p {\r\n      \tx\r\n      }\r\n    target: t\r\n",
    );
    formats(
        "  - rego: |\n      package a\n      p{x}",
        "  - rego: |\n      package a\n\n      p {\n      \tx\n      }",
    );
}

#[test]
fn other_documents_stay() {
    let template = |rego: &str| file(&format!("  - rego: |\n      package a\n{rego}"));
    let other = "a:   {b: c} # no template\n--- # note\nkind:  Pod\nx: {{ .Values.y }}\n---\n";
    let before = format!("{other}{}---\n{}", template("      p{x}\n"), template("      q{x}\n"));
    let after = format!(
        "{other}{}---\n{}",
        template("\n      p {\n      \tx\n      }\n"),
        template("\n      q {\n      \tx\n      }\n")
    );
    assert_eq!(format_document("t.yaml", &before).unwrap().text, after);
}

#[test]
fn rego_outside_of_literal_blocks_stays_with_a_warning() {
    for scalar in ["\"package a\\np{x}\"", ">\n      package a\n\n      p{x}", "'package a;p{x}'"] {
        let text = file(&format!("  - rego: {scalar}\n"));
        match format_document("t.yaml", &text) {
            Ok(formatted) => {
                assert_eq!(formatted.text, text);
                assert_eq!(formatted.warnings.len(), 1, "{scalar}");
                assert_eq!(formatted.warnings[0].place(), "t.yaml:5:11");
            }
            // The quoted module on one line has a fault.
            Err(faults) => assert!(scalar.starts_with('\''), "{faults:?}"),
        }
    }
}

#[test]
fn faults_have_their_place_in_the_file() {
    let text = format!("a: 1\n---\n{}", file("  - rego: |\n      package a\n      p {\n"));
    let faults = format_document("t.yaml", &text).unwrap_err();
    assert_eq!(faults[0].place(), "t.yaml:10:1");
    let faults = format_document("t.yaml", "kind: ConstraintTemplate\na: [\n").unwrap_err();
    assert!(faults[0].place().starts_with("t.yaml:"), "{faults:?}");
}
