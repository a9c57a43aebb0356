use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::TempDir;

use super::inputs::Inputs;
use super::{Build, Error, output};
use crate::pipeline::Generated;

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

      violation[{\"msg\": \"no owner\"}] {
        not input.review.object.metadata.labels.owner
      }
";

/// A folder with files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<String> = entries.map(|entry| name(entry.expect("an entry"))).collect();
    names.sort_unstable();
    names
}

#[test]
fn folders_give_their_policies_and_are_watched() {
    let folder = folder(&[
        ("b.rego", "package b"),
        ("b_test.rego", "package b"),
        ("a.yaml", "x: 1"),
        ("sub/c.yml", "y: 1"),
        ("notes.txt", "-"),
    ]);
    let root = folder.path().to_owned();
    let named = root.join("b.rego");
    let (inputs, result) = Inputs::read(&[named.clone(), root.clone()]);
    assert!(result.is_ok());
    let files: Vec<(PathBuf, bool)> =
        inputs.files.iter().map(|file| (file.path.clone(), file.named)).collect();
    let expected = [(named, true), (root.join("a.yaml"), false), (root.join("sub/c.yml"), false)];
    assert_eq!(files, expected);
    assert!(inputs.watched.contains(&root) && inputs.watched.contains(&root.join("sub")));
}

#[test]
fn unreadable_inputs_are_errors_that_name_the_file() {
    let folder = folder(&[("x.txt", ""), ("bad.rego", "")]);
    let error = |name: &str| {
        let (inputs, result) = Inputs::read(&[folder.path().join(name)]);
        assert!(inputs.watched.contains(&folder.path().join(name)));
        result.expect_err("an error").to_string()
    };
    fs::write(folder.path().join("bad.rego"), b"package \xff").expect("written");
    assert!(error("x.txt").ends_with("x.txt: neither .yaml, .yml nor .rego"));
    assert!(error("none.rego").contains("none.rego"));
    assert!(error("bad.rego").ends_with("bad.rego: not UTF-8 at byte 8"));
}

#[test]
fn a_build_writes_each_policy_and_the_index() {
    let folder = folder(&[
        ("policies/t.yaml", TEMPLATE),
        ("policies/constraint.yaml", "kind: NeedsOwner"),
        ("x.rego", "package x\n\nallow if input.ok"),
    ]);
    let out = folder.path().join("out");
    let build = Build::new()
        .template(folder.path().join("policies"))
        .rego(folder.path().join("x.rego"))
        .entrypoint("data.x.allow")
        .out_dir(&out);
    build.compile().expect("a build");
    assert_eq!(names(&out), ["modules.rs", "needsowner.rs", "policies.rs"]);
    let index = fs::read_to_string(out.join("policies.rs")).expect("the index");
    let includes: Vec<&str> = index.lines().filter(|line| line.contains("include!")).collect();
    assert_eq!(
        includes,
        ["::core::include!(\"needsowner.rs\");", "::core::include!(\"modules.rs\");"]
    );
    let rust = fs::read_to_string(out.join("needsowner.rs")).expect("the policy");
    assert!(rust.contains("data.needsowner.violation"), "{rust}");
}

#[test]
fn errors_of_all_files_are_shown_with_their_lines_and_nothing_is_written() {
    let broken = TEMPLATE.replace("not input", "not := input").replace("needsowner", "other");
    let broken = broken.replace("NeedsOwner", "Other");
    let folder = folder(&[("p/a.yaml", &broken), ("p/b.yaml", TEMPLATE), ("p/c.yaml", TEMPLATE)]);
    let out = folder.path().join("out");
    let result = Build::new().template(folder.path().join("p")).out_dir(&out).compile();
    let text = result.expect_err("errors").to_string();
    assert!(
        text.contains("c.yaml:3:18") && text.contains("duplicate ConstraintTemplate `needsowner`"),
        "{text}"
    );
    assert!(text.contains("rego_parse_error") && text.contains("a.yaml:12:"), "{text}");
    assert!(text.contains("not := input.review"), "{text}");
    assert!(!out.exists());
}

#[test]
fn unknown_entry_points_and_empty_builds_are_errors() {
    let folder =
        folder(&[("x.rego", "package x\n\nallow if input.ok\n\nf(x) := x"), ("e/n.txt", "")]);
    let build = |entry: &str| {
        let build = Build::new().rego(folder.path().join("x.rego")).entrypoint(entry);
        build.out_dir(folder.path().join("out")).compile().expect_err("an error").to_string()
    };
    for entry in ["data.x.deny", "x.allow", "data.x.f", "data"] {
        let text = build(entry);
        assert!(text.contains(&format!("{entry} is no rule of the modules")), "{text}");
        assert!(text.contains("the modules define data.x.allow"), "{text}");
    }
    let empty = Build::new().template(folder.path().join("e")).compile();
    assert!(matches!(empty, Err(Error::NoInput)));
}

#[test]
fn files_are_written_only_where_they_change() {
    let folder = folder(&[]);
    let policy = |rust: &str| [Generated { rust: rust.to_owned(), module: "p".to_owned() }];
    let write = |rust: &str| {
        output::write_policies(folder.path(), &policy(rust), "::rt").expect("written");
    };
    let path = folder.path().join("p.rs");
    let old = SystemTime::UNIX_EPOCH;
    write("// one");
    fs::File::options().write(true).open(&path).expect("open").set_modified(old).expect("set");
    write("// one");
    let modified = || fs::metadata(&path).expect("there").modified().expect("a time");
    assert_eq!(modified(), old);
    write("// two");
    assert_ne!(modified(), old);
    assert_eq!(names(folder.path()), ["p.rs", "policies.rs"]);
}
