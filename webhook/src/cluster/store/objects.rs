//! The names and the parts of objects.

use ferrego_gatekeeper::inventory::ObjectKey;
use ferrego_runtime::json::{Escape, to_string};
use ferrego_runtime::{Document, Value};

/// Returns the name of an object of policies. The names of two `Config` objects in different
/// namespaces differ.
pub(super) fn name(document: &Document) -> String {
    let value = document.value();
    let text = |key| {
        let text = value.path(&["metadata", key]).and_then(|text| text.as_str());
        text.unwrap_or_default().to_owned()
    };
    match text("namespace") {
        namespace if namespace.is_empty() => text("name"),
        namespace => format!("{namespace}/{}", text("name")),
    }
}

/// Returns the namespace of an object, which is the name of a Namespace.
pub(super) fn namespace(key: &ObjectKey) -> &str {
    if key.group_version == "v1" && key.kind == "Namespace" { &key.name } else { &key.namespace }
}

/// Returns `true` if two versions of an object have the same `spec`.
pub(super) fn same_policy(one: &Document, other: &Document) -> bool {
    let spec = |value: Value<'_>| value.get_str("spec").map(|spec| to_string(&spec, Escape::Plain));
    spec(one.value()) == spec(other.value())
}
