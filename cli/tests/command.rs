//! The command line interface: output, written files and exit status.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::Project;

const TEMPLATE: &str = "\
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: needsowner}
spec:
  crd: {spec: {names: {kind: NeedsOwner}}}
  targets:
  - target: admission.k8s.gatekeeper.sh
    rego: |
      package needsowner

      violation[{\"msg\": msg}] {
        object := input.review.object
        not object.metadata.labels[input.parameters.label]
        msg := sprintf(\"%s has no label %s\", [object.metadata.name, input.parameters.label])
      }
";

#[test]
fn compile_writes_the_policies_and_prints_their_files() {
    let project = Project::new(&[("t.yaml", TEMPLATE.as_bytes())]);
    let (status, out, err) = project.run(&["compile", "t.yaml", "-o", "out"]);
    assert_eq!((status, &*err), (0, ""));
    let lines: Vec<&str> = out.lines().collect();
    let expected = ["needs_owner.rs", "policies.rs"].map(|name| Path::new("out").join(name));
    assert_eq!(lines, expected.map(|path| path.display().to_string()));
    let rust = fs::read_to_string(project.path().join("out/needs_owner.rs")).expect("the Rust");
    assert!(rust.contains("use ::ferrego_runtime::codegen_support"), "{rust}");
    let renamed = ["compile", "t.yaml", "-o", "out", "--runtime", "::rt"];
    assert_eq!(project.run(&renamed).0, 0);
    let rust = fs::read_to_string(project.path().join("out/needs_owner.rs")).expect("the Rust");
    assert!(rust.contains("use ::rt::codegen_support"), "{rust}");
}

#[test]
fn errors_in_the_policy_are_status_1_and_write_nothing() {
    let broken = TEMPLATE.replace("msg := sprintf", "msg := sprint");
    let project = Project::new(&[("t.yaml", broken.as_bytes())]);
    for arguments in [
        &["check", "t.yaml"][..],
        &["plan", "t.yaml"],
        &["compile", "t.yaml", "-o", "out"],
        &["eval", "-t", "t.yaml"],
    ] {
        let (status, out, err) = project.run(arguments);
        assert_eq!((status, &*out), (1, ""), "{err}");
        assert!(err.starts_with("error[rego_type_error]: undefined function sprint\n"), "{err}");
        assert!(err.contains("--> t.yaml:14:16\n"), "{err}");
        assert!(err.contains("14 |         msg := sprint("), "{err}");
    }
    assert!(!project.path().join("out").exists());
}

#[test]
fn wrong_usage_and_unreadable_files_are_status_2() {
    let project = Project::new(&[
        ("t.yaml", TEMPLATE.as_bytes()),
        ("x.rego", b"\xff"),
        ("r.json", b"{}"),
        ("r.txt", b"{}"),
    ]);
    for arguments in [
        &[][..],
        &["check"],
        &["compile", "t.yaml"],
        &["check", "none.yaml"],
        &["check", "r.txt"],
        &["check", "x.rego"],
        &["eval", "-i", "r.json"],
        &["eval", "-t", "t.yaml", "-d", "x.rego"],
        &["eval", "-t", "t.yaml", "-i", "none.json"],
        &["eval", "-t", "t.yaml", "-i", "t.yaml"],
        &["eval", "count(data)"],
        &["eval", "-d", "none", "data.x"],
        &["eval", "1", "-q", "2"],
        &["eval", "-t", "t.yaml", "-i", "r.json", "-p", "r.json"],
        &["eval", "-t", "t.yaml", "-i", "v.json", "-p", "l.json"],
        &["eval", "-t", "t.yaml", "-i", "v.json", "-p", "c.json"],
    ] {
        let (status, out, err) = project.run(arguments);
        assert_eq!((status, &*out), (2, ""), "{arguments:?}: {err}");
        assert!(!err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn check_and_plan_print_what_they_found() {
    let project = Project::new(&[
        ("t.yaml", TEMPLATE.as_bytes()),
        ("x.rego", b"package x\n\nallow if input.ok\n"),
    ]);
    let (status, out, _) = project.run(&["check", "t.yaml", "x.rego"]);
    assert_eq!((status, &*out), (0, "2 policies checked, 2 warnings\n"));
    let (status, out, _) = project.run(&["plan", "t.yaml"]);
    assert_eq!(status, 0);
    assert!(out.starts_with("# needsowner\n") && out.contains("violation"), "{out}");
}

#[test]
fn plan_runs_the_chosen_passes() {
    let project = Project::new(&[(
        "x.rego",
        b"package x\n\nallow if { name := input.name; name == \"a\" }\n",
    )]);
    let plan = |passes: &[&str]| {
        let (status, out, _) = project.run(&[&["plan", "x.rego"], passes].concat());
        assert_eq!(status, 0, "{passes:?}");
        out
    };
    let (all, none) = (plan(&[]), plan(&["--passes", "none"]));
    assert_ne!(all, none);
    assert_eq!(plan(&["--passes", "projection,memoize"]), all);
    assert_eq!(plan(&["--passes", "fuse_loops"]), none);
    let (status, _, errors) = project.run(&["plan", "x.rego", "--passes", "inline"]);
    assert_eq!(status, 2);
    assert!(errors.contains("inline_single_use"), "{errors}");
    let (_, help, _) = project.run(&["plan", "--help"]);
    assert!(help.contains("memoize:"), "{help}");
}
