//! Defaults, as Kubernetes fills them in (`schema/defaulting`).

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::value::Object;
use ferrego_runtime::{Arena, Value};

use super::node::{Additional, Node};

/// A copy of `value` with the defaults of `node`.
pub(super) fn apply<'a>(node: Node<'_>, value: &Value<'_>, arena: &'a Arena) -> Value<'a> {
    match value {
        Value::Object(object) => fields(node, object, arena),
        Value::Array(items) => match node.items() {
            Some(node) => Value::Array(
                arena.slice_with(items.len(), |index| item(node, &items[index], arena)),
            ),
            None => value.copy_to(arena),
        },
        scalar => scalar.copy_to(arena),
    }
}

fn fields<'a>(node: Node<'_>, object: &Object<'_>, arena: &'a Arena) -> Value<'a> {
    let mut filled = ObjectBuilder::with_capacity(arena, object.len());
    for (key, value) in object.pairs() {
        let property = key.as_str().and_then(|name| node.property(name));
        let value = match (property, node.additional()) {
            (Some(property), _) => item(property, value, arena),
            (None, Additional::Of(schema)) => item(schema, value, arena),
            (None, _) => value.copy_to(arena),
        };
        filled.insert(key.copy_to(arena), value);
    }
    for (name, property) in node.properties() {
        if object.get_str(name).is_none()
            && let Some(default) = property.get("default")
        {
            filled.insert(Value::String(arena.string(name)), apply(property, &default, arena));
        }
    }
    filled.finish()
}

/// The value, or the default of its schema where it is null and must not be.
fn item<'a>(node: Node<'_>, value: &Value<'_>, arena: &'a Arena) -> Value<'a> {
    match (value, node.get("default")) {
        (Value::Null, Some(default)) if !node.is_nullable() => apply(node, &default, arena),
        _ => apply(node, value, arena),
    }
}
