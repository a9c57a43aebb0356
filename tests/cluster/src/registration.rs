//! The configuration that makes the API server ask a webhook.

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::api::Api;

/// A `ValidatingWebhookConfiguration` with one webhook, which fails closed. It is deleted when this
/// value is dropped.
#[derive(Debug)]
pub struct Registration {
    api: Api,
    name: String,
}

/// The name of the webhook, which the API server repeats in its messages.
pub const WEBHOOK: &str = "validation.ferrego.test";

/// The rules of a webhook, and the namespaces that it selects.
#[derive(Clone, Debug)]
pub struct Scope {
    rules: Value,
    namespaces: Value,
}

impl Scope {
    /// Selects all requests in a namespace, subresources included.
    ///
    /// A selector of namespaces also selects all objects without a namespace, such as those that the
    /// API server itself creates. The scope leaves them out.
    pub fn namespace(name: &str) -> Self {
        Self {
            rules: rules("*", "*/*", "Namespaced"),
            namespaces: json!({"matchLabels": {"kubernetes.io/metadata.name": name}}),
        }
    }

    /// Selects the requests for Gatekeeper's templates, constraints and Configs.
    pub fn policies() -> Self {
        let groups = ["templates", "constraints", "config"];
        let of = |group: &str| rules(&format!("{group}.gatekeeper.sh"), "*", "*");
        let rules = groups.map(of);
        let rules = rules.iter().filter_map(Value::as_array).flatten().cloned();
        Self { rules: rules.collect(), namespaces: json!({}) }
    }

    /// Selects the requests for the namespaces that carry a label.
    pub fn namespaces(label: &str) -> Self {
        Self {
            rules: rules("", "namespaces", "Cluster"),
            namespaces: json!({"matchExpressions": [{"key": label, "operator": "Exists"}]}),
        }
    }
}

impl Scope {
    /// Returns a webhook of a configuration, which fails closed. Without an `authority` in PEM, no
    /// certificate of the server is trusted.
    pub fn webhook(&self, name: &str, url: &str, authority: Option<&str>) -> Value {
        let bundle = authority.map(|authority| BASE64.encode(authority.as_bytes()));
        json!({
            "name": name,
            "clientConfig": {"url": url, "caBundle": bundle},
            "rules": self.rules,
            "namespaceSelector": self.namespaces,
            "failurePolicy": "Fail",
            "matchPolicy": "Equivalent",
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "timeoutSeconds": 10,
        })
    }
}

fn rules(group: &str, resource: &str, scope: &str) -> Value {
    json!([{
        "apiGroups": [group],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE", "DELETE", "CONNECT"],
        "resources": [resource],
        "scope": scope,
    }])
}

impl Registration {
    /// Registers the server at `url`, whose certificates come from `authority`.
    pub fn new(api: &Api, name: &str, url: &str, authority: &str, scope: &Scope) -> Self {
        let configuration = json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": name},
            "webhooks": [scope.webhook(WEBHOOK, url, Some(authority))],
        });
        api.create(CONFIGURATIONS, &configuration).expect_success();
        Self { api: api.clone(), name: name.to_owned() }
    }
}

const CONFIGURATIONS: &str =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

impl Drop for Registration {
    fn drop(&mut self) {
        // The control plane ends with the tests, so a configuration that stays does no harm.
        let _ = self.api.send(
            ureq::http::Method::DELETE,
            &format!("{CONFIGURATIONS}/{}", self.name),
            "",
            None,
        );
    }
}
