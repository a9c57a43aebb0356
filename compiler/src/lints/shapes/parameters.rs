//! The shape of `input.parameters`, by the template's schema.

use std::sync::Arc;

use ferrego_runtime::Value;
use ferrego_schema::Schema;
use ferrego_schema::node::{Additional, Node};

use super::{Alternative, Origin, Owner, Record, Rest, Scalar, Shape, Shapes};
use crate::template::Constraints;

/// Returns the shape of the parameters. A template without a schema has none, unless it is a legacy
/// one, which has any.
pub(in crate::lints) fn of(shapes: &mut Shapes, constraints: &Constraints) -> Shape {
    match Schema::of_template(&constraints.schema, constraints.legacy_schema) {
        Ok(Some(_)) if constraints.schema.is_empty() => Shape::ANY,
        Ok(Some(schema)) => of_schema(shapes, schema.root(), "input.parameters"),
        Ok(None) => {
            let owner = Owner::Parameters("input.parameters".into());
            let record = shapes.record(Record { owner, fields: Vec::new(), rest: Rest::None });
            shapes.one(record)
        }
        Err(_) => Shape::ANY,
    }
}

fn of_schema(shapes: &mut Shapes, node: Node<'_>, path: &str) -> Shape {
    let scalar = |scalar| Alternative::Scalar(scalar, Origin::Schema);
    let mut alternatives = match node.type_name() {
        _ if node.is_int_or_string() => vec![scalar(Scalar::Number), scalar(Scalar::String)],
        "boolean" => vec![scalar(Scalar::Boolean)],
        "integer" => vec![scalar(Scalar::Integer)],
        "number" => vec![scalar(Scalar::Number)],
        "string" => vec![string(shapes, node)],
        "array" => {
            let items = node.items();
            let of = items.map(|items| of_schema(shapes, items, &format!("{path}[_]")));
            vec![Alternative::Array(of.unwrap_or(Shape::ANY), Origin::Schema)]
        }
        "object" => vec![object(shapes, node, path)],
        "" if node.properties().next().is_some() => vec![object(shapes, node, path)],
        _ => vec![Alternative::Any],
    };
    if node.is_nullable() {
        alternatives.push(scalar(Scalar::Null));
    }
    shapes.of(alternatives)
}

fn string(shapes: &mut Shapes, node: Node<'_>) -> Alternative {
    let values: Vec<Arc<str>> =
        node.list("enum").iter().filter_map(Value::as_str).map(Arc::from).collect();
    if values.is_empty() {
        Alternative::Scalar(Scalar::String, Origin::Schema)
    } else {
        Alternative::Texts(shapes.texts(values), Origin::Schema)
    }
}

fn object(shapes: &mut Shapes, node: Node<'_>, path: &str) -> Alternative {
    let fields: Vec<(Arc<str>, Shape)> = node
        .properties()
        .map(|(name, of)| (name.into(), of_schema(shapes, of, &format!("{path}.{name}"))))
        .collect();
    let open = node.preserves_unknown() || node.is_embedded();
    let rest = match node.additional() {
        Additional::Of(of) => Rest::Of(of_schema(shapes, of, &format!("{path}[_]"))),
        Additional::Any => Rest::Of(Shape::ANY),
        // An object that declares nothing says nothing of its fields.
        _ if open && fields.is_empty() => Rest::Of(Shape::ANY),
        _ if open => Rest::Undeclared,
        Additional::Unsaid | Additional::Forbidden => Rest::None,
    };
    shapes.record(Record { owner: Owner::Parameters(path.into()), fields, rest })
}

/// Returns the paths of the parameters that are numbers, any strings or lists, may be absent and
/// have no default. Those within objects are written `limits.cpu`.
pub(in crate::lints) fn optional(constraints: &Constraints) -> Vec<Arc<str>> {
    let schema = Schema::of_template(&constraints.schema, constraints.legacy_schema);
    let Ok(Some(schema)) = schema else { return Vec::new() };
    let mut found = Vec::new();
    let mut objects = vec![(String::new(), schema.root())];
    while let Some((path, object)) = objects.pop() {
        let required: Vec<&str> =
            object.list("required").iter().filter_map(Value::as_str).collect();
        for (name, of) in object.properties() {
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            let needed = matches!(of.type_name(), "integer" | "number" | "string" | "array");
            let set = of.get("default").is_some() || !of.list("enum").is_empty();
            if needed && !set && !of.is_nullable() && !required.contains(&name) {
                found.push(path.into());
            } else if of.type_name() == "object" && !of.is_nullable() {
                objects.push((path, of));
            }
        }
    }
    found
}
