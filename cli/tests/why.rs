//! Snapshots of explanations: of each construct of Rego, of each clause of `spec.match`, and in each
//! format.
//!
//! `INSTA_UPDATE=always` writes the snapshots again.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

#[path = "why/constructs.rs"]
mod constructs;
#[path = "why/formats.rs"]
mod formats;
#[path = "why/hostile.rs"]
mod hostile;
#[path = "why/matching.rs"]
mod matching;
use common::Project;

/// The Rego of a template.
pub(crate) enum Rego<'r> {
    V0(&'r str),
    V1(&'r str),
    /// The policy, and a library.
    WithLibrary(&'r str, &'r str),
}

/// A Pod with two containers and an init container.
pub(crate) const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers:
  - {name: main, image: registry.example/web, securityContext: {privileged: true}}
  - {name: side, image: sidecar}
  initContainers:
  - {name: init, image: other.example/init}
";

/// Returns a template of the kind `Demo`, whose parameters are not checked.
pub(crate) fn template(rego: &Rego<'_>) -> String {
    let indented = |text: &str, width: usize| {
        let lines = text.trim().lines().map(|line| format!("{:width$}{line}\n", ""));
        lines.collect::<String>()
    };
    let target = match rego {
        Rego::V0(text) => format!("    rego: |\n{}", indented(text, 6)),
        Rego::V1(text) => {
            let head = "    code:\n    - engine: Rego\n      source:\n        version: v1\n";
            format!("{head}        rego: |\n{}", indented(text, 10))
        }
        Rego::WithLibrary(text, library) => {
            let (text, library) = (indented(text, 6), indented(library, 6));
            format!("    libs:\n    - |\n{library}    rego: |\n{text}")
        }
    };
    format!(
        "apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {{name: demo}}
spec:
  crd:
    spec:
      names: {{kind: Demo}}
      validation:
        openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}
  targets:
  - target: admission.k8s.gatekeeper.sh
{target}"
    )
}

/// Returns a constraint with this `spec`.
pub(crate) fn constraint(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: constraints.gatekeeper.sh/v1beta1
kind: Demo
metadata: {{name: {name}}}
spec: {spec}
"
    )
}

/// Creates a folder with a template, a constraint with these parameters, and the Pod.
pub(crate) fn project(rego: &Rego<'_>, parameters: &str) -> Project {
    let constraint = constraint("demo", &format!("{{parameters: {parameters}}}"));
    Project::new(&[
        ("t.yaml", template(rego)),
        ("c.yaml", constraint),
        ("pod.yaml", POD.to_owned()),
    ])
}

/// Runs the command, and returns all that it prints, and its exit status.
pub(crate) fn shown(project: &Project, arguments: &[&str]) -> String {
    let (status, out, err) = project.run(arguments);
    let line = format!("$ ferrego {}\n{out}{err}", arguments.join(" "));
    if status == 0 { line } else { format!("{line}= {status}\n") }
}

/// Returns the output of `ferrego why` for the Pod.
pub(crate) fn why(rego: &Rego<'_>, parameters: &str) -> String {
    shown(&project(rego, parameters), &["why", "-f", "t.yaml", "c.yaml", "-i", "pod.yaml"])
}
