use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::TempDir;

use super::inputs::Inputs;
use super::policies::{Policies, Request};
use super::{Build, Error, output};
use crate::limited::MAX_FILE_SIZE;
use crate::pipeline::Generated;
use crate::template::KindNames;

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

/// Creates a folder with files.
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
    let (inputs, result) = Inputs::read(&[named.clone(), root.clone()], MAX_FILE_SIZE);
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
        let (inputs, result) = Inputs::read(&[folder.path().join(name)], MAX_FILE_SIZE);
        assert!(inputs.watched.contains(&folder.path().join(name)));
        result.expect_err("an error").to_string()
    };
    fs::write(folder.path().join("bad.rego"), b"package \xff").expect("written");
    let expected = "x.txt: expected the extension .yaml, .yml, .json or .rego, found .txt";
    assert!(error("x.txt").ends_with(expected));
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
    assert_eq!(names(&out), ["modules.rs", "needs_owner.rs", "policies.rs"]);
    let index = fs::read_to_string(out.join("policies.rs")).expect("the index");
    let includes: Vec<&str> = index.lines().filter(|line| line.contains("include!")).collect();
    assert_eq!(
        includes,
        ["::core::include!(\"needs_owner.rs\");", "::core::include!(\"modules.rs\");"]
    );
    let rust = fs::read_to_string(out.join("needs_owner.rs")).expect("the policy");
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
        assert!(text.contains(&format!("no such rule: `{entry}`")), "{text}");
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

/// Returns the template with another kind.
fn template(kind: &str) -> String {
    TEMPLATE.replace("needsowner", &kind.to_lowercase()).replace("NeedsOwner", kind)
}

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["  ", line, "\n"]).collect()
}

/// Returns the modules, warnings and faults of a build of `files`.
fn build(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>, String) {
    let folder = folder(files);
    found(&[folder.path().to_owned()])
}

fn found(paths: &[PathBuf]) -> (Vec<String>, Vec<String>, String) {
    let (inputs, read) = Inputs::read(paths, MAX_FILE_SIZE);
    read.expect("read");
    let skipped = inputs.skipped.iter().map(ToString::to_string);
    match Policies::find(&inputs.files, &Request::default()) {
        Ok(policies) => {
            let modules = policies.policies.iter().map(|policy| policy.options.module());
            let faults = policies.for_each(|_, _| Ok(())).err();
            let faults = faults.map(|error| error.to_string()).unwrap_or_default();
            (
                modules.collect(),
                skipped.chain(policies.warnings().map(|notice| notice.to_string())).collect(),
                faults,
            )
        }
        Err(error) => (Vec::new(), skipped.collect(), error.to_string()),
    }
}

#[test]
fn the_warnings_of_a_template_are_those_of_its_build() {
    let schema =
        "{openAPIV3Schema: {type: object, properties: {min: {type: integer, minimun: 1}}}}";
    let kind = "names: {kind: Least}";
    let text = template("Least").replacen(kind, &format!("{kind}, validation: {schema}"), 1);
    let (modules, warnings, faults) = build(&[("a.yaml", &text)]);
    assert_eq!((modules.len(), faults.as_str()), (1, ""), "{warnings:?}");
    let [warning] = &warnings[..] else { panic!("one warning, not {warnings:?}") };
    assert!(warning.contains("unknown keyword \"minimun\""), "{warning}");
}

#[test]
fn templates_are_found_wherever_kubernetes_takes_them() {
    let json = r#"{"apiVersion": "templates.gatekeeper.sh/v1", "kind": "ConstraintTemplate",
        "metadata": {"name": "injson"}, "spec": {"crd": {"spec": {"names": {"kind": "InJson"}}},
        "targets": [{"target": "admission.k8s.gatekeeper.sh",
            "rego": "package injson\nviolation[{\"msg\": \"m\"}] { input.review.object.x }"}]}}"#;
    let list = |kind: &str, items: &[&str]| {
        let items: String =
            items.iter().map(|item| indented(item).replacen("  ", "- ", 1)).collect();
        format!("apiVersion: v1\nkind: {kind}\nitems:\n{items}")
    };
    let inner = list("List", &[&template("Deeper")]);
    let outer = list("List", &[&template("InList"), "kind: Pod\nmetadata: {name: a}", &inner]);
    let typed = list("ConstraintTemplateList", &[&template("Typed")]);
    let (modules, warnings, faults) = build(&[
        ("a.json", json),
        ("b.YAML", &template("Upper")),
        ("c.YML", &template("Short")),
        ("d.yaml", &outer),
        ("e.yaml", &typed),
        ("f.yaml", &format!("kind: Beside\n---\n{}---\nkind: Pod\n", template("Beside"))),
        ("package.json", "{\"name\": \"x\"} // no YAML"),
    ]);
    assert_eq!(faults, "");
    assert_eq!(warnings, [""; 0]);
    assert_eq!(modules, ["in_json", "upper", "short", "in_list", "deeper", "typed", "beside"]);
}

#[test]
fn kinds_that_clash_are_refused() {
    let kind = |kind: &str, name: &str| {
        TEMPLATE.replace("name: needsowner", &format!("name: {name}")).replace("NeedsOwner", kind)
    };
    let (owner, same_name) = (kind("NeedsOwner", "needsowner"), kind("Needsowner", "needsowner"));
    let (_, _, faults) = build(&[("a.yaml", &owner), ("b.yaml", &same_name)]);
    assert!(faults.contains("duplicate ConstraintTemplate `needsowner`"), "{faults}");
    let same_module = kind("Needs-Owner", "needs-owner");
    let (_, _, faults) = build(&[("a.yaml", &owner), ("b.yaml", &same_module)]);
    assert!(faults.contains("both become the Rust module `needs_owner`"), "{faults}");
}

#[test]
fn a_named_file_may_hold_other_documents_but_not_only_these() {
    let beside = format!("{TEMPLATE}---\nkind: NeedsOwner\nmetadata: {{name: all}}\n");
    let folder = folder(&[("t.yaml", &beside), ("c.yaml", "kind: NeedsOwner\n")]);
    let named = |name: &str| found(&[folder.path().join(name)]);
    assert_eq!(named("t.yaml"), (vec!["needs_owner".to_owned()], Vec::new(), String::new()));
    assert!(named("c.yaml").2.contains("expected a ConstraintTemplate in the file, found none"));
}

#[test]
fn documents_that_resemble_templates_are_faults() {
    for (from, to, expected) in [
        ("kind: ConstraintTemplate", "kind: constrainttemplate", "found `constrainttemplate`"),
        ("kind: ConstraintTemplate\n", "", "found a document without a kind"),
        ("kind: ConstraintTemplate", "kind: Template", "found `Template`"),
        ("kind: ConstraintTemplate", "kind: [ConstraintTemplate]", "found another value"),
        ("gatekeeper.sh/v1\nkind: ConstraintTemplate", "example.com/v1\nkind: T", "found `T`"),
        ("templates.gatekeeper.sh/v1", "templates.gatekeeper.sh/v2", "v2"),
        ("templates.gatekeeper.sh/v1", "v1", "apiVersion"),
    ] {
        let text = TEMPLATE.replacen(from, to, 1);
        assert_ne!(text, TEMPLATE);
        let (modules, _, faults) = build(&[("a.yaml", &text), ("b.yaml", &template("B"))]);
        assert_eq!(modules, ["b"], "{to}");
        assert!(faults.contains(expected), "{to}: {faults}");
    }
    for list in [
        "kind: List\nitems: {a: 1}\n",
        "kind: ConstraintTemplateList\nitems: x\n",
        "kind: ConstraintTemplateList\nitems: [{spec: {}}]\n",
    ] {
        assert_ne!(build(&[("a.yaml", list)]).2, "", "{list}");
    }
}

#[test]
fn templates_that_are_not_taken_are_named() {
    let wrapped = format!("kind: Policy\nspec:\n  object:\n{}", indented(&indented(TEMPLATE)));
    let reference = "kind: Owned\nmetadata:\n  ownerReferences:\n  - apiVersion: \
                     templates.gatekeeper.sh/v1\n    kind: ConstraintTemplate\n    name: x\n";
    let (modules, warnings, faults) = build(&[
        ("a.yaml", &template("A")),
        ("b.yaml", &wrapped),
        ("c.tmpl", TEMPLATE),
        (
            "d",
            r#"{"apiVersion":"templates.gatekeeper.sh/v1",
            "kind":"ConstraintTemplate"}"#,
        ),
        ("e.yaml", reference),
        ("f.md", TEMPLATE),
        ("g.txt", "kind: ConstraintTemplate of some sort\n"),
    ]);
    assert_eq!((modules, faults), (vec!["a".to_owned()], String::new()));
    let names: Vec<&str> = warnings
        .iter()
        .filter_map(|warning| warning.split(':').next()?.rsplit('/').next())
        .collect();
    assert_eq!(names, ["c.tmpl", "d", "b.yaml"], "{warnings:?}");
}

#[test]
fn near_names_do_not_collide() {
    let named = |name: &str| {
        TEMPLATE.replace("name: needsowner", &format!("name: {name}")).replace("NeedsOwner", name)
    };
    let (modules, _, faults) = build(&[
        ("a.yaml", &named("a-b")),
        ("b.yaml", &named("a--b")),
        ("c.yaml", &named("modules")),
        ("d.rego", "package d\n\nallow if input.ok"),
        ("e.yaml", &named("policies")),
    ]);
    assert_eq!(faults, "");
    assert_eq!(modules, ["a_b", "a__b", "modules_", "policies_", "modules"]);
}

#[cfg(unix)]
#[test]
fn links_lead_to_each_file_once() {
    let folder = folder(&[("..2026/t.yaml", TEMPLATE), ("sub/u.yaml", &template("U"))]);
    let link = |from: &str, to: &str| {
        std::os::unix::fs::symlink(from, folder.path().join(to)).expect("a link");
    };
    // The layout of a volume with a ConfigMap.
    link("..2026", "..data");
    link("..data/t.yaml", "t.yaml");
    // A cycle, and a second path to a folder.
    link("..", "sub/above");
    link("sub", "also");
    link("nowhere", "broken");
    let (modules, warnings, faults) = found(&[folder.path().to_owned()]);
    assert_eq!((modules, faults), (vec!["u".to_owned(), "needs_owner".to_owned()], String::new()));
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn constraints_tell_their_template_the_kinds() {
    let constraint = |kinds: &str| {
        format!(
            "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: NeedsOwner\nmetadata: {{name: x}}\n\
             spec: {{match: {{{kinds}}}}}\n"
        )
    };
    let pods = constraint("kinds: [{apiGroups: [''], kinds: [Pod]}, {kinds: [Job]}]");
    let folder = folder(&[("t.yaml", TEMPLATE), ("a.yaml", &pods)]);
    let root = folder.path().to_owned();
    let matched = |paths: &[PathBuf]| {
        let (inputs, result) = Inputs::read(paths, MAX_FILE_SIZE);
        result.expect("readable files");
        let found = Policies::find(&inputs.files, &Request::default()).expect("a policy");
        assert!(found.reports.is_empty(), "{:?}", found.reports);
        found.policies[0].options.surroundings.matched.clone()
    };
    let names = |groups: &str, kind: &str| KindNames {
        groups: vec![groups.into()],
        kinds: vec![kind.into()],
    };
    let pods = vec![names("", "Pod"), names("*", "Job")];
    assert_eq!(matched(&[root.join("t.yaml")]), None);
    assert_eq!(matched(std::slice::from_ref(&root)), Some(pods.clone()));
    assert_eq!(matched(&[root.join("t.yaml"), root.join("a.yaml")]), Some(pods.clone()));
    fs::write(root.join("b.yaml"), constraint("")).expect("a file");
    assert_eq!(matched(&[root]), Some([pods, vec![KindNames::all()]].concat()));
}
