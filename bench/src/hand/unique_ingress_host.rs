//! `unique-ingress-host`: compares the object with all others of its kind.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Input, Text, Typed, Violation, items, report};

/// Evaluates the policy over `serde_json::Value`.
pub(crate) fn violations(input: &Value, data: &Value) -> Vec<Violation> {
    let review = &input["review"];
    if review["kind"]["kind"] != "Ingress" {
        return Vec::new();
    }
    let own = &review["object"];
    let mut violations = Vec::new();
    for (namespace, versions) in members(&data["inventory"]["namespace"]) {
        for (version, kinds) in members(versions) {
            if !is_ingress_version(version) {
                continue;
            }
            for (name, other) in members(&kinds["Ingress"]) {
                if is_same(own, other) {
                    continue;
                }
                for host in hosts(own).filter(|host| hosts(other).any(|taken| taken == *host)) {
                    report(&mut violations, message(host, namespace, name));
                }
            }
        }
    }
    violations
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn hosts(ingress: &Value) -> impl Iterator<Item = &str> {
    items(&ingress["spec"], "rules").filter_map(|rule| rule["host"].as_str())
}

fn is_same(own: &Value, other: &Value) -> bool {
    ["namespace", "name"].iter().all(|key| {
        let (own, other) = (own["metadata"][key].as_str(), other["metadata"][key].as_str());
        own.is_some() && own == other
    })
}

fn is_ingress_version(version: &str) -> bool {
    let group = version.split_once('/').filter(|(_, version)| !version.is_empty());
    matches!(group, Some(("extensions" | "networking.k8s.io", _)))
}

fn message(host: &str, namespace: &str, name: &str) -> String {
    format!("host {host} is taken by {namespace}/{name}")
}

/// The hand-written policy over structs.
#[derive(Debug)]
pub(crate) struct ByHand;

#[derive(Debug, Deserialize)]
pub(crate) struct Ingress<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: Spec<'a>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    namespace: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Debug, Deserialize)]
struct Spec<'a> {
    #[serde(borrow, default)]
    rules: Vec<Rule<'a>>,
}

#[derive(Debug, Deserialize)]
struct Rule<'a> {
    #[serde(borrow)]
    host: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

#[derive(Debug, Deserialize)]
pub(crate) struct Data<'a> {
    #[serde(borrow, default)]
    inventory: Inventory<'a>,
}

#[derive(Debug, Default, Deserialize)]
struct Inventory<'a> {
    #[serde(borrow, default)]
    namespace: BTreeMap<Text<'a>, BTreeMap<Text<'a>, Kinds<'a>>>,
}

#[derive(Debug, Deserialize)]
struct Kinds<'a> {
    #[serde(borrow, default, rename = "Ingress")]
    ingresses: BTreeMap<Text<'a>, Ingress<'a>>,
}

impl<'a> Ingress<'a> {
    fn hosts(&self) -> impl Iterator<Item = &Text<'a>> {
        self.spec.rules.iter().filter_map(|rule| rule.host.as_ref())
    }
}

impl Typed for ByHand {
    type Input<'a> = Input<Ingress<'a>, Nothing>;
    type Data<'a> = Data<'a>;

    fn violations(input: &Self::Input<'_>, data: &Data<'_>) -> Vec<Violation> {
        let own = &input.review.object;
        if &*own.kind != "Ingress" {
            return Vec::new();
        }
        let mut violations = Vec::new();
        for (namespace, versions) in &data.inventory.namespace {
            let versions = versions.iter().filter(|(version, _)| is_ingress_version(version));
            for (name, other) in versions.flat_map(|(_, kinds)| &kinds.ingresses) {
                if own.metadata == other.metadata {
                    continue;
                }
                for host in own.hosts().filter(|host| other.hosts().any(|taken| taken == *host)) {
                    report(&mut violations, message(host, namespace, name));
                }
            }
        }
        violations
    }
}
