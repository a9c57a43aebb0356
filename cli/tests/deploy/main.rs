//! The manifests and policies in `deploy`, as helm and kustomize rendered them.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod roles;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::Project;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect(path)
}

/// Returns the names of the files in a folder of the project.
fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).expect("the folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().expect("UTF-8")).collect();
    names.sort_unstable();
    names
}

/// Returns the names of the rendered manifests of a server. The overlays of the audit have none.
fn servers() -> Vec<String> {
    let is_server = |name: &String| !name.starts_with("kustomize-audit");
    names("deploy/rendered").into_iter().filter(is_server).collect()
}

/// Returns the names of the rendered manifests of an audit.
fn audits() -> Vec<String> {
    names("deploy/rendered").into_iter().filter(|name| name.contains("audit")).collect()
}

/// Returns a project with the policies, and with manifests.
fn with_policies(manifests: &str) -> Project {
    let mut files: Vec<_> = names("deploy/pod-security/policies")
        .into_iter()
        .map(|name| {
            (format!("policies/{name}"), read(&format!("deploy/pod-security/policies/{name}")))
        })
        .collect();
    files.push(("manifests.yaml".to_owned(), manifests.to_owned()));
    let files: Vec<_> = files.iter().map(|(name, text)| (&**name, text)).collect();
    Project::new(&files)
}

const TEST: [&str; 6] = ["test", "--quiet", "--fail-on-empty", "-f", "policies", "manifests.yaml"];

#[test]
fn the_rendered_manifests_pass_the_policies() {
    let (servers, audits) = (servers(), audits());
    assert_eq!((servers.len(), audits.len()), (10, 5), "{servers:?} {audits:?}");
    for name in names("deploy/rendered") {
        let manifests = read(&format!("deploy/rendered/{name}"));
        let count = |kind: &str| manifests.matches(&format!("\nkind: {kind}\n")).count();
        let (is_server, is_audit) = (servers.contains(&name), audits.contains(&name));
        let watches = name.ends_with("audit-watch.yaml");
        assert_eq!(count("CronJob"), usize::from(is_audit && !watches), "{name}");
        assert_eq!(count("Deployment"), usize::from(is_server) + usize::from(watches), "{name}");
        let (status, out, errors) = with_policies(&manifests).run(&TEST);
        assert_eq!((status, &*out, &*errors), (0, "", ""), "{name}");
    }
}

#[test]
fn the_policies_deny_a_weaker_audit() {
    let manifests = read("deploy/rendered/kustomize-audit.yaml");
    for (setting, weaker, message) in [
        ("runAsNonRoot: true", "runAsNonRoot: false", "runAsNonRoot must"),
        (
            "readOnlyRootFilesystem: true",
            "readOnlyRootFilesystem: false",
            "readOnlyRootFilesystem must be true",
        ),
    ] {
        assert_eq!(manifests.matches(setting).count(), 1, "{setting}");
        let (status, out, errors) = with_policies(&manifests.replace(setting, weaker)).run(&TEST);
        assert_eq!((status, &*errors), (1, ""), "{setting}");
        assert!(out.lines().all(|line| line.contains(message)), "{setting}: {out}");
    }
}

#[test]
fn the_policies_deny_weaker_manifests() {
    let manifests = read("deploy/rendered/kustomize-base.yaml");
    for (setting, weaker, message) in [
        ("runAsNonRoot: true", "runAsNonRoot: false", "runAsNonRoot must"),
        ("runAsUser: 65532", "runAsUser: 0", "runAsUser must not be 0"),
        ("type: RuntimeDefault", "type: Unconfined", "found Unconfined"),
        (
            "allowPrivilegeEscalation: false",
            "allowPrivilegeEscalation: true",
            "allowPrivilegeEscalation must be false",
        ),
        ("            - ALL", "            - CHOWN", "capabilities.drop must contain ALL"),
        (
            "readOnlyRootFilesystem: true",
            "readOnlyRootFilesystem: false",
            "readOnlyRootFilesystem must be true",
        ),
        ("memory: 512Mi", "ephemeral-storage: 1Gi", "resources.limits.memory must be set"),
        ("containerPort: 8443", "containerPort: 8443\n          hostPort: 8443", "hostPort 8443"),
        ("enableServiceLinks: false", "hostNetwork: true", "hostNetwork must not be true"),
        (
            "secret:\n          defaultMode: 288\n          secretName: ferrego-tls",
            "hostPath: {path: /tls}",
            "found hostPath",
        ),
        (
            "      automountServiceAccountToken: false",
            "      automountServiceAccountToken: true",
            "automountServiceAccountToken must be false",
        ),
    ] {
        assert_eq!(manifests.matches(setting).count(), 1, "{setting}");
        let (status, out, errors) = with_policies(&manifests.replace(setting, weaker)).run(&TEST);
        assert_eq!((status, &*errors), (1, ""), "{setting}");
        // Nothing else is denied.
        assert!(out.lines().all(|line| line.contains(message)), "{setting}: {out}");
    }
}

/// Returns the document of a kind in manifests.
fn document<'m>(manifests: &'m str, kind: &str) -> Option<&'m str> {
    let line = format!("\nkind: {kind}\n");
    manifests.split("\n---\n").find(|document| document.contains(&line))
}

/// Returns the arguments of the container that runs a command of ferrego.
fn arguments<'m>(manifests: &'m str, command: &str) -> Vec<&'m str> {
    let mut containers = manifests.split("args:\n").skip(1).map(|rest| {
        let arguments = rest.lines().map_while(|line| line.trim().strip_prefix("- "));
        arguments.map(|argument| argument.trim_matches('"')).collect::<Vec<_>>()
    });
    containers.find(|arguments| arguments.first() == Some(&command)).expect("a container")
}

/// Kustomize cannot take the Pod of a `CronJob` for a Deployment, so both have a copy.
#[test]
fn the_copies_of_the_audit_are_equal() {
    let pod = |name: &str, kind: &str| {
        let manifests = read(&format!("deploy/rendered/{name}"));
        let (_, pod) =
            document(&manifests, kind).expect(kind).split_once("template:\n").expect("a Pod");
        // The CronJob has more fields after its Pod, which are less indented.
        let indent = pod.lines().next().map_or(0, |line| line.len() - line.trim_start().len());
        let lines = pod.lines().take_while(|line| line.len() - line.trim_start().len() >= indent);
        lines.map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    let mut watching = pod("kustomize-audit-watch.yaml", "Deployment");
    watching.retain(|line| line != "- --watch");
    let mut job = pod("kustomize-audit-status.yaml", "CronJob");
    job.retain(|line| line != "restartPolicy: Never" && line != "- --no-fail");
    for lines in [&mut watching, &mut job] {
        lines.sort_unstable();
    }
    assert_eq!(watching, job);
}

#[test]
fn the_suite_of_the_policies_passes() {
    let suite = root().join("deploy/pod-security/suite/...");
    let suite = suite.to_str().expect("UTF-8");
    let (status, out, errors) =
        Project::new::<&str>(&[]).run(&["verify", "--fail-on-empty", suite]);
    assert_eq!((status, &*errors), (0, ""), "{out}");
}

#[test]
fn the_policies_are_formatted_and_have_no_finding() {
    let project = with_policies("");
    let (status, _, errors) = project.run(&["check", "-D", "warnings", "policies"]);
    assert_eq!(status, 0, "{errors}");
    let (status, out, _) = project.run(&["fmt", "--check", "policies"]);
    assert_eq!(status, 0, "{out}");
}

/// A template cannot import from another, so each has a copy of the library.
#[test]
fn the_copies_of_the_library_are_equal() {
    let libraries: BTreeSet<_> = names("deploy/pod-security/policies")
        .iter()
        .filter(|name| name.ends_with("-template.yaml"))
        .map(|name| {
            let text = read(&format!("deploy/pod-security/policies/{name}"));
            let (_, library) = text.split_once("package lib.workload\n").expect("a library");
            let (_, end) = library.split_once("# The containers").expect("containers");
            let (containers, _) = end.split_once("}\n").expect("an end");
            library[..library.len() - end.len()].to_owned() + containers
        })
        .collect();
    assert_eq!(libraries.len(), 1, "{libraries:#?}");
}

#[test]
fn the_component_contains_all_policies() {
    let component = read("deploy/pod-security/kustomization.yaml");
    let listed: Vec<_> =
        component.lines().filter_map(|line| line.trim().strip_prefix("- policies/")).collect();
    assert_eq!(listed, names("deploy/pod-security/policies"));
}

/// The folder of the policies does not exist here, and no kubeconfig. The server reports this, unless an option is wrong.
#[cfg(feature = "serve")]
#[test]
fn the_server_has_the_options_of_the_manifests() {
    for name in servers() {
        let manifests = read(&format!("deploy/rendered/{name}"));
        let arguments = arguments(&manifests, "serve");
        let from_cluster = [
            "helm-audit-watch.yaml",
            "helm-audit.yaml",
            "helm-from-cluster.yaml",
            "kustomize-synced.yaml",
            "kustomize-without-cert-manager.yaml",
        ];
        let source = if from_cluster.contains(&&*name) { "--from-cluster" } else { "/policies" };
        let error = if source == "--from-cluster" || name == "helm-self-signed.yaml" {
            "cannot find the API server: "
        } else {
            "cannot read /policies: "
        };
        assert_eq!(arguments[..2], ["serve", source], "{name}");
        assert!(arguments.len() > 6, "{name}: {arguments:?}");
        let project = Project::new::<&str>(&[]);
        let (status, _, errors) = project.run_where(&[("KUBECONFIG", "missing")], &arguments, b"");
        assert_eq!(status, 2, "{name}");
        assert!(errors.contains(error), "{name}: {errors}");
    }
}

#[cfg(feature = "serve")]
#[test]
fn the_audit_has_the_options_of_the_manifests() {
    for name in audits() {
        let manifests = read(&format!("deploy/rendered/{name}"));
        let arguments = arguments(&manifests, "audit");
        assert_eq!(arguments[1], "--from-cluster", "{name}");
        let writes = arguments.contains(&"--write-status");
        assert_eq!(writes, name != "kustomize-audit.yaml", "{name}");
        let watches = arguments.contains(&"--watch");
        assert_eq!(watches, name.ends_with("audit-watch.yaml"), "{name}");
        assert_eq!(arguments.contains(&"--no-fail"), !watches, "{name}");
        let project = Project::new::<&str>(&[]);
        let (status, _, errors) = project.run_where(&[("KUBECONFIG", "missing")], &arguments, b"");
        assert_eq!(status, 2, "{name}");
        assert!(errors.contains("cannot find the API server: "), "{name}: {errors}");
    }
}

/// Returns the words in `text` that begin with one of `prefixes`.
fn words<'t>(text: &'t str, prefixes: &[&str]) -> BTreeSet<&'t str> {
    let is_end = |char: char| !(char.is_ascii_alphanumeric() || char == '_' || char == '-');
    let begins = |word: &&str| prefixes.iter().any(|prefix| word.starts_with(prefix));
    text.split(is_end).filter(begins).collect()
}

#[cfg(feature = "serve")]
#[test]
fn the_page_for_operators_names_options_of_the_server() {
    let page = read("docs/serving.md");
    let help = ["serve", "audit"].map(|name| Project::new::<&str>(&[]).run(&[name, "--help"]).1);
    // Of Gatekeeper, kubectl, helm, docker, curl, cargo, kube-apiserver and other commands of ferrego.
    let others = [
        "--admission-control-config-file",
        "--cacert",
        "--data",
        "--exempt-namespace-prefix",
        "--exempt-namespace-suffix",
        "--external-data",
        "--fail-on-empty",
        "--features",
        "--file",
        "--from-file",
        "--header",
        "--namespace",
        "--path",
        "--set",
        "--tag",
        "--tracing-config-file",
        "--values",
    ];
    let help = help.concat();
    let help = words(&help, &["--"]);
    let unknown: Vec<_> = words(&page, &["--"])
        .into_iter()
        .filter(|option| !option.trim_start_matches('-').is_empty())
        .filter(|option| !help.contains(option) && !others.contains(option))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_page_for_operators_names_all_metrics_of_the_server() {
    let page = read("docs/serving.md");
    let server = read("webhook/src/metrics.rs");
    let (server, _) = server.split_once("#[cfg(test)]").expect("tests");
    let source = format!("{server}{}", read("webhook/src/external_data/metrics.rs"));
    let prefixes = ["gatekeeper_validation_", "ferrego_"];
    let listed: BTreeSet<_> =
        words(&page, &prefixes).into_iter().map(|name| name.trim_end_matches("_bucket")).collect();
    let mut defined = words(&source, &prefixes);
    // The crate, in an example.
    defined.remove("ferrego_webhook");
    defined.remove("ferrego_");
    assert_eq!(listed, defined);
}
