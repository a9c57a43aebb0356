//! Templates that are rewritten to v1.

use super::super::{upgrade, upgrade_document};

const HEAD: &str = "kind: ConstraintTemplate # a comment\nspec:\n  targets:\n";

/// Returns the rewritten file with these targets, without its head, and the warnings.
fn upgraded(targets: &str) -> (String, Vec<String>) {
    let head = if targets.contains("\r\n") { HEAD.replace('\n', "\r\n") } else { HEAD.to_owned() };
    let result = upgrade_document("t.yaml", &format!("{head}{targets}"), &mut upgrade).unwrap();
    let again = upgrade_document("t.yaml", &result.text, &mut upgrade).unwrap();
    assert_eq!(again.text, result.text);
    let rest = result.text.strip_prefix(&*head).unwrap().to_owned();
    let warning = |warning: &crate::diagnostics::Notice| {
        format!("{} {}", warning.place(), warning.message.rsplit(": ").next().unwrap())
    };
    (rest, result.warnings.iter().map(warning).collect())
}

#[track_caller]
fn becomes(before: &str, after: &str) {
    assert_eq!(upgraded(before), (after.to_owned(), Vec::new()));
}

#[test]
fn the_style_of_the_list_and_comments_stay() {
    becomes(
        "  - target: t # x\n    # why\n    rego: |- # y\n      package a\n      p[1]{true}\n\n    # the libraries\n    libs:\n    - |\n      package b\n    # end\n  other: 1\n",
        "  - target: t # x\n    # why\n    code:\n    - engine: Rego\n      source:\n        version: v1\n        rego: |- # y\n          package a\n\n          p contains 1\n\n        # the libraries\n        libs:\n        - |\n          package b\n    # end\n  other: 1\n",
    );
    becomes(
        "    - rego: |2\n        package a\n      target: t\n",
        "    - code:\n        - engine: Rego\n          source:\n            version: v1\n            rego: |2\n              package a\n      target: t\n",
    );
}

#[test]
fn fields_apart_are_joined_in_their_order() {
    becomes(
        "  - libs: []\n    target: t\n    # the policy\n    rego: |\n      package a\n      p = 1\n",
        "  - code:\n    - engine: Rego\n      source:\n        version: v1\n        libs: []\n        # the policy\n        rego: |\n          package a\n\n          p := 1\n    target: t\n",
    );
}

#[test]
fn line_ends_stay() {
    becomes(
        "  - target: t\r\n    rego: |\r\n      package a\r\n      p = 1\r\n",
        "  - target: t\r\n    code:\r\n    - engine: Rego\r\n      source:\r\n        version: v1\r\n        rego: |\r\n          package a\r\n\r\n          p := 1\r\n",
    );
}

#[test]
fn code_gets_its_version() {
    for (before, after) in [
        ("        rego: |", "        version: v1\n        rego: |"),
        ("        version: v0 # x\n        rego: |", "        version: v1 # x\n        rego: |"),
    ] {
        let file = |source: &str, rego: &str| {
            format!(
                "  - code:\n    - engine: Rego\n      source: # s\n{source}\n          package a\n{rego}    target: t\n"
            )
        };
        becomes(&file(before, "          p = 1\n"), &file(after, "\n          p := 1\n"));
    }
}

#[test]
fn other_yaml_stays_with_a_warning() {
    let block = "block mapping without anchors and aliases";
    for (targets, place, reason) in [
        ("  - {target: t, rego: \"package a\"}\n", "4:5", block),
        ("  - target: t\n    rego: &a |\n      package a\n", "5:", block),
        ("  - target: &a |\n      package a\n    rego: *a\n", "4:", block),
        ("  - &a\n    target: t\n    <<: {rego: \"package a\"}\n", "", block),
        ("  - target: t\n    rego: |\n      package a\n    libs: [\"package b\"]\n", "7:", block),
        ("  - target: t\n    rego: \"package a\"\n", "5:11", "Rego that is not a literal block"),
        (
            "  - target: t\n    rego: >\n      package a\n",
            "5:11",
            "Rego that is not a literal block",
        ),
        (
            "  - target: t\n    rego: |\n      package a\n    code: []\n",
            "5:11",
            "a target that has `rego` and `code`",
        ),
        ("  - code:\n    - engine: Rego\n      source: {rego: \"package a\"}\n", "6:", block),
    ] {
        let (text, warnings) = upgraded(targets);
        assert_eq!(text, targets);
        let [warning] = &warnings[..] else { panic!("{targets}{warnings:?}") };
        assert!(warning.contains(&format!("t.yaml:{place}")), "{targets}{warning}");
        assert!(warning.contains(reason), "{targets}{warning}");
    }
}

#[test]
fn templates_in_lists_are_rewritten() {
    let file = "kind: List\nitems:\n- kind: ConstraintTemplate\n  spec:\n    targets:\n    - rego: |\n        package a\n        p = 1\n";
    let result = upgrade_document("t.yaml", file, &mut upgrade).unwrap();
    assert!(result.text.ends_with("\n            p := 1\n"), "{}", result.text);
}
