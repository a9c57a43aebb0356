//! Turns documents into nodes with their places.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use ferrego_runtime::Arena;
use ferrego_runtime::builtins::yaml::compose::{self, Composer, Document, NodeId};
use ferrego_runtime::builtins::yaml::{self, YamlError};

use super::node::{Kind, Node};
use super::scalar::{Dialect, Scalar, Style};
use super::stream::{Part, Parts, Separator};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{SourceId, Span, line_column};

/// The maximal depth of nested collections: recursion over a tree of this depth fits any stack.
const MAX_DEPTH: usize = 200;

/// The maximal number of keys that are compared pairwise.
const FEW_KEYS: usize = 12;

/// Reads the documents of a YAML stream, except empty ones.
///
/// Spans are of source 0.
///
/// # Errors
/// Returns the first fault: of the syntax, a duplicate key, an unknown alias, a value that JSON
/// does not have, or a limit.
pub fn load(text: &str) -> Result<Vec<Node>, Diagnostic> {
    let mut documents = Vec::new();
    for part in Parts::new(text) {
        documents.extend(load_part(&part, part.start)?);
    }
    Ok(documents)
}

/// Reads a text that is JSON. Its strings may have escapes that YAML does not have.
///
/// # Errors
/// Returns the same faults as [`load`].
pub fn load_json(text: &str) -> Result<Option<Node>, Diagnostic> {
    let part = Part::whole(text);
    read(&part, 0, Composer::json(text, MAX_DEPTH))
}

impl Part<'_> {
    /// Reads the document of the part, or returns `None` if the part is empty. Spans are of source
    /// 0 and are relative to the start of the part.
    ///
    /// # Errors
    /// Returns the same faults as [`load`].
    pub fn load(&self) -> Result<Option<Node>, Diagnostic> {
        load_part(self, 0)
    }
}

/// Reads the document of a part. Its spans begin at `base`.
fn load_part(part: &Part<'_>, base: usize) -> Result<Option<Node>, Diagnostic> {
    if let Separator::Unknown(range) = &part.separator {
        let message = format!("expected a line `---`, found `{}`", &part.text[range.clone()]);
        return Err(Extent::of(part, base)
            .fault(range, message)
            .with_help("begin the document on the line after `---`; Kubernetes refuses this one"));
    }
    // Kubernetes ends the last line of a file, which is visible in a block scalar at the end.
    if part.text.is_empty() || part.text.ends_with('\n') {
        read(part, base, Composer::new(part.text, MAX_DEPTH))
    } else {
        read(part, base, Composer::new(&format!("{}\n", part.text), MAX_DEPTH))
    }
}

fn read(
    part: &Part<'_>,
    base: usize,
    mut composer: Composer<'_>,
) -> Result<Option<Node>, Diagnostic> {
    let extent = Extent::of(part, base);
    let fault_of = |error: &YamlError| syntax_fault(part, extent, error);
    let Some(document) = composer.next_document().map_err(|error| fault_of(&error))? else {
        return Ok(None);
    };
    let help = "separate documents by a line `---`; Kubernetes reads only the first one";
    match composer.next_document() {
        Ok(None) => {}
        Ok(Some(second)) => {
            let message = "expected one document, found a second";
            return Err(extent.fault(&second.root().range, message).with_help(help));
        }
        Err(error) => {
            let mut fault = fault_of(&error);
            fault.message = format!("expected one document, found more: {}", fault.message);
            return Err(if fault.help.is_none() { fault.with_help(help) } else { fault });
        }
    }
    let arena = Arena::new();
    let mut builder = Builder { document: &document, extent, built: Vec::new(), arena: &arena };
    let node = builder.build()?;
    Ok(node.filter(|node| !node.is_null()))
}

/// Builds the nodes of a document, leaves first.
struct Builder<'d, 't> {
    document: &'d Document<'t>,
    extent: Extent<'t>,
    /// The nodes built so far, by their index. A node without an anchor is moved into the node that
    /// contains it.
    built: Vec<Option<Node>>,
    /// The arena for the names of keys, which are built to compare them.
    arena: &'d Arena,
}

impl Builder<'_, '_> {
    fn build(&mut self) -> Result<Option<Node>, Diagnostic> {
        self.built.resize(self.document.len(), None);
        for &id in self.document.from_leaves() {
            let own = self.document.node(id);
            let kind = match &own.kind {
                compose::Kind::Scalar { text, style } => Kind::Scalar(Scalar {
                    text: Arc::from(&**text),
                    style: Style::of(*style),
                    tag: own.tag.as_deref().map(Arc::from),
                }),
                compose::Kind::Sequence(items) => {
                    let items: Result<_, _> = items.iter().map(|item| self.value(*item)).collect();
                    Kind::Sequence(items?)
                }
                compose::Kind::Mapping(pairs) => Kind::Mapping(self.mapping(pairs)?.into()),
                compose::Kind::Alias(_) => continue,
            };
            self.built[id] = Some(Node { kind, span: self.extent.span(&own.range) });
        }
        self.value(self.document.root_id()).map(Some)
    }

    /// Returns the node at `id`.
    fn node(&mut self, id: NodeId) -> Result<Node, Diagnostic> {
        let target = self.document.resolve_alias(id);
        let own = self.document.node(target);
        let built = self.built.get_mut(target);
        let node = if own.is_anchored {
            built.and_then(|node| node.clone())
        } else {
            built.and_then(Option::take)
        };
        node.ok_or_else(|| self.fault(&own.range, "expected a node, found an alias"))
    }

    /// Returns the node at `id`, after checking that it is a value. A key need not be one: `.inf`
    /// is a valid name.
    fn value(&mut self, id: NodeId) -> Result<Node, Diagnostic> {
        let node = self.node(id)?;
        if let Kind::Scalar(scalar) = &node.kind {
            self.check_scalar(scalar, node.span)?;
        }
        Ok(node)
    }

    /// Checks that the scalar has a value in JSON.
    fn check_scalar(&self, scalar: &Scalar, span: Span) -> Result<(), Diagnostic> {
        let error = match scalar.resolve(Dialect::Kubernetes) {
            Ok(resolved @ yaml::Scalar::Float(_)) => resolved.value(self.arena).err(),
            Ok(_) => None,
            Err(error) => Some(error),
        };
        match error {
            Some(error) => Err(Diagnostic::new(Code::Yaml, span, error.message)
                .with_help("Kubernetes reads YAML as JSON, which has no such value")),
            None => Ok(()),
        }
    }

    /// Returns the pairs of a mapping, including those of its merge keys (`<<: *base`).
    ///
    /// As in `go-yaml` 2, a pair replaces an earlier pair with the same key. If a key occurs in
    /// several merged mappings, the first one wins.
    fn mapping(&mut self, pairs: &[(NodeId, NodeId)]) -> Result<Vec<(Node, Node)>, Diagnostic> {
        if !pairs.iter().any(|&(key, _)| self.document.is_merge_key(key)) {
            return self.own_pairs(pairs);
        }
        let mut all: Vec<(Node, Node)> = Vec::with_capacity(pairs.len());
        let mut names: HashMap<String, usize> = HashMap::new();
        let mut own = HashSet::new();
        for &(key, value) in pairs {
            let is_merge = self.document.is_merge_key(key);
            let found = if is_merge {
                self.merged_pairs(value)?
            } else {
                vec![(self.node(key)?, self.value(value)?)]
            };
            for pair in found {
                let name = self.name(&pair.0)?;
                if !is_merge && !own.insert(name.clone()) {
                    return Err(duplicate(&name, pair.0.span));
                }
                if let Some(&index) = names.get(&name) {
                    all[index].1 = pair.1;
                } else {
                    names.insert(name, all.len());
                    all.push(pair);
                }
            }
        }
        Ok(all)
    }

    fn own_pairs(&mut self, pairs: &[(NodeId, NodeId)]) -> Result<Vec<(Node, Node)>, Diagnostic> {
        let mut own = Vec::with_capacity(pairs.len());
        for &(key, value) in pairs {
            own.push((self.node(key)?, self.value(value)?));
        }
        // Pairwise comparison is faster for a few names.
        if own.len() <= FEW_KEYS && own.iter().all(|(key, _)| key.as_str().is_some()) {
            for (index, (key, _)) in own.iter().enumerate() {
                let text = scalar_text(key);
                if own[..index].iter().any(|(other, _)| scalar_text(other) == text) {
                    return Err(duplicate(text, key.span));
                }
            }
            return Ok(own);
        }
        let mut names = HashSet::with_capacity(own.len());
        for (key, _) in &own {
            let name = self.name(key)?;
            if names.contains(&name) {
                return Err(duplicate(&name, key.span));
            }
            names.insert(name);
        }
        Ok(own)
    }

    /// Returns the pairs that the value of a merge key adds.
    fn merged_pairs(&mut self, value: NodeId) -> Result<Vec<(Node, Node)>, Diagnostic> {
        let node = self.node(value)?;
        let sources = match &node.kind {
            Kind::Sequence(items) if !self.is_alias(value) => items.iter().rev().collect(),
            _ => vec![&node],
        };
        let mut merged = Vec::new();
        for source in sources {
            let Kind::Mapping(pairs) = &source.kind else {
                let message = format!("expected a mapping to merge, found {}", source.type_name());
                return Err(Diagnostic::new(Code::Yaml, source.span, message)
                    .with_help("write a mapping, an alias of one, or a list of these after `<<`"));
            };
            merged.extend(pairs.iter().cloned());
        }
        Ok(merged)
    }

    fn is_alias(&self, id: NodeId) -> bool {
        matches!(self.document.node(id).kind, compose::Kind::Alias(_))
    }

    /// Returns the name of a key in JSON.
    fn name(&self, key: &Node) -> Result<String, Diagnostic> {
        key.key_in(self.arena, Dialect::Kubernetes).map(str::to_owned)
    }

    fn fault(&self, range: &Range<usize>, message: impl Into<String>) -> Diagnostic {
        self.extent.fault(range, message)
    }
}

/// Returns the diagnostic of a syntax error, at the place where an author would look for it.
fn syntax_fault(part: &Part<'_>, extent: Extent<'_>, error: &YamlError) -> Diagnostic {
    let offset = part.text.floor_char_boundary(error.range.start);
    let byte = |offset| offset..offset + 1;
    if let Some(tab) = tab_indentation(part.text, offset) {
        return extent
            .fault(&byte(tab), "expected spaces in the indentation, found a tab")
            .with_help("indent with spaces");
    }
    let message = match error.context {
        "" => error.message.clone(),
        context => format!("{} {context}", error.message),
    };
    if error.context.contains("flow")
        && let Some(open) = unclosed(part.text)
    {
        let bracket = &part.text[open..=open];
        let (line, column) = line_column(part.text, offset);
        let line = line.saturating_add(part.lines_before);
        return extent
            .fault(&byte(open), format!("`{bracket}` is never closed"))
            .with_help(format!("line {line}, column {column}: {message}"));
    }
    let end = error.range.end.max(offset + 1);
    extent.fault(&(offset..end), message)
}

/// Returns the offset of a tab in the indentation of the line of `offset`. The scanner stops before
/// such a tab, so that the tab may also be on the next line that is not blank.
fn tab_indentation(text: &str, offset: usize) -> Option<usize> {
    let mut start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let mut lines = text[start..].split_inclusive('\n').map(|line| {
        let begin = start;
        start += line.len();
        (begin, line)
    });
    let own = lines.next()?;
    let next = lines.find(|(_, line)| !line.trim().is_empty());
    let mut near = [Some(own), next].into_iter().flatten();
    near.find_map(|(begin, line)| {
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        line[..indentation].find('\t').map(|tab| begin + tab)
    })
}

/// Returns the innermost flow bracket that is open at the end of `text`, by counting brackets
/// outside quotes and comments.
fn unclosed(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut quote = None;
    let mut previous = b'\n';
    for (offset, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(b'#'), b'\n') => quote = None,
            (Some(end), _) if end == byte && previous != b'\\' => quote = None,
            (None, b'"' | b'\'') if !open.is_empty() && !previous.is_ascii_alphanumeric() => {
                quote = Some(byte);
            }
            (None, b'#') if previous.is_ascii_whitespace() => quote = Some(byte),
            (None, b'[' | b'{') => open.push((offset, byte)),
            (None, b']' | b'}') => {
                let opening = if byte == b']' { b'[' } else { b'{' };
                if let Some(index) = open.iter().rposition(|&(_, open)| open == opening) {
                    open.remove(index);
                }
            }
            _ => {}
        }
        previous = byte;
    }
    open.last().map(|&(offset, _)| offset)
}

/// Returns the text of a scalar, whatever its type.
fn scalar_text(key: &Node) -> &str {
    match &key.kind {
        Kind::Scalar(scalar) => &scalar.text,
        Kind::Sequence(_) | Kind::Mapping(_) => "",
    }
}

fn duplicate(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::Yaml, span, format!("duplicate key `{name}`"))
        .with_help("remove one of them; Kubernetes takes the last")
}

/// The text of a part, and the offset at which its spans begin. A range may end behind the text, at
/// the line break that is added to the last line, or split a character. A span does not.
#[derive(Clone, Copy)]
struct Extent<'t> {
    base: usize,
    text: &'t str,
}

impl<'t> Extent<'t> {
    fn of(part: &Part<'t>, base: usize) -> Self {
        Self { base, text: part.text }
    }

    fn span(self, range: &Range<usize>) -> Span {
        let narrow = |offset: usize| u32::try_from(self.base + offset).unwrap_or(u32::MAX);
        let start = narrow(self.text.floor_char_boundary(range.start));
        let end = narrow(self.text.ceil_char_boundary(range.end));
        Span { source: SourceId(0), start, end }
    }

    fn fault(self, range: &Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Code::Yaml, self.span(range), message)
    }
}
