//! The inventory of the servers.

use std::sync::Arc;

use ferrego_gatekeeper::Inventory;
use ferrego_gatekeeper::review::Numbers;
use ferrego_runtime::Document;
use serde_json::{Value, json};

use crate::Fault;

/// The namespaces of the objects.
const NAMESPACES: usize = 100;

/// The paths of an Ingress.
const PATHS: usize = 8;

/// Builds an inventory of Ingresses, each with a host of its own, as a watch fills it: one by one, and
/// with all their fields.
///
/// # Errors
/// Returns an error if an object is refused.
pub(super) fn inventory(count: usize) -> Result<Inventory, Fault> {
    let inventory = Inventory::with_numbers(Numbers::Float64);
    for number in 0..count {
        let object = Document::parse(ingress(number).to_string())?;
        inventory.insert(Arc::new(object)).map_err(|fault| fault.to_string())?;
    }
    Ok(inventory)
}

/// Returns an Ingress of about 1.7 KB.
fn ingress(number: usize) -> Value {
    let paths: Vec<Value> = (0..PATHS)
        .map(|path| {
            json!({
                "path": format!("/part-{path}"),
                "pathType": "Prefix",
                "backend": {"service": {"name": format!("shop-{number}-{path}"), "port": {"number": 8080}}}
            })
        })
        .collect();
    let host = format!("shop-{number}.example.com");
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": format!("shop-{number}"),
            "namespace": format!("team-{}", number % NAMESPACES),
            "uid": format!("8f0c7c5e-2a36-4a6e-9d52-{number:012}"),
            "resourceVersion": format!("{}", 48_000_000 + number),
            "generation": 1,
            "creationTimestamp": "2026-11-30T08:00:00Z",
            "labels": {
                "app.kubernetes.io/name": format!("shop-{number}"),
                "app.kubernetes.io/part-of": "shop",
                "app.kubernetes.io/managed-by": "Helm",
                "team": format!("team-{}", number % NAMESPACES)
            },
            "annotations": {
                "meta.helm.sh/release-name": format!("shop-{number}"),
                "nginx.ingress.kubernetes.io/proxy-body-size": "8m",
                "cert-manager.io/cluster-issuer": "letsencrypt"
            }
        },
        "spec": {
            "ingressClassName": "nginx",
            "tls": [{"hosts": [host], "secretName": format!("shop-{number}-tls")}],
            "rules": [{"host": host, "http": {"paths": paths}}]
        },
        "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}}
    })
}
