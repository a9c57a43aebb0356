//! The custom resources of Gatekeeper, and the account of the server.

use std::fs;
use std::path::Path;
use std::time::Duration;

use ferrego_cluster::{Answer, Api, wait};
use serde_json::{Value, json};
use ureq::http::Method;

use crate::World;

/// The namespace of the account and of the Config.
pub(crate) const NAMESPACE: &str = "ferrego-system";
pub(crate) const TEMPLATES: &str = "/apis/templates.gatekeeper.sh/v1/constrainttemplates";
pub(crate) const CONFIGS: &str =
    "/apis/config.gatekeeper.sh/v1alpha1/namespaces/gatekeeper-system/configs";
pub(crate) const SYNC_SETS: &str = "/apis/syncset.gatekeeper.sh/v1alpha1/syncsets";
const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// How long the API server may take until it serves a new kind.
const SERVED: Duration = Duration::from_mins(1);

/// Installs Gatekeeper's kinds, and the account with exactly the role of `deploy`.
pub(crate) fn install(world: &World) {
    let api = world.api();
    world.control_plane.create_namespace("gatekeeper-system", &[]);
    for (group, version, kind, plural, scope) in [
        ("templates", "v1", "ConstraintTemplate", "constrainttemplates", "Cluster"),
        ("config", "v1alpha1", "Config", "configs", "Namespaced"),
        ("syncset", "v1alpha1", "SyncSet", "syncsets", "Cluster"),
        ("expansion", "v1beta1", "ExpansionTemplate", "expansiontemplate", "Cluster"),
    ] {
        define(api, &format!("{group}.gatekeeper.sh"), version, (kind, plural, scope));
    }
    install_roles(api, "kustomize-synced.yaml");
}

/// Creates the namespaces, accounts and roles of a file in `deploy/rendered`, unless they exist.
pub(crate) fn install_roles(api: &Api, file: &str) {
    let manifests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/rendered");
    let manifests = fs::read_to_string(manifests.join(file)).expect("the manifests are read");
    for (kind, path) in [
        ("Namespace", "/api/v1/namespaces"),
        ("ServiceAccount", "/api/v1/namespaces/ferrego-system/serviceaccounts"),
        ("ClusterRole", "/apis/rbac.authorization.k8s.io/v1/clusterroles"),
        ("ClusterRoleBinding", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"),
    ] {
        let line = format!("\nkind: {kind}\n");
        let documents = manifests.split("\n---\n");
        for document in documents.filter(|document| document.contains(&line)) {
            let answer = create_yaml(api, path, document);
            // Several files have the account of the audit.
            if answer.status != 409 {
                answer.expect_success();
            }
        }
    }
}

/// Creates an object from YAML.
pub(crate) fn create_yaml(api: &Api, path: &str, yaml: &str) -> Answer {
    let answer = api.send(Method::POST, path, "application/yaml", Some(yaml.as_bytes()));
    answer.unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Defines a kind, and waits until the API server serves it.
fn define(api: &Api, group: &str, version: &str, (kind, plural, scope): (&str, &str, &str)) {
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{group}")},
        "spec": {
            "group": group,
            "scope": scope,
            "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase()},
            "versions": [{
                "name": version,
                "served": true,
                "storage": true,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {
                    "type": "object",
                    "x-kubernetes-preserve-unknown-fields": true,
                }},
            }],
        },
    });
    api.create(DEFINITIONS, &definition).expect_success();
    wait::until("the new kind", SERVED, || {
        let answer = api.get(&format!("/apis/{group}/{version}/{plural}"));
        if answer.is_success() { Ok(()) } else { Err(answer.text) }
    });
}

/// Defines a kind of constraints, as Gatekeeper's controller does for each template.
pub(crate) fn define_constraints(api: &Api, kind: &str) {
    let plural = kind.to_lowercase();
    define(api, "constraints.gatekeeper.sh", "v1beta1", (kind, &plural, "Cluster"));
}

/// Deletes the definition of a kind of constraints with all constraints.
pub(crate) fn undefine_constraints(api: &Api, kind: &str) {
    let plural = kind.to_lowercase();
    let name = format!("{plural}.constraints.gatekeeper.sh");
    api.delete(&format!("{DEFINITIONS}/{name}")).expect_success();
    wait::until("the end of the kind", SERVED, || {
        let answer = api.get(&format!("{DEFINITIONS}/{name}"));
        if answer.status == 404 { Ok(()) } else { Err(answer.text) }
    });
}

/// Returns the path of the constraints of a kind.
pub(crate) fn constraints(kind: &str) -> String {
    format!("/apis/constraints.gatekeeper.sh/v1beta1/{}", kind.to_lowercase())
}

/// Returns a template of `tests/cluster/templates` as YAML.
pub(crate) fn template(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    fs::read_to_string(path.join(format!("{name}.yaml"))).expect("the template is read")
}

/// Returns a kind of objects as a Config names it.
pub(crate) fn synced(group: &str, version: &str, kind: &str) -> Value {
    json!({"group": group, "version": version, "kind": kind})
}
