//! `allowed-repos`: compares images with prefixes, and checks the tag of each image.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Input, Text, Typed, Violation, items, report};

/// Evaluates the policy over `serde_json::Value`.
pub(crate) fn violations(input: &Value, _: &Value) -> Vec<Violation> {
    let spec = &input["review"]["object"]["spec"];
    let repos = input["parameters"]["repos"].as_array();
    let mut violations = Vec::new();
    for container in items(spec, "containers").chain(items(spec, "initContainers")) {
        let (Some(name), Some(image)) = (container["name"].as_str(), container["image"].as_str())
        else {
            continue;
        };
        if let Some(repos) = repos {
            let mut prefixes = repos.iter().filter_map(Value::as_str);
            if !prefixes.any(|prefix| image.starts_with(prefix)) {
                let list: Vec<&str> = repos.iter().filter_map(Value::as_str).collect();
                report(&mut violations, elsewhere(name, image, &list));
            }
        }
        if is_latest(image) {
            report(&mut violations, latest(name));
        }
    }
    violations
}

fn elsewhere(name: &str, image: &str, repos: &[&str]) -> String {
    format!("<{name}> uses image {image:?}; allowed are {repos:?}")
}

fn is_latest(image: &str) -> bool {
    image.rsplit(':').next() == Some("latest")
}

fn latest(name: &str) -> String {
    format!("< {name} > must not use the tag latest")
}

/// The hand-written policy over structs.
#[derive(Debug)]
pub(crate) struct ByHand;

#[derive(Debug, Deserialize)]
pub(crate) struct Object<'a> {
    #[serde(borrow)]
    spec: Spec<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    #[serde(borrow, default)]
    containers: Vec<Container<'a>>,
    #[serde(borrow, default)]
    init_containers: Vec<Container<'a>>,
}

#[derive(Debug, Deserialize)]
struct Container<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    image: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Parameters<'a> {
    #[serde(borrow)]
    repos: Option<Vec<Text<'a>>>,
}

impl Typed for ByHand {
    type Input<'a> = Input<Object<'a>, Parameters<'a>>;
    type Data<'a> = IgnoredAny;

    fn violations(input: &Self::Input<'_>, _: &IgnoredAny) -> Vec<Violation> {
        let spec = &input.review.object.spec;
        let mut violations = Vec::new();
        for Container { name, image } in spec.containers.iter().chain(&spec.init_containers) {
            if let Some(repos) = &input.parameters.repos
                && !repos.iter().any(|prefix| image.starts_with(&**prefix))
            {
                let list: Vec<&str> = repos.iter().map(|text| &**text).collect();
                report(&mut violations, elsewhere(name, image, &list));
            }
            if is_latest(image) {
                report(&mut violations, latest(name));
            }
        }
        violations
    }
}
