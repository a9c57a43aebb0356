//! The manifests and policies in `deploy`, as helm and kustomize rendered them.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod common;

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
    assert_eq!((servers.len(), audits.len()), (8, 3), "{servers:?} {audits:?}");
    for name in names("deploy/rendered") {
        let manifests = read(&format!("deploy/rendered/{name}"));
        for (kind, files) in [("Deployment", &servers), ("CronJob", &audits)] {
            let count = manifests.matches(&format!("\nkind: {kind}\n")).count();
            assert_eq!(count, usize::from(files.contains(&name)), "{name}");
        }
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

/// Helm and kustomize lay out lists differently, so their rules are compared without layout.
#[test]
fn the_role_can_only_list_and_watch() {
    let rules = |name: &str| {
        let manifests = read(&format!("deploy/rendered/{name}"));
        let role = document(&manifests, "ClusterRole").expect("a role");
        let (_, rules) = role.split_once("\nrules:").expect("rules");
        let marks = ['-', '[', ']', ',', '"', '\''];
        let text = rules.replace(marks, " ");
        text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let helm = rules("helm-from-cluster.yaml");
    let verbs: Vec<_> = helm.split(|word| word == "verbs:").skip(1).collect();
    assert_eq!(verbs.len(), 8, "{helm:?}");
    assert!(verbs.iter().all(|verbs| verbs[..2] == ["list", "watch"]), "{helm:?}");
    assert!(helm.iter().all(|word| word != "secrets"), "{helm:?}");
    assert_eq!(rules("kustomize-synced.yaml"), helm);
    for name in ["helm-default.yaml", "kustomize-base.yaml"] {
        let manifests = read(&format!("deploy/rendered/{name}"));
        assert_eq!(document(&manifests, "ClusterRole"), None, "{name}");
        assert!(!manifests.contains("serviceAccountToken"), "{name}");
    }
}

#[test]
fn the_audit_reads_and_writes_no_more_than_the_status_of_constraints() {
    let roles = |name: &str| {
        let manifests = read(&format!("deploy/rendered/{name}"));
        let documents = manifests.split("\n---\n");
        let roles = documents.filter(|document| document.contains("\nkind: ClusterRole\n"));
        roles.map(str::to_owned).collect::<Vec<_>>()
    };
    let rule = |verb: &str, resource: &str| (verb.to_owned(), resource.to_owned());
    // The verbs and the resources of each rule.
    let rules = |role: &str| {
        let (_, rules) = role.split_once("\nrules:\n").expect("rules");
        let rules = rules.split("- apiGroups:\n").skip(1).map(|rule| {
            let (_, rest) = rule.split_once("resources:\n").expect("resources");
            let (resources, verbs) = rest.split_once("verbs:\n").expect("verbs");
            let words = |text: &str| text.replace(['-', '\''], " ").trim().to_owned();
            (words(verbs), words(resources))
        });
        rules.collect::<Vec<_>>()
    };
    let read_only = roles("kustomize-audit.yaml");
    let found: Vec<_> = read_only.iter().flat_map(|role| rules(role)).collect();
    assert_eq!(found, [rule("list", "*"), rule("get", "namespaces")]);
    let writing = roles("kustomize-audit-status.yaml");
    let found: Vec<_> = writing.iter().filter(|role| !read_only.contains(role)).collect();
    assert_eq!(found.len(), 1, "{writing:?}");
    assert!(found[0].contains("- constraints.gatekeeper.sh\n"));
    assert_eq!(rules(found[0]), [rule("get", "*"), rule("update", "*/status")]);
    // The chart has one role with the rules of both.
    let helm = roles("helm-audit.yaml");
    let of_audit = helm.iter().find(|role| role.contains("name: ferrego-audit-ferrego-system"));
    let words: Vec<_> = of_audit
        .expect("the role")
        .split_once("\nrules:")
        .expect("rules")
        .1
        .split_whitespace()
        .collect();
    let verbs: Vec<_> =
        words.split(|word| *word == "verbs:").skip(1).map(|verbs| verbs[0]).collect();
    assert_eq!(verbs, ["[list]", "[get]", "[get]", "[update]"]);
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
        let (_, arguments) = manifests.split_once("args:\n").expect("arguments");
        let arguments: Vec<_> = arguments
            .lines()
            .map_while(|line| line.trim().strip_prefix("- "))
            .map(|argument| argument.trim_matches('"'))
            .collect();
        let from_cluster = [
            "helm-audit.yaml",
            "helm-from-cluster.yaml",
            "kustomize-synced.yaml",
            "kustomize-without-cert-manager.yaml",
        ];
        let is_from_cluster = from_cluster.contains(&&*name);
        let (source, error) = if is_from_cluster {
            ("--from-cluster", "cannot find the API server: ")
        } else {
            ("/policies", "cannot read /policies: ")
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
        let job = document(&manifests, "CronJob").expect("a CronJob");
        let (_, arguments) = job.split_once("args:\n").expect("arguments");
        let arguments: Vec<_> = arguments
            .lines()
            .map_while(|line| line.trim().strip_prefix("- "))
            .map(|argument| argument.trim_matches('"'))
            .collect();
        assert_eq!(arguments[..2], ["audit", "--from-cluster"], "{name}");
        let writes = arguments.contains(&"--write-status");
        assert_eq!(writes, name != "kustomize-audit.yaml", "{name}");
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
    // Of Gatekeeper, kubectl, helm, docker, kube-apiserver and other commands of ferrego.
    let others = [
        "--admission-control-config-file",
        "--exempt-namespace-prefix",
        "--exempt-namespace-suffix",
        "--external-data",
        "--fail-on-empty",
        "--file",
        "--from-file",
        "--namespace",
        "--set",
        "--tag",
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
