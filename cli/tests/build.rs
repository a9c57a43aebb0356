//! Tests of `ferrego build`.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::process::Command;

use common::Project;
use serde_json::Value;

const TEMPLATE: &str = "
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata:
  name: forbiddenname
  annotations: {metadata.gatekeeper.sh/title: Forbidden name, description: \"No \\\"bad\\\" names.\"}
spec:
  crd:
    spec:
      names: {kind: ForbiddenName}
      validation:
        openAPIV3Schema: {type: object, properties: {name: {type: string}}}
  targets:
    - target: admission.k8s.gatekeeper.sh
      rego: |
        package forbiddenname
        violation[{\"msg\": msg}] {
          regex.match(input.parameters.name, input.review.object.metadata.name)
          msg := sprintf(\"the name %v is forbidden\", [input.review.object.metadata.name])
        }
";

const CONSTRAINT: &str = "
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: ForbiddenName
metadata: {name: no-bad-names}
spec: {parameters: {name: ^bad}}
";

const NAMESPACE: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: shop}
";

const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: bad, namespace: shop}
";

/// A fake cargo. The executable that it builds does nothing.
const CARGO: &str = r#"#!/bin/sh
test "$1" = --version && exit 0
test "$3 $5" = "--manifest-path --target-dir" || exit 7
grep -q CONTENTS "$(dirname "$4")/src/main.rs" || exit 8
folder="$6"
while test $# -gt 0; do
    test "$1" = --target && folder="$folder/$2"
    shift
done
mkdir -p "$folder/release"
printf '#!/bin/sh\nexit 0\n' > "$folder/release/ferrego-executable"
chmod +x "$folder/release/ferrego-executable"
echo "{\"executable\": \"$folder/release/ferrego-executable\"}"
"#;

const WITH_CARGO: [(&str, &str); 2] = [("CARGO", "cargo"), ("FERREGO_CACHE", "cache")];
const WITHOUT_CARGO: [(&str, &str); 2] = [("CARGO", "none"), ("FERREGO_CACHE", "cache")];
const BUILD: [&str; 5] = ["build", "policy", "-q", "-o", "out/policies"];

fn project(more: &[(&str, &str)]) -> Project {
    let files =
        [("cargo", CARGO), ("policy/template.yaml", TEMPLATE), ("policy/all.yaml", CONSTRAINT)];
    let project = Project::new(&[&files, more].concat());
    project.make_executable("cargo");
    project
}

#[test]
fn an_executable_holds_its_policies_and_documents() {
    let suite = "kind: Suite\napiVersion: test.gatekeeper.sh/v1alpha1\nmetadata: {name: s}\n";
    let files = [("policy/namespace.yaml", NAMESPACE), ("policy/suite.yaml", suite)];
    let project = project(&files);
    let (status, out, err) = project.run_where(&WITH_CARGO, &BUILD, b"");
    assert_eq!((status, &*out, &*err), (0, "", ""));
    let executable = project.path().join("out/policies");
    assert!(Command::new(&executable).status().expect("it runs").success());
    let main = fs::read_to_string(project.path().join("cache/executable/src/main.rs"));
    let main = main.expect("the main file");
    for line in [
        r#"    name: "policies","#,
        r#"            title: "Forbidden name","#,
        r#"            description: "No \"bad\" names.","#,
        r#"        ferrego_program::Embedded { file: "policy/all.yaml", line: 2, json: "{\"apiVersion\":\"constraints.gatekeeper.sh/v1beta1\",\"kind\":\"ForbiddenName\",\"metadata\":{\"name\":\"no-bad-names\"},\"spec\":{\"parameters\":{\"name\":\"^bad\"}}}" },"#,
        r#"        ferrego_program::Embedded { file: "policy/namespace.yaml", line: 2, json: "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shop\"}}" },"#,
        r#"        ferrego_program::SourceFile { path: "policy/all.yaml", sha256: "c731a877c3105fe3aacc560df18650f2ec2a8f694c8e599c3b89abb265a1bf34" },"#,
    ] {
        assert!(main.lines().any(|found| found == line), "{line}\n{main}");
    }
    assert_eq!(main.matches("SourceFile {").count(), 4, "{main}");
    assert_eq!(main.matches("Embedded {").count(), 2, "{main}");
    let manifest = fs::read_dir(project.path().join("cache/policies")).expect("the policies");
    let manifest = manifest.map(|entry| entry.expect("a policy").path().join("Cargo.toml"));
    let manifest: Vec<_> = manifest.map(|path| fs::read_to_string(path).expect("text")).collect();
    assert!(manifest.len() == 1 && manifest[0].contains(r#"features = ["regex"]"#), "{manifest:?}");
}

#[test]
fn the_client_of_the_api_server_is_left_out_unless_it_is_asked_for() {
    let project = project(&[]);
    let features = |more: &[&str]| {
        let (status, _, err) = project.run_where(&WITH_CARGO, &[&BUILD, more].concat(), b"");
        assert_eq!(status, 0, "{err}");
        let manifest = fs::read_to_string(project.path().join("cache/executable/Cargo.toml"));
        let manifest = manifest.expect("a manifest");
        let program = manifest.lines().find(|line| line.starts_with("ferrego-program = "));
        let (_, features) =
            program.expect("the program").split_once("features = ").expect("features");
        features.to_owned()
    };
    assert_eq!(features(&[]), "[\"serve\"] }");
    assert_eq!(features(&["--self-signed"]), "[\"self-signed\"] }");
    let programs = fs::read_dir(project.path().join("cache/bin")).expect("the programs");
    assert_eq!(programs.count(), 2);
}

#[test]
fn an_executable_is_built_again_only_after_a_change() {
    let project = project(&[]);
    assert_eq!(project.run_where(&WITH_CARGO, &BUILD, b"").0, 0);
    fs::write(project.path().join("out/policies"), "changed").expect("written");
    let (status, _, err) = project.run_where(&WITHOUT_CARGO, &BUILD, b"");
    assert_eq!((status, &*err), (0, ""));
    assert!(
        fs::read_to_string(project.path().join("out/policies")).expect("text").contains("exit")
    );
    let other = CONSTRAINT.replace("^bad", "^worse");
    fs::write(project.path().join("policy/all.yaml"), other).expect("written");
    let (status, _, err) = project.run_where(&WITHOUT_CARGO, &BUILD, b"");
    assert_eq!(status, 2, "{err}");
    for expected in ["cannot run ", "install Rust from https://rustup.rs"] {
        assert!(err.contains(expected), "{err}");
    }
}

#[test]
fn an_executable_is_built_again_with_other_flags_or_another_rustc() {
    let project = project(&[]);
    assert_eq!(project.run_where(&WITH_CARGO, &BUILD, b"").0, 0);
    assert_eq!(project.run_where(&WITHOUT_CARGO, &BUILD, b"").0, 0);
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC"] {
        let variables = [&WITHOUT_CARGO[..], &[(variable, "other")]].concat();
        let (status, _, err) = project.run_where(&variables, &BUILD, b"");
        assert!(status == 2 && err.contains("cannot run "), "{variable}: {err}");
    }
}

#[test]
fn nothing_is_written_if_the_output_or_cargo_cannot_be_had() {
    let project = project(&[("file", "")]);
    for output in ["policy", "file/policies"] {
        let build = ["build", "policy", "-q", "-o", output];
        let (status, _, err) = project.run_where(&WITHOUT_CARGO, &build, b"");
        assert!(status == 2 && err.contains(&format!("cannot write {output}: ")), "{err}");
    }
    let (status, _, err) = project.run_where(&WITHOUT_CARGO, &BUILD, b"");
    assert!(status == 2 && err.contains("cannot run "), "{err}");
    assert!(!project.path().join("cache").exists());
    assert_eq!(fs::read_dir(project.path().join("out")).expect("a folder").count(), 0);
}

#[test]
fn nothing_is_built_of_documents_with_errors() {
    for (file, text, status, expected) in [
        ("template.yaml", TEMPLATE.replace("msg :=", "mgs :="), 1, "policy/template.yaml:17:"),
        ("all.yaml", CONSTRAINT.replace("^bad", "7"), 1, "policy/all.yaml:5:"),
        ("all.yaml", CONSTRAINT.replace("ForbiddenName", "Other"), 1, "\"other\" not found"),
        ("more.yaml", CONSTRAINT.to_owned(), 1, "duplicate constraint"),
        ("more.yaml", CONSTRAINT.replace("constraints.", "constraint."), 1, "found group"),
        ("more.yaml", "kind: AdmissionReview\n".to_owned(), 1, "found an AdmissionReview"),
        ("more.yaml", "kind: [\n".to_owned(), 2, "policy/more.yaml:"),
        ("template.yaml", NAMESPACE.to_owned(), 2, "expected a ConstraintTemplate"),
    ] {
        let project = project(&[]);
        fs::write(project.path().join("policy").join(file), text).expect("written");
        let (found, _, err) = project.run_where(&WITH_CARGO, &BUILD, b"");
        assert!(found == status && err.contains(expected), "{file}: {found} {err}");
        assert!(!project.path().join("cache").exists() && !project.path().join("out").exists());
    }
}

#[test]
fn standard_input_is_no_source() {
    let (status, _, err) = project(&[]).run_where(&WITH_CARGO, &["build", "-", "-o", "x"], b"");
    assert!(status == 2 && err.contains("found standard input"), "{err}");
}

/// Builds with cargo, which takes minutes the first time. `FERREGO_BUILD_CACHE` names the cache.
#[test]
#[ignore = "compiles some 130 crates with optimization; a step of .ci/run runs it"]
fn an_executable_judges_as_the_command_does() {
    let project = project(&[("pods/pod.yaml", POD)]);
    let cache = std::env::var("FERREGO_BUILD_CACHE").unwrap_or_else(|_| "cache".to_owned());
    let variables = [("FERREGO_CACHE", &*cache)];
    let (status, _, err) = project.run_where(&variables, &BUILD, b"");
    assert_eq!(status, 0, "{err}");
    let without = [("CARGO", "none"), ("FERREGO_CACHE", &*cache)];
    assert_eq!(project.run_where(&without, &BUILD, b"").0, 0);
    for output in ["text", "json"] {
        let (status, expected, _) = project.run(&["test", "policy/", "pods/", "-o", output]);
        let program = Command::new(project.path().join("out/policies"))
            .args(["test", "pods/", "-o", output])
            .current_dir(project.path())
            .output()
            .expect("it runs");
        assert_eq!(program.status.code(), Some(status));
        let found = String::from_utf8(program.stdout).expect("UTF-8");
        assert_eq!(violations(&found), violations(&expected), "{found}");
    }
}

/// Returns the part of a report that tells about the violations.
fn violations(report: &str) -> String {
    match serde_json::from_str::<Value>(report) {
        Ok(report) => report["violations"].to_string(),
        Err(_) => report.to_owned(),
    }
}
