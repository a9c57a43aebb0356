//! Defaults, filled in as in Kubernetes (`schema/defaulting`).

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::value::Object;
use ferrego_runtime::{Arena, Value};

use super::node::{Additional, Node};

/// A walk that fills in defaults. `read` converts each default to the form that the reader sees.
pub(super) struct Defaults<'a, 'r> {
    pub(super) arena: &'a Arena,
    pub(super) read: &'r dyn Fn(Value<'a>) -> Value<'a>,
}

impl<'a> Defaults<'a, '_> {
    /// Copies `value` and fills in the defaults of `node`.
    fn apply(&self, node: Node<'_>, value: &Value<'_>) -> Value<'a> {
        match value {
            Value::Object(object) => self.fields(node, object),
            Value::Array(items) => match node.items() {
                Some(node) => {
                    let item = |index: usize| self.item(node, &items[index]);
                    Value::Array(self.arena.slice_with(items.len(), item))
                }
                None => value.copy_to(self.arena),
            },
            scalar => scalar.copy_to(self.arena),
        }
    }

    fn fields(&self, node: Node<'_>, object: &Object<'_>) -> Value<'a> {
        let mut filled = ObjectBuilder::with_capacity(self.arena, object.len());
        for (key, value) in object.pairs() {
            let property = key.as_str().and_then(|name| node.property(name));
            let value = match (property, node.additional()) {
                (Some(property), _) => self.item(property, value),
                (None, Additional::Of(schema)) => self.item(schema, value),
                (None, _) => value.copy_to(self.arena),
            };
            filled.insert(key.copy_to(self.arena), value);
        }
        for (name, property) in node.properties() {
            if object.get_str(name).is_none()
                && let Some(default) = self.default_of(property)
            {
                filled.insert(Value::String(self.arena.string(name)), default);
            }
        }
        filled.finish()
    }

    /// Returns the value with its defaults. If the value is null but not nullable, returns the
    /// default of its schema.
    pub(super) fn item(&self, node: Node<'_>, value: &Value<'_>) -> Value<'a> {
        let replaced = matches!(value, Value::Null) && !node.is_nullable();
        let default = if replaced { self.default_of(node) } else { None };
        default.unwrap_or_else(|| self.apply(node, value))
    }

    /// Returns the default of `node`, with the nested defaults that it lacks filled in.
    pub(super) fn default_of(&self, node: Node<'_>) -> Option<Value<'a>> {
        let default = (self.read)(node.get("default")?.copy_to(self.arena));
        Some(self.apply(node, &default))
    }
}
