//! The traversals of a schema: of the shapes of its keywords, and of its defaults.

use ferrego_runtime::Value;

use super::faults::Check;
use crate::fault::{FaultCode, FieldPath};
use crate::keywords::{self, Shape};
use crate::node::{Additional, Node};
use crate::{field_errors, unknown, validate};

/// The maximum nesting depth of schemas. Traversals of values recurse as deep as the schema.
const MAX_DEPTH: usize = 128;

impl Check {
    /// Checks that the values of all keywords have the right shape.
    pub(super) fn keywords(&mut self, node: Node<'_>, path: &FieldPath, depth: usize) {
        let Value::Object(object) = node.json() else {
            if matches!(node.json(), Value::Null) {
                return;
            }
            return self.say(path.clone(), field_errors::invalid(&node.json(), "must be a schema"));
        };
        if depth > MAX_DEPTH {
            let message = format!("Forbidden: schemas nest deeper than {MAX_DEPTH} levels");
            return self.say(path.clone(), message);
        }
        for (key, value) in object.pairs() {
            let Some(keyword) = key.as_str() else { continue };
            if matches!(value, Value::Null) {
                continue;
            }
            let below = path.key(keyword);
            match keywords::shape(keyword) {
                None if let Some(known) = keywords::in_other_case(keyword) => {
                    let message = format!("expected the keyword `{known}`, found `{keyword}`");
                    self.say(below, message);
                }
                None => {
                    let message = format!("unknown keyword \"{keyword}\"");
                    self.warn(below, message, "Kubernetes drops it, and nothing checks it");
                }
                Some(Shape::Refused(_)) if is_nothing(keyword, value) => {}
                Some(Shape::Refused(why)) => self.say(below, field_errors::forbidden(why)),
                Some(shape) => match shape.fault(value) {
                    Some(why) => self.say(below, field_errors::invalid(value, why)),
                    None => self.schemas(node, shape, keyword, value, &below, depth),
                },
            }
        }
        self.values(node, path);
    }

    /// Checks the keywords of the schemas that the keyword holds.
    fn schemas(
        &mut self,
        node: Node<'_>,
        shape: Shape,
        keyword: &str,
        value: &Value<'_>,
        path: &FieldPath,
        depth: usize,
    ) {
        match (shape, value) {
            (Shape::Schema | Shape::Items | Shape::SchemaOrFlag, Value::Object(_)) => {
                if let Some(schema) = node.branch(keyword) {
                    self.keywords(schema, path, depth + 1);
                }
            }
            (Shape::Rules, Value::Array(rules)) => {
                for (index, rule) in rules.iter().enumerate() {
                    let text = rule.get_str("rule").and_then(|rule| rule.as_str());
                    if text.is_none_or(|text| text.trim().is_empty()) {
                        self.say_missing(&path.index(index), "rule", "rule is not specified");
                    }
                }
            }
            (Shape::Items, other) => {
                let message = format!("expected a mapping, found {}", other.type_name());
                let help = "write the schema of an item; Gatekeeper ignores any other value";
                self.warn(path.clone(), message, help);
            }
            (Shape::Schemas, _) => {
                for (index, schema) in node.branches(keyword).enumerate() {
                    self.keywords(schema, &path.index(index), depth + 1);
                }
            }
            (Shape::SchemaMap, _) => {
                for (name, schema) in node.properties() {
                    self.keywords(schema, &path.key(name), depth + 1);
                }
            }
            _ => {}
        }
    }

    /// Checks each default against the schema that contains it.
    pub(super) fn defaults(&mut self, node: Node<'_>, path: &FieldPath) {
        if let Some(default) = node.get("default") {
            let path = path.key("default");
            let code = FaultCode::InvalidTemplate;
            self.faults.extend(validate::validate(node, &default, &path, code));
            let before = self.faults.len();
            unknown::report(node, &default, &path, &mut self.faults);
            for fault in self.faults.iter_mut().skip(before) {
                fault.code = code;
            }
        }
        for (name, property) in node.properties() {
            self.defaults(property, &path.key("properties").key(name));
        }
        if let Some(items) = node.items() {
            self.defaults(items, &path.key("items"));
        }
        if let Additional::Of(schema) = node.additional() {
            self.defaults(schema, &path.key("additionalProperties"));
        }
    }
}

/// Returns `true` if Go's decoder treats the value as absent.
fn is_nothing(keyword: &str, value: &Value<'_>) -> bool {
    match value {
        Value::String(text) => text.is_empty() && matches!(keyword, "id" | "$schema"),
        Value::Object(object) => {
            object.is_empty()
                && matches!(keyword, "definitions" | "dependencies" | "patternProperties")
        }
        _ => false,
    }
}
