//! Validation of values with a schema, with the errors in Kubernetes' words (`kube-openapi`'s
//! `validation/validate`, and `apiserver/validation` of apiextensions).

use ferrego_runtime::Value;
use ferrego_runtime::value::Object;

use super::node::{Additional, Node};
use super::{formats, values};
use crate::fault::{Fault, FaultCode, FieldPath};
use crate::field_errors;

/// Returns the faults of `value`, whose path is `path`.
pub(super) fn validate(
    node: Node<'_>,
    value: &Value<'_>,
    path: &FieldPath,
    code: FaultCode,
) -> Vec<Fault> {
    let mut walk = Walk { code, faults: Vec::new() };
    walk.value(node, value, path);
    walk.faults
}

struct Walk {
    code: FaultCode,
    faults: Vec<Fault>,
}

impl Walk {
    fn say(&mut self, path: &FieldPath, message: String) {
        self.faults.push(Fault::new(self.code, path.clone(), message));
    }

    fn value(&mut self, node: Node<'_>, value: &Value<'_>, path: &FieldPath) {
        if let Some((expected, actual)) = values::wrong_type(node, value) {
            let why = format!("{} must be of type {expected}: \"{actual}\"", name(path));
            self.say(path, field_errors::invalid(&Value::String(actual), why));
        }
        if !matches!(value, Value::Null) {
            self.combinations(node, value, path);
        }
        let name = name(path);
        match value {
            Value::String(text) => {
                let said = values::string(node, text, &name);
                let format = formats::fault(node, text, &name);
                for message in said.into_iter().chain(format) {
                    self.say(path, message);
                }
            }
            Value::Number(number) => {
                for message in values::number(node, number, &name) {
                    self.say(path, message);
                }
            }
            Value::Array(items) => self.items(node, items, path),
            _ => {}
        }
        if let Some(message) = values::enumeration(node, value) {
            self.say(path, message);
        }
        if let Value::Object(object) = value {
            self.fields(node, object, path);
        }
    }

    fn items(&mut self, node: Node<'_>, items: &[Value<'_>], path: &FieldPath) {
        if let Some(schema) = node.items() {
            for (index, item) in items.iter().enumerate() {
                self.value(schema, item, &path.index(index));
            }
        }
        if let Some(message) = values::size(node, items.len(), "items", &name(path)) {
            self.say(path, message);
        }
    }

    fn fields(&mut self, node: Node<'_>, object: &Object<'_>, path: &FieldPath) {
        if let Some(message) = values::size(node, object.len(), "properties", &name(path)) {
            return self.say(path, message);
        }
        for (key, value) in object.pairs() {
            let Some(key) = key.as_str() else { continue };
            match (node.property(key), node.additional()) {
                (Some(schema), _) | (None, Additional::Of(schema)) => {
                    self.value(schema, value, &path.key(key));
                }
                (None, Additional::Forbidden) => {
                    let below = path.key(key);
                    let why = format!("{} is a forbidden property", name(&below));
                    self.say(path, field_errors::invalid(&Value::String(key), why));
                }
                (None, Additional::Unsaid | Additional::Any) => {}
            }
        }
        for required in node.list("required").iter().filter_map(Value::as_str) {
            if object.get_str(required).is_none() {
                let fault = Fault::new(self.code, path.key(required), field_errors::required(""));
                self.faults.push(fault.seen_at(path.clone()));
            }
        }
    }

    fn combinations(&mut self, node: Node<'_>, value: &Value<'_>, path: &FieldPath) {
        let judge = |branch| validate(branch, value, path, self.code);
        let any: Vec<_> = node.branches("anyOf").map(judge).collect();
        let one: Vec<_> = node.branches("oneOf").map(judge).collect();
        let all: Vec<_> = node.branches("allOf").map(judge).collect();
        let not = node.branch("not").map(judge);
        if !any.is_empty() && !any.iter().any(Vec::is_empty) {
            self.combination(path, "must validate at least one schema (anyOf)");
            self.faults.extend(closest(any));
        }
        let valid = one.iter().filter(|faults| faults.is_empty()).count();
        if !one.is_empty() && valid != 1 {
            let must = "must validate one and only one schema (oneOf).";
            if valid == 0 {
                self.combination(path, &format!("{must} Found none valid"));
                self.faults.extend(closest(one));
            } else {
                self.combination(path, &format!("{must} Found {valid} valid alternatives"));
            }
        }
        if all.iter().any(|faults| !faults.is_empty()) {
            let none = all.iter().all(|faults| !faults.is_empty());
            let none = if none { ". None validated" } else { "" };
            self.faults.extend(all.into_iter().flatten());
            self.combination(path, &format!("must validate all the schemas (allOf){none}"));
        }
        if not.is_some_and(|faults| faults.is_empty()) {
            self.combination(path, "must not validate the schema (not)");
        }
    }

    fn combination(&mut self, path: &FieldPath, must: &str) {
        self.say(path, field_errors::invalid(&Value::String(""), format!("\"{path}\" {must}")));
    }
}

/// Returns the faults of the branch with the fewest faults; of several, the first.
fn closest(branches: Vec<Vec<Fault>>) -> Vec<Fault> {
    branches.into_iter().min_by_key(Vec::len).unwrap_or_default()
}

/// Returns the name of the value in messages.
fn name(path: &FieldPath) -> String {
    if path.0.is_empty() { "the document".to_owned() } else { format!("{path} in body") }
}
