//! `image-pull-policy`: iterates over lists of containers, in namespaces with a given prefix.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Input, Text, Typed, Violation, items, report};

/// Evaluates the policy over `serde_json::Value`.
pub(crate) fn violations(input: &Value, _: &Value) -> Vec<Violation> {
    let object = &input["review"]["object"];
    let Some(namespace) = object["metadata"]["namespace"].as_str() else { return Vec::new() };
    let mut prefixes = items(&input["parameters"], "namespacePrefixes").filter_map(Value::as_str);
    if !prefixes.any(|prefix| namespace.starts_with(prefix)) {
        return Vec::new();
    }
    let mut violations = Vec::new();
    for (list, kind) in [
        ("containers", "container"),
        ("initContainers", "init container"),
        ("ephemeralContainers", "ephemeral container"),
    ] {
        for container in items(&object["spec"], list) {
            let policy = container["imagePullPolicy"].as_str();
            let Some(name) = container["name"].as_str() else { continue };
            if policy != Some("Always") {
                report(&mut violations, message(kind, name, policy));
            }
        }
    }
    violations
}

fn message(kind: &str, name: &str, policy: Option<&str>) -> String {
    let found = policy.unwrap_or("not set");
    format!("{kind} '{name}' must pull its image always, found: '{found}'")
}

/// The hand-written policy over structs.
#[derive(Debug)]
pub(crate) struct ByHand;

#[derive(Debug, Deserialize)]
pub(crate) struct Object<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: Spec<'a>,
}

#[derive(Debug, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    namespace: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    #[serde(borrow, default)]
    containers: Vec<Container<'a>>,
    #[serde(borrow, default)]
    init_containers: Vec<Container<'a>>,
    #[serde(borrow, default)]
    ephemeral_containers: Vec<Container<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Container<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    image_pull_policy: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parameters<'a> {
    #[serde(borrow, default)]
    namespace_prefixes: Vec<Text<'a>>,
}

impl Typed for ByHand {
    type Input<'a> = Input<Object<'a>, Parameters<'a>>;
    type Data<'a> = IgnoredAny;

    fn violations(input: &Self::Input<'_>, _: &IgnoredAny) -> Vec<Violation> {
        let Object { metadata, spec } = &input.review.object;
        let Some(namespace) = &metadata.namespace else { return Vec::new() };
        let mut prefixes = input.parameters.namespace_prefixes.iter();
        if !prefixes.any(|prefix| namespace.starts_with(&**prefix)) {
            return Vec::new();
        }
        let mut violations = Vec::new();
        for (containers, kind) in [
            (&spec.containers, "container"),
            (&spec.init_containers, "init container"),
            (&spec.ephemeral_containers, "ephemeral container"),
        ] {
            for container in containers {
                let policy = container.image_pull_policy.as_deref();
                if policy != Some("Always") {
                    report(&mut violations, message(kind, &container.name, policy));
                }
            }
        }
        violations
    }
}
