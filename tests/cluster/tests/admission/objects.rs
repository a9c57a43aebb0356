//! Objects of Kubernetes, templates and constraints for the tests.

use serde_json::{Value, json};

use crate::World;

/// A namespace of one test.
pub(crate) struct Namespace {
    /// The name, which no other test uses.
    pub(crate) name: String,
}

impl Namespace {
    /// Creates a namespace with a name that begins with `prefix`.
    pub(crate) fn create(world: &World, prefix: &str) -> Self {
        let name = world.unique(prefix);
        world.control_plane.create_namespace(&name, &[("team", "test")]);
        Self { name }
    }

    /// Returns the path of a resource, or of an object, of Kubernetes' first groups.
    pub(crate) fn path(&self, resource: &str) -> String {
        let group = match resource.split(['/', '?']).next() {
            Some("deployments" | "replicasets") => "/apis/apps/v1",
            Some("ingresses") => "/apis/networking.k8s.io/v1",
            Some("widgets") => "/apis/ferrego.test/v1",
            _ => "/api/v1",
        };
        format!("{group}/namespaces/{}/{resource}", self.name)
    }
}

/// Returns a Pod with one container.
pub(crate) fn pod(name: &str, image: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "main", "image": image}]},
    })
}

/// Returns an object with labels.
pub(crate) fn labeled(mut object: Value, labels: &Value) -> Value {
    object["metadata"]["labels"] = labels.clone();
    object
}

/// Returns a Deployment of Pods with one container.
pub(crate) fn deployment(name: &str, image: &str, replicas: u32) -> Value {
    let mut template = labeled(pod(name, image), &json!({"app": name}));
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": template["metadata"]["labels"].take()},
                "spec": template["spec"].take(),
            },
        },
    })
}

/// Returns an Ingress with one host.
pub(crate) fn ingress(namespace: &str, name: &str, host: &str) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"rules": [{"host": host}]},
    })
}

/// Returns a constraint that denies, for the objects that `kinds` lists as group and kind. An empty
/// list matches all, and `null` means no parameters.
pub(crate) fn constraint(
    kind: &str,
    name: &str,
    kinds: &[(&str, &str)],
    parameters: &Value,
) -> Value {
    let entry = |(group, kind): &(&str, &str)| json!({"apiGroups": [group], "kinds": [kind]});
    let matching = if kinds.is_empty() {
        json!({})
    } else {
        json!({"kinds": kinds.iter().map(entry).collect::<Vec<Value>>()})
    };
    let mut constraint = json!({
        "apiVersion": "constraints.gatekeeper.sh/v1beta1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {"match": matching},
    });
    if !parameters.is_null() {
        constraint["spec"]["parameters"] = parameters.clone();
    }
    constraint
}

/// Returns a constraint with an enforcement action.
pub(crate) fn with_action(mut constraint: Value, action: &str) -> Value {
    constraint["spec"]["enforcementAction"] = json!(action);
    constraint
}
