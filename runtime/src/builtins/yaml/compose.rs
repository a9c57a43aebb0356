//! The composer, which builds documents from events. The nodes have places, and aliases share the
//! nodes that they name.
//!
//! A document is a graph in one vector. `b: *a` takes one node regardless of the size of `a`, so
//! memory is linear in the length of the text. Readers that follow aliases visit more nodes than
//! there are. The composer counts those visits, and rejects documents that `go-yaml` rejects as
//! excessive.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::error::YamlError;
use super::syntax::{Event, EventKind, Mark, Parser, Properties, ScalarStyle};
/// The index of a node in its document.
pub type NodeId = usize;

/// A document.
#[derive(Clone, Debug, Default)]
pub struct Document<'t> {
    nodes: Vec<Node<'t>>,
    /// The nodes in the order of their ends.
    ended: Vec<NodeId>,
    root: NodeId,
}

/// A node of a document.
#[derive(Clone, Debug)]
pub struct Node<'t> {
    /// The kind of the node, with its content.
    pub kind: Kind<'t>,
    /// The tag with its handle resolved.
    pub tag: Option<Cow<'t, str>>,
    /// The place in the text, in bytes.
    pub range: Range<usize>,
    /// The number of nodes that a reader visits for this node.
    visits: u64,
    /// The nesting depth of collections in the node.
    height: usize,
    /// `true` if an anchor names the node.
    pub is_anchored: bool,
}

/// The kind of a node, with its content.
#[derive(Clone, Debug)]
pub enum Kind<'t> {
    /// A scalar.
    Scalar {
        /// The text; escapes and folding are resolved.
        text: Cow<'t, str>,
        /// The notation.
        style: ScalarStyle,
    },
    /// A sequence.
    Sequence(Vec<NodeId>),
    /// A mapping in the order of the text, possibly with duplicate keys.
    Mapping(Vec<(NodeId, NodeId)>),
    /// Another node of the document.
    Alias(NodeId),
}

impl<'t> Document<'t> {
    /// Returns the outermost node.
    pub fn root(&self) -> &Node<'t> {
        &self.nodes[self.root]
    }

    /// Returns the index of the outermost node.
    pub fn root_id(&self) -> NodeId {
        self.root
    }

    /// Returns the node at `id`, which may be an alias.
    pub fn node(&self, id: NodeId) -> &Node<'t> {
        &self.nodes[id]
    }

    /// Returns the index of the alias' target if `id` is an alias, or `id` itself.
    pub fn resolve_alias(&self, id: NodeId) -> NodeId {
        match self.nodes[id].kind {
            // An alias never names another alias, because an alias has no anchor.
            Kind::Alias(target) => target,
            _ => id,
        }
    }

    /// Returns all nodes in postorder: each after the nodes that it contains or names. In this
    /// order, a reader can build results without recursion.
    pub fn from_leaves(&self) -> &[NodeId] {
        &self.ended
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns `true` if there are zero nodes, which never holds for a composed document.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Returns `true` if the node at `id` is the merge key `<<`.
    pub fn is_merge_key(&self, id: NodeId) -> bool {
        let Node { kind, tag, .. } = &self.nodes[id];
        match (kind, tag.as_deref()) {
            (Kind::Scalar { text, style }, None | Some("!")) => {
                text == "<<" && *style == ScalarStyle::Plain
            }
            (Kind::Scalar { text, .. }, Some("tag:yaml.org,2002:merge")) => text == "<<",
            _ => false,
        }
    }
}

/// A composer, which composes the documents of a text one by one.
#[derive(Debug)]
pub struct Composer<'t> {
    parser: Parser<'t>,
    /// The maximum nesting depth of collections, with aliases followed.
    depth: usize,
    document: Document<'t>,
    open: Vec<Open>,
    anchors: HashMap<&'t str, NodeId>,
    visits: Visits,
}

/// A collection whose end has not been reached.
#[derive(Debug)]
struct Open {
    id: NodeId,
    /// The key that waits for its value.
    key: Option<NodeId>,
    visits: u64,
    height: usize,
}

impl<'t> Composer<'t> {
    /// Creates a composer for `text`.
    pub fn new(text: &'t str, depth: usize) -> Self {
        Self::of(Parser::new(text), depth)
    }

    /// Creates a composer for `text` that reads like OPA.
    pub fn opa(text: &'t str, depth: usize) -> Self {
        Self::of(Parser::new(text).joining_comments(), depth)
    }

    /// Creates a composer for `text`, which is JSON.
    pub fn json(text: &'t str, depth: usize) -> Self {
        Self::of(Parser::json(text), depth)
    }

    fn of(parser: Parser<'t>, depth: usize) -> Self {
        Self {
            parser,
            depth,
            document: Document::default(),
            open: Vec::new(),
            anchors: HashMap::new(),
            visits: Visits::default(),
        }
    }

    /// Returns the next document, or `None` at the end of the text.
    ///
    /// # Errors
    /// Returns the first fault: a syntax error, an unknown alias, a node that contains itself, or
    /// an exceeded limit.
    pub fn next_document(&mut self) -> Result<Option<Document<'t>>, YamlError> {
        self.visits = Visits::default();
        self.anchors.clear();
        loop {
            let Event { kind, start, end } = self.parser.next_event()?;
            let range = start.offset..end.offset;
            match kind {
                EventKind::StreamEnd => return Ok(None),
                EventKind::DocumentStart => {}
                EventKind::DocumentEnd => {
                    return Ok(Some(std::mem::take(&mut self.document)));
                }
                EventKind::Alias(name) => self.alias(name, range)?,
                EventKind::Scalar { value, style, properties } => {
                    let kind = Kind::Scalar { text: value, style };
                    let id = self.add(kind, properties, range.clone());
                    self.count(1, 0, &range)?;
                    self.place(id);
                }
                EventKind::SequenceStart(properties) => {
                    self.open(Kind::Sequence(Vec::new()), properties, range)?;
                }
                EventKind::MappingStart(properties) => {
                    self.open(Kind::Mapping(Vec::new()), properties, range)?;
                }
                EventKind::SequenceEnd | EventKind::MappingEnd => self.close(end),
            }
        }
    }

    /// Checks the syntax of the text after the document. Also checks that its aliases have anchors,
    /// which may be those of earlier documents.
    ///
    /// # Errors
    /// Returns the first fault.
    pub fn check_rest(&mut self) -> Result<(), YamlError> {
        loop {
            let Event { kind, start, end } = self.parser.next_event()?;
            let properties = match kind {
                EventKind::StreamEnd => return Ok(()),
                EventKind::Alias(name) if !self.anchors.contains_key(name) => {
                    let range = start.offset..end.offset;
                    return Err(YamlError::at(range, unknown_anchor(name)));
                }
                EventKind::Scalar { properties, .. }
                | EventKind::SequenceStart(properties)
                | EventKind::MappingStart(properties) => properties,
                _ => continue,
            };
            if let Some(name) = properties.anchor {
                self.anchors.insert(name, 0);
            }
        }
    }

    fn add(&mut self, kind: Kind<'t>, properties: Properties<'t>, range: Range<usize>) -> NodeId {
        let id = self.document.nodes.len();
        let is_anchored = properties.anchor.is_some();
        if let Some(name) = properties.anchor {
            self.anchors.insert(name, id);
        }
        let tag = properties.tag;
        self.document.nodes.push(Node { kind, tag, range, visits: 1, height: 0, is_anchored });
        id
    }

    fn open(
        &mut self,
        kind: Kind<'t>,
        properties: Properties<'t>,
        range: Range<usize>,
    ) -> Result<(), YamlError> {
        self.count(1, 0, &range)?;
        self.check_depth(1, &range)?;
        let id = self.add(kind, properties, range);
        // The node has height 0 while the collection is open, because its height is known only at
        // its end.
        self.open.push(Open { id, key: None, visits: 1, height: 1 });
        Ok(())
    }

    fn close(&mut self, end: Mark) {
        let Some(Open { id, visits, height, .. }) = self.open.pop() else { return };
        let node = &mut self.document.nodes[id];
        node.visits = visits;
        node.height = height;
        node.range.end = end.offset.max(node.range.end);
        self.place(id);
    }

    fn alias(&mut self, name: &'t str, range: Range<usize>) -> Result<(), YamlError> {
        let Some(target) = self.anchors.get(name).copied() else {
            return Err(YamlError::at(range, unknown_anchor(name)));
        };
        if self.open.iter().any(|open| open.id == target) {
            return Err(YamlError::at(range, format!("anchor '{name}' value contains itself")));
        }
        let (visits, height) =
            (self.document.nodes[target].visits, self.document.nodes[target].height);
        self.check_depth(height, &range)?;
        self.count(1 + visits, visits, &range)?;
        let id = self.add(Kind::Alias(target), Properties::default(), range);
        let node = &mut self.document.nodes[id];
        node.visits = 1 + visits;
        node.height = height;
        self.place(id);
        Ok(())
    }

    /// Adds a finished node to the open collection, or makes it the root.
    fn place(&mut self, id: NodeId) {
        self.document.ended.push(id);
        let Node { visits, height, .. } = self.document.nodes[id];
        let Some(open) = self.open.last_mut() else {
            self.document.root = id;
            return;
        };
        open.visits += visits;
        open.height = open.height.max(height + 1);
        match &mut self.document.nodes[open.id].kind {
            Kind::Sequence(items) => items.push(id),
            Kind::Mapping(pairs) => match open.key.take() {
                None => open.key = Some(id),
                Some(key) => pairs.push((key, id)),
            },
            Kind::Scalar { .. } | Kind::Alias(_) => {}
        }
    }

    /// Checks that the open collections may contain `height` more nested collections.
    fn check_depth(&self, height: usize, range: &Range<usize>) -> Result<(), YamlError> {
        let limit = self.depth;
        if self.open.len() + height > limit {
            return Err(YamlError::limit(range.clone(), format!("exceeded max depth of {limit}")));
        }
        Ok(())
    }

    fn count(&mut self, visits: u64, by_alias: u64, range: &Range<usize>) -> Result<(), YamlError> {
        self.visits.add(visits, by_alias);
        if self.visits.are_excessive() {
            let message = "document contains excessive aliasing".to_owned();
            return Err(YamlError::at(range.clone(), message));
        }
        Ok(())
    }
}

fn unknown_anchor(name: &str) -> String {
    format!("unknown anchor '{name}' referenced")
}

/// The number of times that readers of a document visit nodes.
#[derive(Clone, Copy, Debug, Default)]
struct Visits {
    all: u64,
    /// The number of visits below an alias.
    by_alias: u64,
}

impl Visits {
    /// The number of visits up to which nearly all may be below an alias.
    const FEW: u64 = 400_000;
    /// The number of visits from which on a tenth may be below an alias.
    const MANY: u64 = 4_000_000;

    fn add(&mut self, all: u64, by_alias: u64) {
        self.all = self.all.saturating_add(all);
        self.by_alias = self.by_alias.saturating_add(by_alias);
    }

    /// Returns `true` if `go-yaml` rejects the document (`decode.go`, `allowedAliasRatio`).
    #[expect(clippy::cast_precision_loss, reason = "as in go-yaml; counts are small")]
    fn are_excessive(self) -> bool {
        if self.by_alias <= 100 || self.all <= 1000 {
            return false;
        }
        let above = self.all.clamp(Self::FEW, Self::MANY) - Self::FEW;
        let allowed = 0.99 - 0.89 * (above as f64 / (Self::MANY - Self::FEW) as f64);
        self.by_alias as f64 / self.all as f64 > allowed
    }
}
