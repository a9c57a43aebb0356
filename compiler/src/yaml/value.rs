//! From nodes to values, as Kubernetes reads YAML: by way of JSON.

use std::collections::HashMap;
use std::sync::Arc;

use ferrego_runtime::builtins::yaml::Schema;
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
        Reader { arena, dialect, shared: HashMap::new() }.value(self)
    }

    /// The node as a key of an object.
    pub(super) fn key_in<'a>(
        &self,
        arena: &'a Arena,
        dialect: Dialect,
    ) -> Result<&'a str, Diagnostic> {
        let schema = match dialect {
            Dialect::Kubernetes => Schema::Kubernetes,
            Dialect::Gator => Schema::Gator,
        };
        let name = match &self.kind {
            Kind::Scalar(scalar) => scalar.meaning(dialect).ok(),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        };
        name.and_then(|name| name.key(arena, schema)).ok_or_else(|| {
            let message = format!("expected a string as a key, found {}", self.type_name());
            Diagnostic::new(Code::Yaml, self.span, message)
                .with_help("Kubernetes reads YAML as JSON, where keys are strings")
        })
    }
}

/// Reads values; nodes that aliases share are read once.
struct Reader<'a> {
    arena: &'a Arena,
    dialect: Dialect,
    /// The values of collections by their address, which a shared collection keeps.
    shared: HashMap<*const u8, Value<'a>>,
}

impl<'a> Reader<'a> {
    fn value(&mut self, node: &Node) -> Result<Value<'a>, Diagnostic> {
        match &node.kind {
            Kind::Scalar(scalar) => {
                let meaning = scalar.meaning(self.dialect);
                meaning.and_then(|meaning| meaning.value(self.arena)).map_err(|error| {
                    Diagnostic::new(Code::Yaml, node.span, error.message)
                        .with_help("Kubernetes reads YAML as JSON, which has no such value")
                })
            }
            Kind::Sequence(items) => {
                self.shared(is_shared(items), items.as_ptr().cast(), |reader| {
                    reader.sequence(items)
                })
            }
            Kind::Mapping(pairs) => {
                self.shared(is_shared(pairs), pairs.as_ptr().cast(), |reader| {
                    reader.mapping(pairs)
                })
            }
        }
    }

    fn shared(
        &mut self,
        is_shared: bool,
        address: *const u8,
        read: impl FnOnce(&mut Self) -> Result<Value<'a>, Diagnostic>,
    ) -> Result<Value<'a>, Diagnostic> {
        if !is_shared {
            return read(self);
        }
        if let Some(value) = self.shared.get(&address) {
            return Ok(*value);
        }
        let value = read(self)?;
        self.shared.insert(address, value);
        Ok(value)
    }

    fn sequence(&mut self, items: &[Node]) -> Result<Value<'a>, Diagnostic> {
        let mut values = self.arena.vec();
        for item in items {
            values.push(self.value(item)?);
        }
        Ok(Value::Array(values.into_bump_slice()))
    }

    fn mapping(&mut self, pairs: &[(Node, Node)]) -> Result<Value<'a>, Diagnostic> {
        let mut object = ObjectBuilder::new(self.arena);
        for (key, value) in pairs {
            let name = key.key_in(self.arena, self.dialect)?;
            object.insert(Value::String(name), self.value(value)?);
        }
        Ok(object.finish())
    }
}

/// Returns `true` if aliases share `nodes`. Empty collections may have one address.
fn is_shared<T>(nodes: &Arc<[T]>) -> bool {
    Arc::strong_count(nodes) > 1 && !nodes.is_empty()
}
