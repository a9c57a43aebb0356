//! `ferrego fmt`: files in place, `--check`, `--diff` and standard input.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::Project;

const UGLY: &str = "package a\np{x}\n";
const NEAT: &str = "package a\n\np {\n\tx\n}\n";
const TEMPLATE: &str = "\
# A template.
kind: ConstraintTemplate
spec:
  targets:
  - rego: |
      package a
      p{x}   # end
    libs: [\"package lib.a\\nq{x}\"]
---
kind:   Pod
";
const NEAT_TEMPLATE: &str = "\
# A template.
kind: ConstraintTemplate
spec:
  targets:
  - rego: |
      package a

      p { # end
      \tx
      }
    libs: [\"package lib.a\\nq{x}\"]
---
kind:   Pod
";

fn project() -> Project {
    Project::new(&[
        ("policies/a.rego", UGLY),
        ("policies/a_test.rego", UGLY),
        ("policies/b.yaml", TEMPLATE),
        ("policies/neat.rego", NEAT),
    ])
}

fn read(project: &Project, name: &str) -> String {
    fs::read_to_string(project.path().join(name)).expect("a file")
}

#[test]
fn files_are_formatted_in_place() {
    let project = project();
    let (status, out, errors) = project.run(&["fmt", "--v0-compatible", "policies"]);
    let warning = "\
warning[ferrego_unsupported]: the Rego in this scalar is left as it is
 --> policies/b.yaml:8:12
  |
8 |     libs: [\"package lib.a\\nq{x}\"]
  |            ^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write the Rego as a literal block, which begins with `|`
";
    assert_eq!((status, &*out, &*errors), (0, "", warning));
    assert_eq!(read(&project, "policies/a.rego"), NEAT);
    assert_eq!(read(&project, "policies/a_test.rego"), NEAT);
    assert_eq!(read(&project, "policies/b.yaml"), NEAT_TEMPLATE);
    let (status, out, _) = project.run(&["fmt", "--v0-compatible", "--check", "policies"]);
    assert_eq!((status, &*out), (0, ""));
}

#[test]
fn check_lists_files_and_writes_nothing() {
    let project = project();
    let (status, out, _) = project.run(&["fmt", "--v0-compatible", "--check", "policies"]);
    assert_eq!((status, &*out), (1, "policies/a.rego\npolicies/a_test.rego\npolicies/b.yaml\n"));
    assert_eq!(read(&project, "policies/a.rego"), UGLY);
}

#[test]
fn diff_prints_and_writes_nothing() {
    let project = project();
    let arguments = ["fmt", "--v0-compatible", "--diff", "policies/a.rego"];
    let expected = "\
--- a/policies/a.rego
+++ b/policies/a.rego
@@ -1,2 +1,5 @@
 package a
-p{x}
+
+p {
+\tx
+}
";
    let (status, out, errors) = project.run(&arguments);
    assert_eq!((status, &*out, &*errors), (0, expected, ""));
    assert_eq!(project.run(&[&arguments[..], &["--check"]].concat()).0, 1);
    assert_eq!(read(&project, "policies/a.rego"), UGLY);
}

#[test]
fn a_file_with_errors_stays_and_the_others_are_formatted() {
    let broken = "package a\np {\n";
    let project = Project::new(&[("broken.rego", broken), ("good.rego", "package a\np:=1\n")]);
    let (status, out, errors) = project.run(&["fmt", "broken.rego", "good.rego"]);
    assert_eq!((status, &*out), (1, ""));
    assert!(errors.starts_with("error[rego_parse_error]"), "{errors}");
    assert!(errors.contains("broken.rego:3:1"), "{errors}");
    assert_eq!(read(&project, "broken.rego"), broken);
    assert_eq!(read(&project, "good.rego"), "package a\n\np := 1\n");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let project = Project::new::<&str>(&[]);
    let run = |arguments: &[&str], input: &str| {
        project.run_with(&[&["fmt"], arguments].concat(), input.as_bytes())
    };
    assert_eq!(run(&["--v0-compatible", "-"], UGLY), (0, NEAT.to_owned(), String::new()));
    assert_eq!(run(&["--v0-compatible", "--check", "-"], UGLY).1, "<stdin>\n");
    let (status, out, errors) = run(&["-"], UGLY);
    assert_eq!((status, &*out), (1, ""));
    assert!(errors.contains("`if` keyword is required"), "{errors}");
    assert_eq!(run(&["-", "other.rego"], UGLY).0, 2);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::new(&[("a.rego", UGLY)]);
    project.make_executable("a.rego");
    let link = project.path().join("link.rego");
    std::os::unix::fs::symlink("a.rego", &link).expect("a link");
    assert_eq!(project.run(&["fmt", "--v0-compatible", "link.rego"]).0, 0);
    assert_eq!(read(&project, "a.rego"), NEAT);
    assert!(fs::symlink_metadata(&link).expect("metadata").is_symlink());
    let mode = fs::metadata(project.path().join("a.rego")).expect("metadata").permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
}

#[test]
fn templates_in_a_list_are_formatted() {
    let list = "kind: List\nitems:\n- kind: ConstraintTemplate\n  spec:\n    targets:\n    - rego: |\n        package a\n        p{x}\n";
    let project = Project::new(&[("list.yaml", list)]);
    assert_eq!(project.run(&["fmt", "list.yaml"]), (0, String::new(), String::new()));
    let expected = list.replace("        p{x}\n", "\n        p {\n        \tx\n        }\n");
    assert_eq!(read(&project, "list.yaml"), expected);
}

#[test]
fn a_diff_has_the_line_ends_and_the_path_of_the_file() {
    let project = Project::new(&[("a.rego", "package a\r\np{x}\r\n")]);
    let (_, out, _) = project.run(&["fmt", "--v0-compatible", "--diff", "./a.rego"]);
    assert!(out.starts_with("--- a/a.rego\n+++ b/a.rego\n"), "{out}");
    assert!(out.contains("-p{x}\r\n"), "{out:?}");
}

#[test]
fn a_folder_without_policies_is_an_error() {
    let project = Project::new(&[("notes.txt", "none")]);
    assert_eq!(project.run(&["fmt", "--check", "."]).0, 2);
}

#[cfg(unix)]
#[test]
fn read_only_files_and_second_names_stay() {
    use std::os::unix::fs::PermissionsExt as _;

    let project = Project::new(&[("a.rego", UGLY), ("b.rego", UGLY)]);
    let path = |name: &str| project.path().join(name);
    fs::set_permissions(path("a.rego"), fs::Permissions::from_mode(0o444)).expect("permissions");
    let (status, _, errors) = project.run(&["fmt", "--v0-compatible", "a.rego"]);
    assert_eq!((status, errors.contains("read-only")), (2, true), "{errors}");
    assert_eq!(read(&project, "a.rego"), UGLY);
    fs::hard_link(path("b.rego"), path("c.rego")).expect("a link");
    assert_eq!(project.run(&["fmt", "--v0-compatible", "b.rego"]).0, 0);
    assert_eq!((read(&project, "b.rego"), read(&project, "c.rego")), (NEAT.into(), NEAT.into()));
}

#[test]
fn a_file_that_is_not_text_is_reported_and_the_others_are_formatted() {
    let files: [(&str, &[u8]); 2] =
        [("policies/a.rego", b"package a\n# \xff\n"), ("policies/b.rego", b"package b\np:=1\n")];
    let project = Project::new(&files);
    let (status, out, errors) = project.run(&["fmt", "policies"]);
    assert_eq!(
        (status, &*out, &*errors),
        (2, "", "error: policies/a.rego: not UTF-8 at byte 12\n")
    );
    assert_eq!(read(&project, "policies/b.rego"), "package b\n\np := 1\n");
    let (status, _, errors) = project.run(&["fmt", "policies/a.rego", "missing.rego"]);
    assert_eq!(status, 2);
    assert!(errors.contains("a.rego") && errors.contains("missing.rego"), "{errors}");
}

#[test]
fn a_template_on_standard_input_is_told_what_to_do() {
    let template = format!("apiVersion: templates.gatekeeper.sh/v1\n{TEMPLATE}");
    let project = Project::new::<&str>(&[]);
    let (status, out, errors) = project.run_with(&["fmt", "-"], template.as_bytes());
    let expected = "\
error: expected Rego on standard input, found YAML
 |
 = help: pass the path of a template: `ferrego fmt template.yaml`
";
    assert_eq!((status, &*out, &*errors), (2, "", expected));
}
