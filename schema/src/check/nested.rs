//! The schemas under `allOf`, `anyOf`, `oneOf` and `not` of a structural schema.
//!
//! They may contain only conditions on values. Kubernetes also requires that the structural schema
//! itself names their fields, but checks this only at the root of a definition.

use ferrego_runtime::Value;

use super::faults::Check;
use crate::fault::FieldPath;
use crate::field_errors;
use crate::node::Node;

/// The keywords that are allowed only in the structural part of a schema, with Kubernetes' message
/// for their use elsewhere.
const FORBIDDEN: [(&str, &str); 10] = [
    ("type", "must be empty to be structural"),
    ("additionalProperties", "must be undefined to be structural"),
    ("default", "must be undefined to be structural"),
    ("title", "must be empty to be structural"),
    ("description", "must be empty to be structural"),
    ("externalDocs", "must be undefined to be structural"),
    ("x-kubernetes-list-map-keys", "must be empty to be structural"),
    ("x-kubernetes-list-type", "must be undefined to be structural"),
    ("x-kubernetes-map-type", "must be undefined to be structural"),
    ("x-kubernetes-validations", "must be empty to be structural"),
];

/// The flags that are allowed only in the structural part of a schema, unless they are `false`.
const FORBIDDEN_FLAGS: [&str; 4] = [
    "nullable",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
];

const LISTS: [&str; 3] = ["anyOf", "allOf", "oneOf"];

impl Check {
    /// Checks the combinations of a structural schema.
    pub(super) fn combinations(&mut self, node: Node<'_>, path: &FieldPath) {
        for keyword in LISTS {
            if keyword == "anyOf" && is_int_or_string(node) {
                continue;
            }
            for (index, branch) in node.branches(keyword).enumerate() {
                // An `anyOf` of the two types is also allowed in the first `allOf`.
                if keyword == "allOf" && index == 0 && is_int_or_string(branch) {
                    continue;
                }
                self.nested(branch, &path.key(keyword).index(index));
            }
        }
        if let Some(branch) = node.branch("not") {
            self.nested(branch, &path.key("not"));
        }
    }

    fn nested(&mut self, node: Node<'_>, path: &FieldPath) {
        for (keyword, why) in FORBIDDEN {
            if node.get(keyword).is_some() {
                self.say_of(path, keyword, field_errors::forbidden(why));
            }
        }
        for keyword in FORBIDDEN_FLAGS {
            if node.flag(keyword) {
                self.say_of(
                    path,
                    keyword,
                    field_errors::forbidden("must be false to be structural"),
                );
            }
        }
        for keyword in LISTS {
            for (index, branch) in node.branches(keyword).enumerate() {
                self.nested(branch, &path.key(keyword).index(index));
            }
        }
        if let Some(branch) = node.branch("not") {
            self.nested(branch, &path.key("not"));
        }
        self.nested_fields(node, path);
    }

    /// Kubernetes does not check here that the schema itself names these fields. It does so only
    /// for the root of a definition, and the parameters are a field in a definition.
    fn nested_fields(&mut self, node: Node<'_>, path: &FieldPath) {
        let properties = path.key("properties");
        for (name, field) in node.properties() {
            if name == "metadata" {
                let why = "must not be specified in a nested context";
                self.say(properties.key(name), field_errors::forbidden(why));
            }
            self.nested(field, &properties.key(name));
        }
        if let Some(items) = node.get("items").and(node.items()) {
            self.nested(items, &path.key("items"));
        }
    }
}

/// Returns `true` if the schema's `anyOf` is exactly that of an integer or a string.
fn is_int_or_string(node: Node<'_>) -> bool {
    let is_type = |branch: Node<'_>, name: &str| {
        branch.type_name() == name
            && matches!(branch.json(), Value::Object(object) if object.len() == 1)
    };
    let mut branches = node.branches("anyOf");
    branches.len() == 2
        && branches.next().is_some_and(|branch| is_type(branch, "integer"))
        && branches.next().is_some_and(|branch| is_type(branch, "string"))
}
