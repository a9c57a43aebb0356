//! Reading `spec.match` from its document.

use ferrego_runtime::Value;
use ferrego_schema::constraints::MATCH;

use super::kinds::{Kinds, KindsEntry};
use super::selector::{LabelSelector, Operator, Requirement};
use super::wildcard::Wildcard;
use super::{Criteria, Match, Scope, Source};
use crate::fault::{Fault, FaultCode, Faults, FieldPath, Severity};
use crate::{field_errors, k8s_names};

impl Match {
    /// Reads `spec.match`, whose path is `path`.
    ///
    /// # Errors
    /// Returns all its faults: violations of its schema, and selectors that Kubernetes rejects.
    pub fn read(value: &Value<'_>, path: &FieldPath) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let read = Self::collect(Some(value), path, &mut faults);
        faults.retain(|fault| fault.severity == Severity::Error);
        if faults.is_empty() { Ok(read) } else { Err(faults.into()) }
    }

    /// Reads `spec.match` and adds its faults, including warnings. If there is an error among them,
    /// the caller must discard the result.
    pub(crate) fn collect(
        value: Option<&Value<'_>>,
        path: &FieldPath,
        faults: &mut Vec<Fault>,
    ) -> Self {
        let Some(value) = value else { return Self::everything() };
        let found = MATCH.as_ref().map(|schema| schema.validate_at(value, path));
        faults.extend(found.unwrap_or_default());
        let selector = |key: &str, faults: &mut Vec<Fault>| {
            value.get_str(key).map(|given| selector(&given, &path.key(key), faults))
        };
        let criteria = Criteria {
            kinds: kinds(value),
            scope: scope(value, path, faults),
            namespaces: wildcards(value, "namespaces"),
            excluded_namespaces: wildcards(value, "excludedNamespaces"),
            labels: selector("labelSelector", faults),
            namespace_labels: selector("namespaceSelector", faults),
            name: value.get_str("name").and_then(name),
            source: value.get_str("source").and_then(source),
        };
        Self { criteria: Some(Box::new(criteria)) }
    }
}

fn kinds(value: &Value<'_>) -> Kinds {
    let entry = |entry: &Value<'_>| KindsEntry {
        groups: texts(entry, "apiGroups").map(Into::into).collect(),
        kinds: texts(entry, "kinds").map(Into::into).collect(),
    };
    Kinds(list(value, "kinds").iter().map(entry).collect())
}

fn scope(value: &Value<'_>, path: &FieldPath, faults: &mut Vec<Fault>) -> Scope {
    match value.get_str("scope") {
        Some(Value::String("Cluster")) => Scope::Cluster,
        Some(Value::String("Namespaced")) => Scope::Namespaced,
        None | Some(Value::String("*" | "")) => Scope::Any,
        Some(other) => {
            let message = field_errors::unsupported(&other, ["*", "Cluster", "Namespaced"]);
            let fault = Fault::new(FaultCode::InvalidConstraint, path.key("scope"), message);
            faults.push(fault.with_help("Gatekeeper treats any other text as `*`").as_warning());
            Scope::Any
        }
    }
}

/// Returns the criterion `name`. The empty name selects every name.
fn name(value: Value<'_>) -> Option<Wildcard> {
    value.as_str().filter(|name| !name.is_empty()).map(Wildcard::new)
}

/// Returns the criterion `source`, or `None` if it selects every source.
fn source(value: Value<'_>) -> Option<Source> {
    match value.as_str() {
        Some("Original") => Some(Source::Original),
        Some("Generated") => Some(Source::Generated),
        _ => None,
    }
}

fn wildcards(value: &Value<'_>, key: &str) -> Vec<Wildcard> {
    texts(value, key).map(Wildcard::new).collect()
}

fn selector(value: &Value<'_>, path: &FieldPath, faults: &mut Vec<Fault>) -> LabelSelector {
    let mut requirements = Vec::new();
    if let Some(Value::Object(labels)) = value.get_str("matchLabels") {
        let path = path.key("matchLabels");
        for (key, value) in labels.pairs() {
            let (Some(key), Some(value)) = (key.as_str(), value.as_str()) else { continue };
            let path = path.key(key);
            say(faults, &path, key, k8s_names::label_key(key));
            say(faults, &path, value, k8s_names::label_value(value));
            let operator = Operator::In(vec![value.into()]);
            requirements.push(Requirement { key: key.into(), operator });
        }
    }
    for (index, expression) in list(value, "matchExpressions").iter().enumerate() {
        let path = path.key("matchExpressions").index(index);
        requirements.extend(requirement(expression, &path, faults));
    }
    LabelSelector(requirements)
}

/// Reads an expression (`ValidateLabelSelectorRequirement`). Does not report faults again that the
/// schema's validation has reported.
fn requirement(
    value: &Value<'_>,
    path: &FieldPath,
    faults: &mut Vec<Fault>,
) -> Option<Requirement> {
    let operator = value.get_str("operator")?.as_str()?;
    let key = value.get_str("key")?.as_str()?;
    let values: Vec<Box<str>> = texts(value, "values").map(Into::into).collect();
    let (is_set, is_empty) = (matches!(operator, "In" | "NotIn"), values.is_empty());
    let said = match operator {
        "In" | "NotIn" if is_empty => {
            let message =
                field_errors::required("must be specified when `operator` is 'In' or 'NotIn'");
            Some(fault(path.key("values"), message).seen_at(path.key("operator")))
        }
        "Exists" | "DoesNotExist" if !is_empty => {
            let why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            Some(fault(path.key("values"), field_errors::forbidden(why)))
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => None,
        other => {
            let message =
                field_errors::invalid(&Value::String(other), "not a valid selector operator");
            let help = "use In, NotIn, Exists or DoesNotExist";
            Some(fault(path.key("operator"), message).with_help(help))
        }
    };
    faults.extend(said);
    say(faults, &path.key("key"), key, k8s_names::label_key(key));
    if is_set {
        for (index, value) in values.iter().enumerate() {
            say(faults, &path.key("values").index(index), value, k8s_names::label_value(value));
        }
    }
    let operator = match operator {
        "In" => Operator::In(values),
        "NotIn" => Operator::NotIn(values),
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        _ => return None,
    };
    Some(Requirement { key: key.into(), operator })
}

fn fault(path: FieldPath, message: String) -> Fault {
    Fault::new(FaultCode::InvalidConstraint, path, message)
}

fn say(faults: &mut Vec<Fault>, path: &FieldPath, text: &str, wrong: Vec<String>) {
    let value = Value::String(text);
    faults.extend(
        wrong.into_iter().map(|why| fault(path.clone(), field_errors::invalid(&value, why))),
    );
}

fn list<'a>(value: &Value<'a>, key: &str) -> &'a [Value<'a>] {
    match value.get_str(key) {
        Some(Value::Array(items)) => items,
        _ => &[],
    }
}

fn texts<'a>(value: &Value<'a>, key: &str) -> impl Iterator<Item = &'a str> {
    list(value, key).iter().filter_map(Value::as_str)
}
