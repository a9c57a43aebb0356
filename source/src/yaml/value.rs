//! Converts nodes to values. Like Kubernetes, it reads YAML by way of JSON.

use std::collections::HashMap;
use std::sync::Arc;

use ferrego_runtime::arena::ArenaVec;
use ferrego_runtime::builtins::yaml::Schema;
use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Value};

use super::node::{Kind, Node};
use super::scalar::{Dialect, Scalar};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

impl Node {
    /// Returns the node as a value in `arena`, as Kubernetes reads it.
    ///
    /// # Errors
    /// Returns an error at a key or number that JSON does not have.
    pub fn value<'a>(&self, arena: &'a Arena) -> Result<Value<'a>, Diagnostic> {
        self.value_in(arena, Dialect::Kubernetes)
    }

    /// Returns the node as a value in `arena`.
    ///
    /// # Errors
    /// Returns the same errors as [`Node::value`].
    pub fn value_in<'a>(
        &self,
        arena: &'a Arena,
        dialect: Dialect,
    ) -> Result<Value<'a>, Diagnostic> {
        Reader { arena, dialect, shared: HashMap::new(), open: Vec::new() }.read(self)
    }

    /// Returns the node as a key of an object.
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
            Kind::Scalar(scalar) => scalar.resolve(dialect).ok(),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        };
        name.and_then(|name| name.key(arena, schema)).ok_or_else(|| {
            let message = format!("expected a string as a key, found {}", self.type_name());
            Diagnostic::new(Code::Yaml, self.span, message)
                .with_help("Kubernetes reads YAML as JSON, where keys are strings")
        })
    }
}

/// Reads values without recursion. Nodes that aliases share are read once.
struct Reader<'n, 'a> {
    arena: &'a Arena,
    dialect: Dialect,
    /// The values of shared collections, by the addresses of the collections.
    shared: HashMap<*const u8, Value<'a>>,
    open: Vec<Open<'n, 'a>>,
}

/// A collection of which some nodes are still to be read.
struct Open<'n, 'a> {
    nodes: Nodes<'n, 'a>,
    /// The address of the collection, if it is shared.
    address: Option<*const u8>,
}

enum Nodes<'n, 'a> {
    Sequence { rest: std::slice::Iter<'n, Node>, values: ArenaVec<'a, Value<'a>> },
    Mapping { rest: std::slice::Iter<'n, (Node, Node)>, name: &'a str, object: ObjectBuilder<'a> },
}

impl<'n, 'a> Reader<'n, 'a> {
    fn read(mut self, root: &'n Node) -> Result<Value<'a>, Diagnostic> {
        let mut next = Some(root);
        loop {
            let mut value = match next {
                Some(node) => self.begin(node)?,
                None => self.end(),
            };
            next = None;
            // Add a finished value to the innermost open collection, and continue with its next
            // node.
            if let Some(found) = value.take() {
                let Some(open) = self.open.last_mut() else { return Ok(found) };
                open.nodes.add(found);
            }
            if let Some(open) = self.open.last_mut() {
                next = open.nodes.next(self.arena, self.dialect)?;
            }
        }
    }

    /// Returns the value of a node. If the node is a collection that was not read before, opens it
    /// instead.
    fn begin(&mut self, node: &'n Node) -> Result<Option<Value<'a>>, Diagnostic> {
        let (address, nodes) = match &node.kind {
            Kind::Scalar(scalar) => return self.scalar(scalar, node.span).map(Some),
            Kind::Sequence(items) => (
                is_shared(items).then(|| items.as_ptr().cast()),
                Nodes::Sequence { rest: items.iter(), values: self.arena.vec() },
            ),
            Kind::Mapping(pairs) => {
                let object = ObjectBuilder::new(self.arena);
                let nodes = Nodes::Mapping { rest: pairs.iter(), name: "", object };
                (is_shared(pairs).then(|| pairs.as_ptr().cast()), nodes)
            }
        };
        if let Some(value) = address.and_then(|address| self.shared.get(&address)) {
            return Ok(Some(*value));
        }
        self.open.push(Open { nodes, address });
        Ok(None)
    }

    /// Closes the innermost open collection and returns its value.
    fn end(&mut self) -> Option<Value<'a>> {
        let Open { nodes, address } = self.open.pop()?;
        let value = match nodes {
            Nodes::Sequence { values, .. } => Value::Array(values.into_bump_slice()),
            Nodes::Mapping { object, .. } => object.finish(),
        };
        if let Some(address) = address {
            self.shared.insert(address, value);
        }
        Some(value)
    }

    fn scalar(&self, scalar: &Scalar, span: Span) -> Result<Value<'a>, Diagnostic> {
        let resolved = scalar.resolve(self.dialect);
        resolved.and_then(|resolved| resolved.value(self.arena)).map_err(|error| {
            Diagnostic::new(Code::Yaml, span, error.message)
                .with_help("Kubernetes reads YAML as JSON, which has no such value")
        })
    }
}

impl<'n, 'a> Nodes<'n, 'a> {
    /// Returns the next node to read.
    fn next(&mut self, arena: &'a Arena, dialect: Dialect) -> Result<Option<&'n Node>, Diagnostic> {
        Ok(match self {
            Self::Sequence { rest, .. } => rest.next(),
            Self::Mapping { rest, name, .. } => match rest.next() {
                Some((key, value)) => {
                    *name = key.key_in(arena, dialect)?;
                    Some(value)
                }
                None => None,
            },
        })
    }

    fn add(&mut self, value: Value<'a>) {
        match self {
            Self::Sequence { values, .. } => values.push(value),
            Self::Mapping { name, object, .. } => object.insert(Value::String(name), value),
        }
    }
}

/// Returns `true` if aliases share `nodes`. Empty collections may have one address.
fn is_shared<T>(nodes: &Arc<[T]>) -> bool {
    Arc::strong_count(nodes) > 1 && !nodes.is_empty()
}
