//! The extensions that define how lists and maps are merged.

use ferrego_runtime::Value;

use super::faults::Check;
use crate::fault::FieldPath;
use crate::field_errors;
use crate::node::Node;

const LIST: &str = "x-kubernetes-list-type";
const MAP: &str = "x-kubernetes-map-type";
const KEYS: &str = "x-kubernetes-list-map-keys";

impl Check {
    /// Checks the extensions of a list or a map.
    pub(super) fn lists_and_maps(&mut self, node: Node<'_>, path: &FieldPath) {
        self.merge_type(node, LIST, "array", &["atomic", "set", "map"], path);
        self.merge_type(node, MAP, "object", &["atomic", "granular"], path);
        let kind = node.get(LIST).and_then(|kind| kind.as_str());
        if !node.list(KEYS).is_empty() && kind != Some("map") {
            let why = "must be map if x-kubernetes-list-map-keys is non-empty";
            match kind {
                None => self.say_missing(path, LIST, why),
                Some(kind) => {
                    self.say_of(path, LIST, field_errors::invalid(&Value::String(kind), why));
                }
            }
        }
        let Some(items) = node.items() else { return };
        if matches!(kind, Some("set" | "map")) && items.is_nullable() {
            let why = format!("cannot be nullable when {LIST} is {}", kind.unwrap_or_default());
            self.say_of(&path.key("items"), "nullable", field_errors::forbidden(&why));
        }
        match kind {
            Some("set") => self.set(items, &path.key("items")),
            Some("map") => self.map(node, items, path),
            _ => {}
        }
    }

    fn merge_type(
        &mut self,
        node: Node<'_>,
        keyword: &str,
        of: &str,
        allowed: &[&str],
        path: &FieldPath,
    ) {
        let Some(kind) = node.get(keyword).and_then(|kind| kind.as_str()) else { return };
        if !allowed.contains(&kind) {
            self.say_of(path, keyword, field_errors::unsupported(&Value::String(kind), allowed));
        }
        let name = node.type_name();
        let why = format!("must be {of} if {keyword} is specified");
        if name.is_empty() {
            self.say_missing(path, "type", &why);
        } else if name != of {
            self.say_of(path, "type", field_errors::invalid(&Value::String(name), why));
        }
    }

    /// Checks the items of a list with the type `set`.
    fn set(&mut self, items: Node<'_>, path: &FieldPath) {
        let why = "must be atomic as item of a list with x-kubernetes-list-type=set";
        let (keyword, is_atomic) = match items.type_name() {
            "array" => (LIST, matches!(items.text(LIST), "" | "atomic")),
            "object" => (MAP, items.text(MAP) == "atomic"),
            _ => return,
        };
        if !is_atomic {
            let value = items.get(keyword).unwrap_or(Value::Null);
            self.say_of(path, keyword, field_errors::invalid(&value, why));
        }
    }

    /// Checks the items of a list with the type `map`, and its keys.
    fn map(&mut self, node: Node<'_>, items: Node<'_>, path: &FieldPath) {
        let (keys, below) = (node.list(KEYS), path.key("items"));
        if keys.is_empty() {
            self.say_missing(path, KEYS, "must not be empty if x-kubernetes-list-type is map");
        }
        if items.type_name() != "object" {
            let value = Value::String(items.type_name());
            let why = "must be object if parent array's x-kubernetes-list-type is map";
            return self.say_of(&below, "type", field_errors::invalid(&value, why));
        }
        for (index, key) in keys.iter().enumerate() {
            let Some(property) = key.as_str().and_then(|key| items.property(key)) else {
                let why = "entries must all be names of item properties";
                self.say_of(path, KEYS, field_errors::invalid(&Value::Array(keys), why));
                continue;
            };
            if keys[..index].contains(key) {
                let why = "must not contain duplicate entries";
                self.say_of(path, KEYS, field_errors::invalid(&Value::Array(keys), why));
            }
            let at = below.key("properties").key(key.as_str().unwrap_or_default());
            if matches!(property.type_name(), "array" | "object") {
                let why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
                let value = Value::String(property.type_name());
                self.say_of(&at, "type", field_errors::invalid(&value, why));
            }
            let is_required = items.list("required").contains(key);
            if !is_required && property.get("default").is_none() {
                let why = "this property is in x-kubernetes-list-map-keys, so it must have a \
                           default or be a required property";
                self.say_missing(&at, "default", why);
            }
            if property.is_nullable() {
                let why =
                    "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
                self.say_of(&at, "nullable", field_errors::forbidden(why));
            }
        }
    }
}
