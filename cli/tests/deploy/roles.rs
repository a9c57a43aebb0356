//! The roles in the rendered manifests: no account may do more than it needs.

use std::collections::BTreeSet;

use crate::{document, read};

/// Returns the words in the rules of a role. Helm and kustomize lay out lists differently.
fn rule_words(role: &str) -> Vec<String> {
    let (_, rules) = role.split_once("\nrules:").expect("rules");
    let text = rules.replace(['-', '[', ']', ',', '"', '\''], " ");
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_role_can_only_list_and_watch() {
    let rules = |name: &str| {
        let manifests = read(&format!("deploy/rendered/{name}"));
        let role = document(&manifests, "ClusterRole").expect("a role");
        rule_words(role)
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
fn the_roles_of_a_certificate_name_what_they_change() {
    let roles = |name: &str| {
        let manifests = read(&format!("deploy/rendered/{name}"));
        let roles = manifests.split("\n---\n").filter(|document| {
            let is_role = ["\nkind: Role\n", "\nkind: ClusterRole\n"];
            is_role.iter().any(|kind| document.contains(kind))
                && document.contains("\n  name: ferrego-self-signed")
        });
        roles.map(rule_words).map(|words| words.into_iter().collect()).collect::<BTreeSet<_>>()
    };
    let words = |rules: &str| rules.split_whitespace().map(str::to_owned).collect();
    let expected: BTreeSet<BTreeSet<String>> = BTreeSet::from([
        words(
            "apiGroups: admissionregistration.k8s.io resources: validatingwebhookconfigurations \
             resourceNames: ferrego verbs: get patch",
        ),
        words("apiGroups: resources: secrets resourceNames: ferrego tls verbs: create get update"),
    ]);
    for name in ["helm-self-signed.yaml", "kustomize-without-cert-manager.yaml"] {
        assert_eq!(roles(name), expected, "{name}");
    }
    for name in ["helm-default.yaml", "helm-from-cluster.yaml", "kustomize-base.yaml"] {
        assert_eq!(roles(name), BTreeSet::new(), "{name}");
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
    let watching = roles("kustomize-audit-watch.yaml");
    let found: Vec<_> = watching.iter().filter(|role| !writing.contains(role)).collect();
    assert_eq!((watching.len(), found.len()), (3, 1), "{watching:?}");
    assert_eq!(rules(found[0]), [rule("watch", "*")]);
    // The chart has one role with the rules of all.
    let verbs = |name: &str| {
        let roles = roles(name);
        let of_audit =
            roles.iter().find(|role| role.contains("name: ferrego-audit-ferrego-system"));
        let (_, rules) = of_audit.expect("the role").split_once("\nrules:").expect("rules");
        let verbs = rules.lines().filter_map(|line| line.trim().strip_prefix("verbs: "));
        verbs.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(verbs("helm-audit.yaml"), ["[list]", "[get]", "[get]", "[update]"]);
    let reading = ["[list, watch]"; 9];
    assert_eq!(
        verbs("helm-audit-watch.yaml"),
        [&reading[..], &["[get]", "[get]", "[update]"]].concat()
    );
}
