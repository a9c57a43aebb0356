//! The rules for structural schemas (apiextensions' `apis/apiextensions/validation` and
//! `apiserver/schema/validation.go`).

use ferrego_runtime::Value;
use ferrego_runtime::builtins::regex::Pattern;

use super::faults::Check;
use crate::fault::FieldPath;
use crate::field_errors;
use crate::formats;
use crate::node::{Additional, Node};

/// The types of values.
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// The position of a schema, on which messages depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// The schema of a field, or of the parameters, which are a field of the constraint's `spec`.
    Field,
    /// The schema of an array's items.
    Item,
}

impl Check {
    /// Checks the keywords of which only some texts or numbers are valid values. These rules hold
    /// for nested schemas too.
    pub(super) fn values(&mut self, node: Node<'_>, path: &FieldPath) {
        let name = node.type_name();
        if name == "null" {
            let why = "type cannot be set to null, use nullable as an alternative";
            self.say_of(path, "type", field_errors::forbidden(why));
        } else if !name.is_empty() && !TYPES.contains(&name) {
            self.say_of(path, "type", field_errors::unsupported(&Value::String(name), TYPES));
        }
        let pattern = node.text("pattern");
        if !pattern.is_empty()
            && let Err(error) = Pattern::new(pattern)
        {
            let why = format!("must be a valid regular expression, but isn't: {error}");
            self.say_of(path, "pattern", field_errors::invalid(&Value::String(pattern), why));
        }
        if node.flag("uniqueItems") {
            let why =
                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
            self.say_of(path, "uniqueItems", field_errors::forbidden(why));
        }
        let format = node.text("format");
        if !format.is_empty() && formats::effective(node).is_empty() {
            let message = format!("unrecognized format \"{format}\"");
            self.warn(
                path.key("format"),
                message,
                "use `pattern`; Kubernetes ignores unknown formats",
            );
        }
        if !node.list("x-kubernetes-validations").is_empty() {
            let message = "rules of x-kubernetes-validations are not evaluated".to_owned();
            let help = "only the API server checks them";
            self.warn(path.key("x-kubernetes-validations"), message, help);
        }
    }

    /// Checks the schema, and the schemas of its fields and items.
    pub(super) fn structural(&mut self, node: Node<'_>, level: Level, path: &FieldPath) {
        self.type_is_there(node, level, path);
        self.extensions(node, path);
        self.lists_and_maps(node, path);
        if let Some(items) = node.items() {
            self.structural(items, Level::Item, &path.key("items"));
        } else if node.type_name() == "array" {
            self.say_missing(path, "items", "must be specified");
        }
        for (name, property) in node.properties() {
            self.structural(property, Level::Field, &path.key("properties").key(name));
        }
        self.additional(node, path);
        self.combinations(node, path);
    }

    fn type_is_there(&mut self, node: Node<'_>, level: Level, path: &FieldPath) {
        let name = node.type_name();
        if node.is_embedded() && name != "object" {
            let why = "must be object if x-kubernetes-embedded-resource is true";
            if name.is_empty() {
                self.say_missing(path, "type", why);
            } else {
                self.say_of(path, "type", field_errors::invalid(&Value::String(name), why));
            }
        } else if name.is_empty() && !node.is_int_or_string() && !node.preserves_unknown() {
            let of = match level {
                Level::Field => "object fields",
                Level::Item => "array items",
            };
            self.say_missing(path, "type", &format!("must not be empty for specified {of}"));
        }
    }

    fn extensions(&mut self, node: Node<'_>, path: &FieldPath) {
        let preserve = "x-kubernetes-preserve-unknown-fields";
        if let Some(said @ Value::Bool(false)) = node.get(preserve)
            && !node.is_open_legacy()
        {
            self.say_of(path, preserve, field_errors::invalid(&said, "must be true or undefined"));
        }
        if node.is_int_or_string() {
            let why = "must be false if x-kubernetes-int-or-string is true";
            for (keyword, is_true) in [
                (preserve, node.preserves_unknown()),
                ("x-kubernetes-embedded-resource", node.is_embedded()),
            ] {
                if is_true {
                    self.say_of(path, keyword, field_errors::invalid(&Value::Bool(true), why));
                }
            }
        }
        if node.is_embedded() && !node.preserves_unknown() && node.properties().next().is_none() {
            let why = "must not be empty if x-kubernetes-embedded-resource is true without \
                       x-kubernetes-preserve-unknown-fields";
            self.say_missing(path, "properties", why);
        }
    }

    fn additional(&mut self, node: Node<'_>, path: &FieldPath) {
        let keyword = "additionalProperties";
        let has_properties = node.properties().next().is_some();
        match node.get(keyword) {
            Some(Value::Bool(false) | Value::Object(_)) if has_properties => {
                let why = "additionalProperties and properties are mutual exclusive";
                self.say_of(path, keyword, field_errors::forbidden(why));
            }
            Some(_) if node.is_embedded() => {
                let why = "must not be used if x-kubernetes-embedded-resource is set";
                self.say_of(path, keyword, field_errors::forbidden(why));
            }
            _ => {}
        }
        if let Additional::Of(schema) = node.additional() {
            self.structural(schema, Level::Field, &path.key(keyword));
        }
    }
}
