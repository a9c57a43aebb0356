//! The parameters that the schema of a template declares.

use ferrego_runtime::Value;
use ferrego_runtime::json::{self, Escape};
use ferrego_schema::Schema;
use ferrego_schema::node::{Additional, Node};

use crate::template::Constraints;

/// A parameter, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The path below `input.parameters`: `labels`, `labels[_].key`.
    pub path: String,
    /// The type: `string`, `array of string`.
    pub kind: String,
    /// `true` if a constraint must give the parameter.
    pub required: bool,
    /// The default value as JSON.
    pub default: Option<String>,
    /// The permitted values as JSON; empty if any value of the type is permitted.
    pub values: Vec<String>,
    /// The description in the schema; empty if there is none.
    pub description: String,
}

/// Returns the parameters in the order of the schema's properties, each before its parts. A schema
/// that Gatekeeper refuses declares none; the errors of the template name its faults.
pub(crate) fn of(constraints: &Constraints) -> Vec<Parameter> {
    let mut found = Vec::new();
    if let Ok(Some(schema)) = Schema::of_template(&constraints.schema, constraints.legacy_schema) {
        collect(schema.root(), "", 0, &mut found);
    }
    found
}

/// The most levels of a schema that are described.
const MAX_DEPTH: usize = 32;

fn collect(node: Node<'_>, path: &str, depth: usize, to: &mut Vec<Parameter>) {
    if depth == MAX_DEPTH {
        return;
    }
    let required: Vec<&str> = node.list("required").iter().filter_map(Value::as_str).collect();
    for (name, property) in node.properties() {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        to.push(parameter(property, path.clone(), required.contains(&name)));
        collect(property, &path, depth + 1, to);
    }
    let items = node.items();
    let additional = match node.additional() {
        Additional::Of(of) => Some(of),
        Additional::Unsaid | Additional::Any | Additional::Forbidden => None,
    };
    for part in items.into_iter().chain(additional) {
        collect(part, &format!("{path}[_]"), depth + 1, to);
    }
}

fn parameter(node: Node<'_>, path: String, required: bool) -> Parameter {
    let text = |value: &Value<'_>| json::to_string(value, Escape::Plain);
    Parameter {
        path,
        kind: type_name(node, 0),
        required,
        default: node.get("default").as_ref().map(text),
        values: node.list("enum").iter().map(text).collect(),
        description: node.text("description").trim().to_owned(),
    }
}

/// Returns the type in words: `array of string`, `integer or string`, `any`.
fn type_name(node: Node<'_>, depth: usize) -> String {
    let name = match node.type_name() {
        _ if depth == MAX_DEPTH => "any".to_owned(),
        _ if node.is_int_or_string() => "integer or string".to_owned(),
        "array" => match node.items() {
            Some(items) => format!("array of {}", type_name(items, depth + 1)),
            None => "array".to_owned(),
        },
        "object" => match node.additional() {
            Additional::Of(of) => format!("map of {}", type_name(of, depth + 1)),
            Additional::Unsaid | Additional::Any | Additional::Forbidden => "object".to_owned(),
        },
        "" => "any".to_owned(),
        name => name.to_owned(),
    };
    if node.is_nullable() { format!("{name} or null") } else { name }
}
