//! Runs the program on manifests and reviews.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const NAMESPACES: &str = "\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {owner: shop}}
---
apiVersion: v1
kind: Namespace
metadata: {name: attic}
---
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
";

const INGRESS: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: copy, namespace: shop}
spec: {rules: [{host: search.example.com}]}
";

const OWNER: &str = "expected the label owner with one of the teams search, shop, found \\\"\\\"";

/// A folder with manifests, in which the program runs.
struct Project(TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("written");
        }
        Self(folder)
    }

    /// Runs the program. Returns the exit status, standard output and standard error.
    fn run(&self, arguments: &[&str], input: &str) -> (i32, String, String) {
        let mut process = Command::new(env!("CARGO_BIN_EXE_executable"))
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        // The program may end before it has read its input.
        let _ = process.stdin.take().expect("a pipe").write_all(input.as_bytes());
        let Output { status, stdout, stderr } = process.wait_with_output().expect("an end");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (status.code().expect("a status"), text(stdout), text(stderr))
    }

    fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let (status, out, err) = self.run(arguments, "");
        (status, serde_json::from_str(&out).unwrap_or_else(|_| Value::from(err)))
    }
}

#[test]
fn manifests_are_judged_as_by_ferrego_test() {
    let project = Project::new(&[("namespaces.yaml", NAMESPACES), ("ingress.yaml", INGRESS)]);
    let (status, out, err) = project.run(&["test", "namespaces.yaml", "ingress.yaml"], "");
    let owner = OWNER.replace('\\', "");
    let expected = format!(
        "namespaces.yaml:5: v1/Namespace attic: deny RequiredOwner/namespaces-have-an-owner: {owner}\n\
         namespaces.yaml:9: v1/Namespace kube-system: deny RequiredOwner/namespaces-have-an-owner: \
         {owner}\n\
         ingress.yaml:1: networking.k8s.io/v1/Ingress shop/copy: warn UniqueHosts/hosts-are-unique: \
         the host search.example.com is that of search/search\n\
         4 objects judged, 2 denied; 3 violations, 2 denying\n"
    );
    assert_eq!((status, out, err), (1, expected, String::new()));
    let (status, report) = project.json(&["test", "ingress.yaml", "-o", "json"]);
    assert_eq!(status, 0, "{report}");
    assert_eq!(report["violations"][0]["details"]["host"], "search.example.com");
    assert_eq!(report["notices"][0]["code"], "unmatched constraint");
}

#[cfg(unix)]
#[test]
fn the_audit_follows_changes_of_files() {
    use std::io::{BufRead as _, BufReader};

    let project = Project::new(&[("namespaces.yaml", NAMESPACES)]);
    let mut process = Command::new(env!("CARGO_BIN_EXE_executable"))
        .args(["audit", "--watch", "--reload-interval", "100ms", "namespaces.yaml"])
        .current_dir(project.0.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
    let mut next = || {
        let line = lines.next().expect("a line").expect("text");
        line.split_once(' ').expect("a time").1.to_owned()
    };
    let denied = format!(
        "namespaces.yaml:5: v1/Namespace attic: deny RequiredOwner/namespaces-have-an-owner: {}",
        OWNER.replace('\\', "")
    );
    assert_eq!(next(), format!("+ {denied}"));
    let listed = "= 2 objects judged; 1 violation, 1 denying; 1 object in exempt namespaces";
    assert_eq!(next(), listed);
    let owned = NAMESPACES.replace("{name: attic}", "{name: attic, labels: {owner: shop}}");
    fs::write(project.0.path().join("namespaces.yaml"), owned).expect("written");
    assert_eq!(next(), format!("- {denied}"));
    let id = process.id().to_string();
    assert!(Command::new("kill").arg(id).status().expect("kill runs").success());
    assert_eq!(process.wait().expect("an end").code(), Some(0));
    let arguments = ["audit", "--watch", "-o", "sarif", "namespaces.yaml"];
    let (status, _, err) = project.run(&arguments, "");
    assert!(status == 2 && err.contains("expected the output text or json"), "{err}");
}

#[test]
fn the_audit_leaves_out_exempt_namespaces() {
    let project = Project::new(&[("namespaces.yaml", NAMESPACES)]);
    let (status, report) = project.json(&["audit", "namespaces.yaml", "-o", "json"]);
    assert_eq!((status, &report["objects"]), (1, &Value::from(2)), "{report}");
    assert_eq!(report["violations"][0]["object"]["name"], "attic");
    let (status, sarif) = project.json(&["audit", "namespaces.yaml", "-o", "sarif"]);
    let rules = &sarif["runs"][0]["tool"]["driver"]["rules"];
    assert_eq!(
        (status, &rules[0]["shortDescription"]["text"]),
        (1, &Value::from("Required owner"))
    );
}

#[test]
fn an_audit_has_a_policy_report_for_each_namespace() {
    let project = Project::new(&[]);
    let all = format!("{NAMESPACES}---\n{INGRESS}");
    let (status, out, err) = project.run(&["audit", "-o", "policyreport", "-"], &all);
    assert_eq!((status, &*err), (1, ""));
    let expected = format!(
        "\
---
apiVersion: wgpolicyk8s.io/v1alpha2
kind: ClusterPolicyReport
metadata:
  name: ferrego
results:
  - message: {}
    policy: RequiredOwner
    properties:
      enforcementAction: deny
      file: <stdin>
    resources:
      - apiVersion: v1
        kind: Namespace
        name: attic
    result: fail
    rule: namespaces-have-an-owner
    scored: true
    source: ferrego
summary:
  error: 0
  fail: 1
  warn: 0
---
apiVersion: wgpolicyk8s.io/v1alpha2
kind: PolicyReport
metadata:
  name: ferrego
  namespace: shop
results:
  - message: the host search.example.com is that of search/search
    policy: UniqueHosts
    properties:
      enforcementAction: warn
      file: <stdin>
    resources:
      - apiVersion: networking.k8s.io/v1
        kind: Ingress
        name: copy
        namespace: shop
    result: warn
    rule: hosts-are-unique
    scored: false
    source: ferrego
summary:
  error: 0
  fail: 0
  warn: 1
",
        OWNER.replace('\\', "")
    );
    assert_eq!(out, expected);
}

#[test]
fn a_review_is_answered_with_a_review() {
    let project = Project::new(&[]);
    let review = |owner: &str| {
        format!(
            r#"{{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {{
                "uid": "7", "kind": {{"group": "", "version": "v1", "kind": "Namespace"}},
                "operation": "CREATE", "name": "web", "object": {{"apiVersion": "v1",
                "kind": "Namespace", "metadata": {{"name": "web", "labels": {{"owner": "{owner}"}}}}}}
            }}}}"#
        )
    };
    for (owner, allowed) in [("shop", true), ("attic", false)] {
        let (status, out, err) = project.run(&["review"], &review(owner));
        let answer: Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!((status, &*err), (i32::from(!allowed), ""), "{answer}");
        assert_eq!(
            (&answer["kind"], &answer["response"]["uid"]),
            (&"AdmissionReview".into(), &"7".into())
        );
        assert_eq!(answer["response"]["allowed"], allowed, "{answer}");
    }
    let (status, out, _) = project.run(&["review"], "no review");
    assert!(status == 1 && out.contains(r#""allowed":false"#), "{out}");
}

#[test]
fn more_constraints_come_from_files_but_no_templates() {
    let project = Project::new(&[
        ("namespaces.yaml", NAMESPACES),
        (
            "more.yaml",
            "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: RequiredOwner\n\
             metadata: {name: more}\nspec: {match: {kinds: [{apiGroups: ['*'], kinds: [Namespace]}]}, \
             parameters: {teams: [nobody]}}\n",
        ),
        (
            "unknown.yaml",
            "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Other\nmetadata: {name: more}\n",
        ),
        ("template.yaml", include_str!("../policies/unique-hosts.yaml")),
    ]);
    let (status, report) = project.json(&["audit", "namespaces.yaml", "more.yaml", "-o", "json"]);
    assert_eq!((status, &report["denying"]), (1, &Value::from(3)), "{report}");
    for (file, expected) in [
        ("unknown.yaml", "template \"other\" not found"),
        ("template.yaml", "found a ConstraintTemplate: this program has its policies compiled in"),
    ] {
        let (status, _, err) = project.run(&["test", "namespaces.yaml", file], "");
        assert!(status == 2 && err.contains(expected) && err.contains(file), "{err}");
    }
    let (status, _, err) = project.run(&["serve", "missing", "--cert", "x", "--key", "y"], "");
    assert!(status == 2 && err.contains("missing"), "{err}");
}

#[test]
fn the_contents_are_listed() {
    let project = Project::new(&[]);
    let version = env!("CARGO_PKG_VERSION");
    let (status, out, _) = project.run(&["list"], "");
    let expected = format!(
        "\
executable (ferrego {version})

policies:
  RequiredOwner (requiredowner)
  UniqueHosts (uniquehosts, reads the inventory)

constraints:
  RequiredOwner/namespaces-have-an-owner
  UniqueHosts/hosts-are-unique

other documents:
  Config/config
  Ingress/search

sources:
55ca6286e3e4f4fba5d0448333fa99fc5a404a73d7f2a1d5b32ff96e5d6a7d72  config.yaml
"
    );
    assert_eq!((status, out), (0, expected));
    let (_, listed) = project.json(&["list", "-o", "json"]);
    assert_eq!(listed["policies"][1]["readsInventory"], true);
    let (status, out, _) = project.run(&["--version"], "");
    assert_eq!((status, out), (0, format!("executable (ferrego {version})\n")));
    let (status, _, err) = project.run(&["lint"], "");
    assert!(status == 2 && err.contains("unrecognized subcommand"), "{err}");
}
