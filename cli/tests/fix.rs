//! `ferrego fix`: safe fixes in Rego and in templates.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::{Project, template};

const MODULE: &str = "\
package p

import data.lib.a
import data.lib.b # why

# Images.
q { re_match(\"^a\", input.images[i]) } # end
f(x, y) = x
r = f(1, 2)
s = set_diff(input.a, input.b)
";
const FIXED: &str = "\
package p

# Images.
q { regex.match(\"^a\", input.images[_]) } # end
f(x, _) = x
r = f(1, 2)
s = set_diff(input.a, input.b)
";
/// The target of a template of the kind `Names`.
const TARGET: &str = "    rego: |-
      package names
      import data.lib.text # kept
      import data.lib.other
      violation[{\"msg\": \"no\"}] {
        text.fits(input.review.object.metadata.name)
      }

    libs:
    - |
      package lib.text
      fits(name) { re_match(\"a\", name) }
";

fn names() -> String {
    template("Names", TARGET)
}

fn read(project: &Project, name: &str) -> String {
    fs::read_to_string(project.path().join(name)).expect("a file")
}

#[test]
fn safe_fixes_are_applied_and_others_are_not() {
    let project = Project::new(&[("p.rego", MODULE)]);
    let run = |arguments: &[&str]| {
        project.run(&[&["fix", "--v0-compatible", "p.rego"], arguments].concat())
    };
    assert_eq!(run(&["--check"]), (1, "p.rego\n".to_owned(), String::new()));
    let (status, diff, errors) = run(&["--diff"]);
    assert_eq!((status, &*errors), (0, ""));
    assert!(diff.contains("\n-f(x, y) = x\n") && diff.contains("\n+f(x, _) = x\n"), "{diff}");
    assert_eq!(read(&project, "p.rego"), MODULE);
    assert_eq!(run(&[]), (0, String::new(), String::new()));
    assert_eq!(read(&project, "p.rego"), FIXED);
    assert_eq!(run(&["--check"]), (0, String::new(), String::new()));
}

#[test]
fn fixes_of_allowed_lints_are_not_applied() {
    let project = Project::new(&[("p.rego", "package p\nimport data.a\nq := 1\n")]);
    assert_eq!(project.run(&["fix", "--check", "-A", "unused-import", "p.rego"]).0, 0);
    assert_eq!(project.run(&["fix", "--check", "p.rego"]).0, 1);
}

#[test]
fn the_yaml_around_stays() {
    let text = names();
    let project = Project::new(&[("t.yaml", &text)]);
    let fixed =
        text.replace("      import data.lib.other\n", "").replace("re_match", "regex.match");
    assert_eq!(project.run(&["fix", "t.yaml"]), (0, String::new(), String::new()));
    assert_eq!(read(&project, "t.yaml"), fixed);
    assert_eq!(project.run(&["fix", "--check", "t.yaml"]).0, 0);
}

#[test]
fn a_policy_with_faults_stays() {
    let broken = names().replace("text.fits(", "text.fits(nothing, ");
    let project = Project::new(&[("t.yaml", &broken)]);
    let (status, _, errors) = project.run(&["fix", "t.yaml"]);
    assert_eq!(status, 1);
    assert!(errors.contains("t.yaml:13:"), "{errors}");
    assert_eq!(read(&project, "t.yaml"), broken);
}

#[test]
fn standard_input_is_not_read() {
    let (status, _, error) = Project::new(&[("a.rego", MODULE)]).run(&["fix", "-"]);
    assert_eq!((status, error.contains("found `-`")), (2, true), "{error}");
}

#[test]
fn a_builtin_is_not_replaced_by_one_that_is_hidden() {
    // With this import, `regex.match` would be a function of the policy.
    let text = "package p\nimport data.own.regex\nq { re_match(\"a\", input.x) }\nr = regex.y\n";
    let own = "package own.regex\nmatch(_, _) = true\ny = 1\n";
    let project = Project::new(&[("p.rego", text), ("own.rego", own)]);
    let (status, _, errors) = project.run(&["fix", "--v0-compatible", "p.rego", "own.rego"]);
    assert_eq!((status, &*errors), (0, ""));
    assert_eq!(read(&project, "p.rego"), text);
    let (_, _, warnings) = project.run(&["check", "--v0-compatible", "p.rego", "own.rego"]);
    assert!(warnings.contains("help: rename `regex`, which hides the builtin"), "{warnings}");
}

#[test]
fn a_broken_policy_does_not_keep_the_fixes_of_others() {
    let broken = "package q\nq { \n";
    let project = Project::new(&[("t.yaml", &*names()), ("q.rego", broken)]);
    let (status, _, errors) = project.run(&["fix", "."]);
    assert_eq!(status, 1);
    assert!(errors.contains("q.rego:"), "{errors}");
    assert!(!read(&project, "t.yaml").contains("data.lib.other"));
    assert_eq!(read(&project, "q.rego"), broken);
}

#[test]
fn the_comments_of_an_import_go_with_it() {
    let text = "package p\n\n# about a\nimport data.a # why\n\nq := 1\n";
    let project = Project::new(&[("p.rego", text)]);
    assert_eq!(project.run(&["fix", "p.rego"]), (0, String::new(), String::new()));
    assert_eq!(read(&project, "p.rego"), "package p\n\nq := 1\n");
}
