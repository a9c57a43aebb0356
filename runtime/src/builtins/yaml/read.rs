//! From YAML to values, by the events of `saphyr-parser`.

use core::fmt;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use super::scalar::{Scalar, resolve};
use crate::arena::{Arena, ArenaVec};
use crate::collections::ObjectBuilder;
use crate::json::MAX_DEPTH;
use crate::value::Value;

/// How many nodes a document may have once its aliases are followed.
const MAX_NODES: usize = 1_000_000;

/// Why a text is no YAML that reads as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError(pub(super) String);

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for YamlError {}

/// Reads the first document of `text`; null if there is none. Of several values of one key the
/// last stays.
///
/// # Errors
///
/// Faults of the syntax, in words like `libyaml`'s; keys and numbers that JSON does not have;
/// documents that are too deep, or too large by their aliases.
pub fn parse<'a>(arena: &'a Arena, text: &str) -> Result<Value<'a>, YamlError> {
    let mut builder =
        Builder { arena, open: Vec::new(), anchors: HashMap::new(), nodes: 0, root: None };
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| scan_error(&error))?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.event(event)?;
    }
    Ok(builder.root.map_or(Value::Null, |node| node.value))
}

/// A fault of the syntax in the words of Go's library, which counts the lines of what its parser
/// finds from zero and those of what its scanner finds from one.
fn scan_error(error: &ScanError) -> YamlError {
    let info = error.info();
    let info = match info.split_once(", ") {
        Some((context, rest)) if context.starts_with("while ") => rest,
        _ => info,
    };
    let info = match info.strip_prefix("expected") {
        Some(rest) => format!("did not find expected{rest}"),
        None => info.to_owned(),
    };
    let of_parser = info.starts_with("did not find expected");
    match error.marker().line() - usize::from(of_parser && error.marker().line() > 0) {
        0 => YamlError(format!("yaml: {info}")),
        line => YamlError(format!("yaml: line {line}: {info}")),
    }
}

/// A value, and what it is as a key.
#[derive(Clone, Copy)]
struct Node<'a> {
    value: Value<'a>,
    key: Option<&'a str>,
    is_merge: bool,
    size: usize,
}

/// A collection whose end is not reached.
struct Open<'a> {
    kind: Kind<'a>,
    anchor: usize,
    before: usize,
}

enum Kind<'a> {
    Sequence(ArenaVec<'a, Value<'a>>),
    Mapping { pairs: ObjectBuilder<'a>, key: Option<Node<'a>> },
}

struct Builder<'a> {
    arena: &'a Arena,
    open: Vec<Open<'a>>,
    anchors: HashMap<usize, Node<'a>>,
    nodes: usize,
    root: Option<Node<'a>>,
}

impl<'a> Builder<'a> {
    fn event(&mut self, event: Event<'_>) -> Result<(), YamlError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let node = self.scalar(&text, style, tag.as_deref())?;
                self.add(node, anchor)
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor).copied() {
                Some(node) => self.add(node, 0),
                None => Err(YamlError("yaml: anchor contains itself".to_owned())),
            },
            Event::SequenceStart(anchor, _) => {
                let items = self.arena.vec();
                self.start(Kind::Sequence(items), anchor)
            }
            Event::MappingStart(anchor, _) => {
                let pairs = ObjectBuilder::new(self.arena);
                self.start(Kind::Mapping { pairs, key: None }, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn start(&mut self, kind: Kind<'a>, anchor: usize) -> Result<(), YamlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(YamlError(format!("yaml: exceeded max depth of {MAX_DEPTH}")));
        }
        self.open.push(Open { kind, anchor, before: self.nodes });
        Ok(())
    }

    fn end(&mut self) -> Result<(), YamlError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let value = match open.kind {
            Kind::Sequence(items) => Value::Array(items.into_bump_slice()),
            Kind::Mapping { pairs, .. } => pairs.finish(),
        };
        let size = self.nodes - open.before + 1;
        self.add(Node { value, key: None, is_merge: false, size }, open.anchor)
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, node: Node<'a>, anchor: usize) -> Result<(), YamlError> {
        self.nodes += if anchor == 0 { node.size } else { 1 };
        if self.nodes > MAX_NODES {
            return Err(YamlError("yaml: document contains excessive aliasing".to_owned()));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node);
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(node),
            Some(Kind::Sequence(items)) => items.push(node.value),
            Some(Kind::Mapping { pairs, key }) => match key.take() {
                None => *key = Some(node),
                Some(own) if own.is_merge => merge(pairs, &node.value)?,
                Some(own) => match own.key {
                    Some(name) => pairs.insert(Value::String(name), node.value),
                    None => return Err(YamlError(unsupported_key(&own.value))),
                },
            },
        }
        Ok(())
    }

    fn scalar(
        &self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
    ) -> Result<Node<'a>, YamlError> {
        let core = tag.filter(|tag| tag.is_yaml_core_schema()).map(|tag| tag.suffix.as_str());
        let plain = style == ScalarStyle::Plain && tag.is_none();
        let is_text = match core {
            Some(name) => !matches!(name, "int" | "float" | "bool" | "null"),
            None => !plain,
        };
        let scalar = if is_text { Scalar::Text(text) } else { resolve(text) };
        let is_merge = (plain && text == "<<") || core == Some("merge");
        let value = scalar.value(self.arena)?;
        let key = scalar.key(self.arena);
        Ok(Node { value, key, is_merge, size: 1 })
    }
}

/// Adds the pairs of a merge key's value: a mapping, or several of which earlier ones win.
fn merge<'a>(pairs: &mut ObjectBuilder<'a>, value: &Value<'a>) -> Result<(), YamlError> {
    let wanted = "yaml: map merge requires map or sequence of maps as the value";
    let single = [*value];
    let sources = match value {
        Value::Array(sources) => sources,
        _ => single.as_slice(),
    };
    for source in sources.iter().rev() {
        let Value::Object(source) = source else { return Err(YamlError(wanted.to_owned())) };
        for (key, value) in source.pairs() {
            pairs.insert(*key, *value);
        }
    }
    Ok(())
}

fn unsupported_key(key: &Value<'_>) -> String {
    let kind = key.type_name();
    format!("error converting YAML to JSON: unsupported map key of type: {kind}, key: {key}")
}
