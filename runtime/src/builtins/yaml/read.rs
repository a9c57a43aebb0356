//! The conversion of YAML to values, as OPA's builtins perform it.

use std::collections::{HashMap, HashSet};

use super::compose::{Composer, Document, Kind, NodeId};
use super::error::YamlError;
use super::scalar::{Scalar, Schema, resolve};
use crate::arena::Arena;
use crate::collections::ObjectBuilder;
use crate::json::MAX_DEPTH;
use crate::value::Value;

/// Returns the first document of `text`, or null if there is none. The syntax of the other
/// documents is checked.
///
/// # Errors
///
/// Returns an error for invalid syntax, and for keys and numbers that JSON cannot represent.
/// Documents that are too deep, or too large because of their aliases, are errors too.
pub fn parse<'a>(arena: &'a Arena, text: &str) -> Result<Value<'a>, YamlError> {
    let mut composer = Composer::opa(text, MAX_DEPTH);
    let Some(first) = composer.next_document()? else { return Ok(Value::Null) };
    composer.check_rest()?;
    value(arena, &first, Schema::Opa)
}

/// Returns the value of a document.
///
/// # Errors
/// Returns an error for values that JSON cannot represent: keys that are not scalars, and numbers
/// that are not finite.
fn value<'a>(
    arena: &'a Arena,
    document: &Document<'_>,
    schema: Schema,
) -> Result<Value<'a>, YamlError> {
    let mut reader = Reader { arena, document, schema, values: Vec::new() };
    reader.values.resize(document.len(), Err(YamlError::at(0..0, "unresolved alias")));
    for &id in document.from_leaves() {
        reader.values[id] = reader.build(id);
    }
    reader.value(document.root_id())
}

struct Reader<'d, 't, 'a> {
    arena: &'a Arena,
    document: &'d Document<'t>,
    schema: Schema,
    /// The values of nodes by their index. The value of a duplicate key may be an error.
    values: Vec<Result<Value<'a>, YamlError>>,
}

/// The members of a mapping. Merged members do not replace the mapping's own.
struct Members<'a> {
    own: ObjectBuilder<'a>,
    names: HashSet<&'a str>,
    /// `true` if all own keys are strings, in which case merged keys are compared by their text.
    by_text: bool,
}

impl<'a> Reader<'_, '_, 'a> {
    /// Builds the value of a node from the values of its children.
    fn build(&self, id: NodeId) -> Result<Value<'a>, YamlError> {
        match &self.document.node(id).kind {
            Kind::Scalar { .. } => self.scalar(id)?.value(self.arena),
            Kind::Sequence(items) => {
                let mut values = self.arena.vec();
                for item in items {
                    values.push(self.value(*item)?);
                }
                Ok(Value::Array(values.into_bump_slice()))
            }
            Kind::Mapping(pairs) => self.mapping(pairs),
            Kind::Alias(target) => self.value(*target),
        }
    }

    fn value(&self, id: NodeId) -> Result<Value<'a>, YamlError> {
        self.values[self.document.resolve_alias(id)].clone()
    }

    fn scalar(&self, id: NodeId) -> Result<Scalar<'_>, YamlError> {
        let node = self.document.node(id);
        let Kind::Scalar { text, style } = &node.kind else { return Ok(Scalar::Null) };
        resolve(text, *style, node.tag.as_deref(), self.schema)
    }

    fn mapping(&self, pairs: &[(NodeId, NodeId)]) -> Result<Value<'a>, YamlError> {
        let by_text = pairs.iter().all(|&(key, _)| self.is_string_key(key));
        let own = ObjectBuilder::new(self.arena);
        let mut members = Members { own, names: HashSet::new(), by_text };
        let pairs = self.kept(pairs)?;
        for &(key, value) in &pairs {
            if !self.document.is_merge_key(key) {
                let name = self.key(key)?;
                let value = self.value(value)?;
                members.names.insert(name);
                members.own.insert(Value::String(name), value);
            }
        }
        for &(key, value) in &pairs {
            if self.document.is_merge_key(key) {
                self.merge(value, &mut members)?;
            }
        }
        Ok(members.own.finish())
    }

    /// Adds the pairs of a merge key's value, which is a mapping or a sequence of mappings. Earlier
    /// mappings win.
    fn merge(&self, id: NodeId, members: &mut Members<'a>) -> Result<(), YamlError> {
        let id = self.document.resolve_alias(id);
        match &self.document.node(id).kind {
            Kind::Mapping(_) => self.merge_mapping(id, members),
            Kind::Sequence(sources) => {
                sources.iter().try_for_each(|source| self.merge_mapping(*source, members))
            }
            Kind::Scalar { .. } | Kind::Alias(_) => Err(self.not_a_mapping(id)),
        }
    }

    fn merge_mapping(&self, id: NodeId, members: &mut Members<'a>) -> Result<(), YamlError> {
        let id = self.document.resolve_alias(id);
        let Kind::Mapping(pairs) = &self.document.node(id).kind else {
            return Err(self.not_a_mapping(id));
        };
        let pairs = self.kept(pairs)?;
        for &(key, value) in &pairs {
            if self.document.is_merge_key(key) {
                continue;
            }
            let name = if members.by_text { self.key_text(key)? } else { Some(self.key(key)?) };
            let Some(name) = name else { continue };
            if members.names.insert(name) {
                let value = self.value(value)?;
                members.own.insert(Value::String(name), value);
            }
        }
        for &(key, value) in &pairs {
            if self.document.is_merge_key(key) {
                self.merge(value, members)?;
            }
        }
        Ok(())
    }

    fn not_a_mapping(&self, id: NodeId) -> YamlError {
        let message = "map merge requires map or sequence of maps as the value";
        YamlError::at(self.document.node(id).range.clone(), message)
    }

    /// Returns `true` if the key is a merge key or a string.
    fn is_string_key(&self, key: NodeId) -> bool {
        if self.document.is_merge_key(key) {
            return true;
        }
        let node = self.document.node(self.document.resolve_alias(key));
        let is_str = matches!(node.tag.as_deref(), None | Some("!" | "tag:yaml.org,2002:str"));
        let Kind::Scalar { text, style } = &node.kind else { return false };
        is_str
            && matches!(
                resolve(text, *style, node.tag.as_deref(), self.schema),
                Ok(Scalar::Text(_))
            )
    }

    fn key(&self, id: NodeId) -> Result<&'a str, YamlError> {
        let target = self.document.resolve_alias(id);
        let node = self.document.node(target);
        let name = match &node.kind {
            Kind::Scalar { .. } => self.scalar(target)?.key(self.arena, self.schema),
            _ => None,
        };
        name.ok_or_else(|| YamlError::at(node.range.clone(), "unsupported map key"))
    }

    /// Returns the key as a field of a map with string keys: the text of any scalar except null.
    fn key_text(&self, id: NodeId) -> Result<Option<&'a str>, YamlError> {
        let target = self.document.resolve_alias(id);
        let node = self.document.node(target);
        let Kind::Scalar { text, .. } = &node.kind else {
            return Err(YamlError::at(node.range.clone(), "cannot unmarshal into string"));
        };
        Ok(match self.scalar(target)? {
            Scalar::Null => None,
            Scalar::Text(content) => Some(self.arena.string(&content)),
            _ => Some(self.arena.string(text)),
        })
    }

    /// Returns the pairs that OPA passes to `go-yaml`. Of the scalar keys with one name in JSON,
    /// OPA keeps the first, with the value of the last. `go-yaml` then rejects two keys with one
    /// text, such as `1.0` and `"1.0"`, and two keys that alias one node.
    fn kept(&self, pairs: &[(NodeId, NodeId)]) -> Result<Vec<(NodeId, NodeId)>, YamlError> {
        let mut kept: Vec<(NodeId, NodeId)> = Vec::with_capacity(pairs.len());
        let mut names: HashMap<&str, usize> = HashMap::new();
        let (mut texts, mut targets) = (HashSet::new(), HashSet::new());
        let mut has_merge = false;
        for &(key, value) in pairs {
            let node = self.document.node(key);
            let is_new = match &node.kind {
                Kind::Alias(target) => targets.insert(*target),
                // Repeated merge keys count as one.
                Kind::Scalar { text, .. } if self.document.is_merge_key(key) => {
                    std::mem::replace(&mut has_merge, true) || texts.insert(&**text)
                }
                Kind::Scalar { text, .. } => {
                    let name = self.scalar(key)?.key(self.arena, self.schema);
                    if let Some(index) = name.and_then(|name| names.insert(name, kept.len())) {
                        kept[index].1 = value;
                        names.extend(name.map(|name| (name, index)));
                        continue;
                    }
                    texts.insert(&**text)
                }
                // Collections are rejected as keys later.
                Kind::Sequence(_) | Kind::Mapping(_) => true,
            };
            if !is_new {
                let message = "mapping key already defined";
                return Err(YamlError::at(node.range.clone(), message));
            }
            kept.push((key, value));
        }
        Ok(kept)
    }
}
