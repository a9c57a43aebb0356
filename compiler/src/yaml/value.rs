//! From nodes to values, as Kubernetes reads YAML: by way of JSON.

use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Value};

use super::{Kind, Node};
use crate::diagnostics::{Code, Diagnostic};

/// By which rules plain scalars are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// As `kubectl` and the API server do, by YAML 1.1: `yes` is a boolean (`go-yaml` 2).
    #[default]
    Kubernetes,
    /// As `gator verify` does for all that a suite names: `yes`, `on`, `y` and their like are
    /// strings (`go-yaml` 3).
    Gator,
}

impl Node {
    /// The node as a value in `arena`, as Kubernetes reads it.
    ///
    /// # Errors
    /// The place of a key or number that JSON does not have.
    pub fn value<'a>(&self, arena: &'a Arena) -> Result<Value<'a>, Diagnostic> {
        self.value_in(arena, Dialect::Kubernetes)
    }

    /// The node as a value in `arena`.
    ///
    /// # Errors
    /// As for [`Node::value`].
    pub fn value_in<'a>(
        &self,
        arena: &'a Arena,
        dialect: Dialect,
    ) -> Result<Value<'a>, Diagnostic> {
        match &self.kind {
            Kind::Scalar(scalar) => scalar.meaning(dialect).value(arena).map_err(|error| {
                Diagnostic::new(Code::Yaml, self.span, error.to_string())
                    .with_help("Kubernetes reads YAML as JSON, which has no such number")
            }),
            Kind::Sequence(items) => sequence(items, arena, dialect),
            Kind::Mapping(pairs) => mapping(pairs, arena, dialect),
        }
    }
}

fn sequence<'a>(
    items: &[Node],
    arena: &'a Arena,
    dialect: Dialect,
) -> Result<Value<'a>, Diagnostic> {
    let mut values = arena.vec();
    for item in items {
        values.push(item.value_in(arena, dialect)?);
    }
    Ok(Value::Array(values.into_bump_slice()))
}

fn mapping<'a>(
    pairs: &[(Node, Node)],
    arena: &'a Arena,
    dialect: Dialect,
) -> Result<Value<'a>, Diagnostic> {
    let mut object = ObjectBuilder::new(arena);
    for (key, value) in pairs {
        let name = match &key.kind {
            Kind::Scalar(scalar) => scalar.meaning(dialect).key(arena),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        };
        let Some(name) = name else {
            let message = format!("{} is no key", key.type_name());
            return Err(Diagnostic::new(Code::Yaml, key.span, message)
                .with_help("Kubernetes reads YAML as JSON, where keys are strings"));
        };
        object.insert(Value::String(name), value.value_in(arena, dialect)?);
    }
    Ok(object.finish())
}
