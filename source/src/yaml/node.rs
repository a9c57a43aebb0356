//! The nodes of a document.

use std::sync::Arc;

use ferrego_schema::fault::{FieldPath, Segment};

use super::scalar::{Plain, Scalar};
use crate::source::Span;

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

    /// Returns the deepest node that exists along `path`, and `true` if it is the end of the path.
    pub fn deepest(&self, path: &FieldPath) -> (&Node, bool) {
        let mut node = self;
        for segment in &path.0 {
            let next = match (&node.kind, segment) {
                (Kind::Mapping(_), Segment::Key(key)) => node.get(key),
                (Kind::Sequence(items), Segment::Index(index)) => items.get(*index),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => return (node, false),
            }
        }
        (node, true)
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

    /// Returns the place of the node's first byte, where a missing part of the node is reported.
    pub fn start(&self) -> Span {
        Span { end: self.span.start.saturating_add(1), ..self.span }
    }

    /// Returns the place to show for the node: all of a scalar, or the first byte of a collection.
    pub fn place(&self) -> Span {
        match self.kind {
            Kind::Scalar(_) => self.span,
            Kind::Mapping(_) | Kind::Sequence(_) => self.start(),
        }
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
