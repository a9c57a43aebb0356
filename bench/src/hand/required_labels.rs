//! `required-labels`: builds sets, matches patterns and reports details.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Input, Text, Typed, Violation, items, matches, report};

/// Evaluates the policy over `serde_json::Value`.
pub(crate) fn violations(input: &Value, _: &Value) -> Vec<Violation> {
    let labels = input["review"]["object"]["metadata"]["labels"].as_object();
    let rules = || items(&input["parameters"], "labels");
    let wanted = rules().filter_map(|rule| rule["key"].as_str());
    let mut violations = missing(wanted, |key| labels.is_some_and(|all| all.contains_key(key)));
    for rule in rules() {
        let (Some(key), Some(pattern)) = (rule["key"].as_str(), rule["pattern"].as_str()) else {
            continue;
        };
        let value = labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
        check(&mut violations, key, pattern, value);
    }
    violations
}

fn missing<'k>(
    wanted: impl Iterator<Item = &'k str>,
    given: impl Fn(&str) -> bool,
) -> Vec<Violation> {
    let mut missing: Vec<&str> = wanted.filter(|key| !given(key)).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    missing.sort_unstable();
    missing.dedup();
    let quoted: Vec<String> = missing.iter().map(|key| format!("{key:?}")).collect();
    let msg = format!("labels are missing: {{{}}}", quoted.join(", "));
    vec![Violation { msg, details: missing.into_iter().map(str::to_owned).collect() }]
}

fn check(violations: &mut Vec<Violation>, key: &str, pattern: &str, value: Option<&str>) {
    if let Some(value) = value
        && !pattern.is_empty()
        && matches(pattern, value) == Some(false)
    {
        report(violations, format!("label <{key}: {value}> does not match {pattern:?}"));
    }
}

/// The hand-written policy over structs.
#[derive(Debug)]
pub(crate) struct ByHand;

#[derive(Debug, Deserialize)]
pub(crate) struct Object<'a> {
    #[serde(borrow)]
    metadata: Metadata<'a>,
}

#[derive(Debug, Deserialize)]
struct Metadata<'a> {
    #[serde(borrow, default)]
    labels: BTreeMap<Text<'a>, Text<'a>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Parameters<'a> {
    #[serde(borrow, default)]
    labels: Vec<Rule<'a>>,
}

#[derive(Debug, Deserialize)]
struct Rule<'a> {
    #[serde(borrow)]
    key: Text<'a>,
    #[serde(borrow)]
    pattern: Option<Text<'a>>,
}

impl Typed for ByHand {
    type Input<'a> = Input<Object<'a>, Parameters<'a>>;
    type Data<'a> = IgnoredAny;

    fn violations(input: &Self::Input<'_>, _: &IgnoredAny) -> Vec<Violation> {
        let labels = &input.review.object.metadata.labels;
        let rules = &input.parameters.labels;
        let wanted = rules.iter().map(|rule| &*rule.key);
        let mut violations = missing(wanted, |key| labels.contains_key::<str>(key));
        for Rule { key, pattern } in rules {
            if let Some(pattern) = pattern {
                check(&mut violations, key, pattern, labels.get::<str>(key).map(|value| &**value));
            }
        }
        violations
    }
}
