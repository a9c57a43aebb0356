//! YAML documents with the place of every node.
//!
//! The text is read as Kubernetes reads it. Plain scalars follow the rules of YAML 1.1 (`yes` is a
//! boolean), and aliases and merge keys are resolved. A duplicate key is an error, and so is a
//! document that Kubernetes would ignore.

pub mod helm;
mod load;
mod origin;
mod scalar;
mod stream;
mod value;

use std::sync::Arc;

use crate::source::Span;

pub use load::{load, load_json};
pub use origin::origin;
pub use scalar::{Plain, Scalar, Style};
pub use stream::{Part, Parts};
pub use value::Dialect;

/// A node with its place. An alias shares the node that it names, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The kind and content of the node.
    pub kind: Kind,
    /// Its place in the document's text.
    pub span: Span,
}

/// The kind and content of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A scalar.
    Scalar(Scalar),
    /// A sequence.
    Sequence(Arc<[Node]>),
    /// A mapping in source order, without duplicate keys.
    Mapping(Arc<[(Node, Node)]>),
}

impl Node {
    /// Returns the value of the string key `key`, if the node is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let Kind::Mapping(pairs) = &self.kind else { return None };
        pairs.iter().find(|(name, _)| name.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// Returns the text, if the node is a string by YAML's rules.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(scalar) => scalar.as_str(),
            _ => None,
        }
    }

    /// Returns the truth value, if the node is a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Scalar(scalar) => match scalar.plain() {
                Plain::Bool(truth) => Some(truth),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the items, if the node is a sequence.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// Returns `true` if the node is null. An empty node is null too.
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(scalar) if scalar.plain() == Plain::Null)
    }

    /// Returns the type of the node, for messages.
    pub fn type_name(&self) -> &'static str {
        match &self.kind {
            Kind::Sequence(_) => "a list",
            Kind::Mapping(_) => "a mapping",
            Kind::Scalar(scalar) => match scalar.plain() {
                Plain::Null => "null",
                Plain::Bool(_) => "a boolean",
                Plain::Number => "a number",
                Plain::String => "a string",
            },
        }
    }
}

#[cfg(test)]
mod tests;
