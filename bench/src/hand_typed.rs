//! The image-pull policy as a good engineer would write it over typed structs that borrow from
//! the JSON.

use std::borrow::Cow;

use serde::Deserialize;

/// What the policy reads of its input; serde skips the rest.
#[derive(Debug, Deserialize)]
pub(crate) struct Input<'a> {
    #[serde(borrow)]
    review: Review<'a>,
    #[serde(borrow)]
    parameters: Parameters<'a>,
}

#[derive(Debug, Deserialize)]
struct Review<'a> {
    #[serde(borrow)]
    object: Object<'a>,
}

#[derive(Debug, Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow)]
    spec: Spec<'a>,
}

#[derive(Debug, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    namespace: Option<Cow<'a, str>>,
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
    name: Cow<'a, str>,
    #[serde(borrow)]
    image_pull_policy: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters<'a> {
    #[serde(borrow, default)]
    namespace_prefixes: Vec<Cow<'a, str>>,
}

/// The messages of the violations of `input`.
pub(crate) fn violations(input: &Input<'_>) -> Vec<String> {
    let object = &input.review.object;
    let Some(namespace) = &object.metadata.namespace else { return Vec::new() };
    let mut prefixes = input.parameters.namespace_prefixes.iter();
    if !prefixes.any(|prefix| namespace.starts_with(&**prefix)) {
        return Vec::new();
    }
    let spec = &object.spec;
    let mut messages = Vec::new();
    for (containers, kind) in [
        (&spec.containers, "container"),
        (&spec.init_containers, "init container"),
        (&spec.ephemeral_containers, "ephemeral container"),
    ] {
        for container in containers {
            let policy = container.image_pull_policy.as_deref();
            if policy != Some("Always") {
                let (name, found) = (&container.name, policy.unwrap_or("not set"));
                messages
                    .push(format!("{kind} '{name}' must pull its image always, found: '{found}'"));
            }
        }
    }
    messages
}
