//! `ferrego fix --v1`: v0 becomes v1, in Rego and in templates.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::Project;

/// The start of a template, before and after it is rewritten.
const HEAD: &str = "\
apiVersion: templates.gatekeeper.sh/v1 # a comment
kind: ConstraintTemplate
metadata: {name: names}
spec:
  crd: {spec: {names: {kind: Names}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      # The policy.
";
/// The target in v0.
const TARGET: &str = r#"      rego: |-
        package names
        import data.lib.text # kept
        import data.lib.other
        import future.keywords.in
        # Denies names.
        violation[{"msg": msg}] {
          name := input.review.object.metadata.name
          not text.fits(name)
          msg = sprintf("%v", [name])
        }

      # Libraries.
      libs:
      - |
        package lib.text
        import future.keywords.in
        fits(name) { re_match("a", name) } { name in {"x", "y"} }
      # End.
"#;
/// The target in v1.
const TARGET_V1: &str = r#"      code:
        - engine: Rego
          source:
            version: v1
            rego: |-
              package names

              import data.lib.text # kept

              # Denies names.
              violation contains {"msg": msg} if {
              	name := input.review.object.metadata.name
              	not text.fits(name)
              	msg = sprintf("%v", [name])
              }

            # Libraries.
            libs:
            - |
              package lib.text

              fits(name) if regex.match("a", name)

              fits(name) if name in {"x", "y"}
      # End.
"#;

fn template() -> String {
    [HEAD, TARGET].concat()
}

fn template_v1() -> String {
    [HEAD, TARGET_V1].concat()
}

fn read(project: &Project, name: &str) -> String {
    fs::read_to_string(project.path().join(name)).expect("a file")
}

#[test]
fn a_template_is_rewritten_with_its_libraries() {
    let project = Project::new(&[("t.yaml", &*template())]);
    let run = |arguments: &[&str]| project.run(&[&["fix", "--v1", "t.yaml"], arguments].concat());
    assert_eq!(run(&["--check"]), (1, "t.yaml\n".to_owned(), String::new()));
    let (status, diff, errors) = run(&["--diff"]);
    assert_eq!((status, &*errors), (0, ""));
    assert!(diff.contains("\n+            version: v1\n"), "{diff}");
    assert_eq!(read(&project, "t.yaml"), template());
    assert_eq!(run(&[]), (0, String::new(), String::new()));
    assert_eq!(read(&project, "t.yaml"), template_v1());
    assert_eq!(run(&["--check"]), (0, String::new(), String::new()));
    assert_eq!(project.run(&["check", "t.yaml"]).0, 0);
}

#[test]
fn modules_of_both_versions_are_one_policy() {
    let files = [
        ("old.rego", "package a\nimport data.b\np[x] { x := b.y }\n"),
        ("new.rego", "package b\ny := 1 if {\n  true   }\n"),
    ];
    let project = Project::new(&files);
    let paths = ["old.rego", "new.rego"];
    let run = |arguments: &[&str]| project.run(&[arguments, &paths].concat());
    assert_eq!(run(&["fix", "--v1"]), (0, String::new(), String::new()));
    assert_eq!(
        read(&project, "old.rego"),
        "package a\n\nimport data.b\n\np contains x if x := b.y\n"
    );
    assert_eq!(read(&project, "new.rego"), files[1].1);
    assert_eq!(run(&["fix", "--v1", "--check"]), (0, String::new(), String::new()));
    assert_eq!(run(&["check"]).0, 0);
}

#[test]
fn what_v1_refuses_stays_with_its_diagnostics() {
    let library = "package b\nq = 1\n";
    for (module, line, message) in [
        ("p = set_diff({1}, {2})", 2, "deprecated built-in function"),
        ("p { input := 1; input == 1 }", 2, "must not shadow input"),
        ("import data.b\nimport data.c.b\np = b", 3, "import must not shadow"),
        ("import data.unused\nif = 1", 3, "`if` is a keyword in v1"),
        ("p { every := 1; every == 1 }", 2, "`every` is a keyword in v1"),
    ] {
        let text = format!("package a\n{module}\n");
        let project = Project::new(&[("a.rego", &*text), ("b.rego", library)]);
        let (status, output, errors) = project.run(&["fix", "--v1", "a.rego", "b.rego"]);
        assert_eq!((status, &*output), (1, ""), "{module}");
        assert!(errors.contains(&format!("a.rego:{line}:")), "{module}\n{errors}");
        assert!(errors.contains(message), "{module}\n{errors}");
        assert_eq!(read(&project, "a.rego"), text);
        assert_eq!(read(&project, "b.rego"), library);
    }
}

#[test]
fn a_template_that_v1_refuses_does_not_keep_others() {
    let bad = template().replace("re_match(\"a\", name)", "set_diff({name}, {\"a\"})");
    let bad = bad.replace("{name: names}", "{name: others}").replace("kind: Names", "kind: Others");
    let project = Project::new(&[("t.yaml", &*template()), ("bad.yaml", &*bad)]);
    let (status, _, errors) = project.run(&["fix", "--v1", "t.yaml", "bad.yaml"]);
    assert_eq!(status, 1);
    assert!(errors.contains("bad.yaml:26:22"), "{errors}");
    assert_eq!(read(&project, "bad.yaml"), bad);
    assert_eq!(read(&project, "t.yaml"), template_v1());
}

#[test]
fn a_target_of_another_shape_stays_with_a_warning() {
    let start = HEAD.find("    - target").expect("a target");
    let flow = "    - {target: admission.k8s.gatekeeper.sh, rego: \"package a\\nviolation[{\\\"msg\\\": \\\"no\\\"}] { input.review }\"}\n";
    let text = format!("{}{flow}", &HEAD[..start]);
    let project = Project::new(&[("t.yaml", &text)]);
    let (status, output, errors) = project.run(&["fix", "--v1", "t.yaml"]);
    assert_eq!((status, &*output), (0, ""));
    assert!(errors.contains("warning") && errors.contains("t.yaml:7:7"), "{errors}");
    assert_eq!(read(&project, "t.yaml"), text);
}
