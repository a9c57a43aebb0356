//! From the parser's events to nodes.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};

use super::{Kind, Node, Part, Parts, Scalar, Style};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{SourceId, Span, line_column};

/// How deep nodes may nest. Kubernetes stops at a similar depth, and recursion over a tree of
/// this depth fits any stack.
const MAX_DEPTH: usize = 200;

/// How many nodes a document may have once its aliases are followed: one that multiplies itself
/// ends here.
const MAX_NODES: usize = 1_000_000;

/// Reads the documents of a YAML stream; empty documents are left out.
///
/// Spans are of source 0. The error is the first fault: of the syntax, a key that stands twice,
/// an unknown alias, or a limit.
pub fn load(text: &str) -> Result<Vec<Node>, Diagnostic> {
    let mut documents = Vec::new();
    for part in Parts::new(text) {
        documents.append(&mut load_part(&part, part.start)?);
    }
    Ok(documents)
}

/// Reads the documents of a part; its spans begin at `base`.
pub(super) fn load_part(part: &Part<'_>, base: usize) -> Result<Vec<Node>, Diagnostic> {
    let mut builder = Builder::new(part, base);
    for event in Parser::new_from_str(part.text) {
        let (event, span) = event.map_err(|error| builder.scan_error(&error))?;
        let span = builder.offsets.span(span.start, span.end);
        builder.event(event, span)?;
    }
    Ok(builder.documents)
}

struct Builder<'t> {
    lines_before: u32,
    offsets: Offsets<'t>,
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
}

/// A collection whose end is not reached.
struct Open {
    kind: OpenKind,
    anchor: usize,
    span: Span,
    /// Nodes of the stream before this one, to know its size at the end.
    before: usize,
}

enum OpenKind {
    Sequence(Vec<Node>),
    Mapping { pairs: Vec<(Node, Node)>, key: Option<Node> },
}

impl<'t> Builder<'t> {
    fn new(part: &Part<'t>, base: usize) -> Self {
        Self {
            lines_before: part.lines_before,
            offsets: Offsets::new(part.text, base),
            documents: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = Scalar {
                    text: text.into_owned(),
                    style: style_of(style),
                    tag: tag.as_deref().and_then(core_tag),
                };
                self.add(Node { kind: Kind::Scalar(scalar), span }, anchor, 1)
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::SequenceStart(anchor, _) => {
                self.start(OpenKind::Sequence(Vec::new()), anchor, span)
            }
            Event::MappingStart(anchor, _) => {
                self.start(OpenKind::Mapping { pairs: Vec::new(), key: None }, anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::DocumentEnd => {
                self.anchors.clear();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {
                Ok(())
            }
        }
    }

    fn start(&mut self, kind: OpenKind, anchor: usize, span: Span) -> Result<(), Diagnostic> {
        if self.open.len() >= MAX_DEPTH {
            return Err(fault(span, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        self.open.push(Open { kind, anchor, span, before: self.nodes });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Diagnostic> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let kind = match open.kind {
            OpenKind::Sequence(items) => Kind::Sequence(items),
            OpenKind::Mapping { pairs, .. } => Kind::Mapping(merge(pairs)?),
        };
        let size = self.nodes - open.before + 1;
        self.add(Node { kind, span: open.span.to(span) }, open.anchor, size)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Diagnostic> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            return Err(fault(span, "the alias names a node that is not complete"));
        };
        let (node, size) = (node.clone(), *size);
        self.nodes += size - 1;
        self.add(node, 0, size)
    }

    /// Puts a finished node where it belongs: into the open collection, or among the documents.
    fn add(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), Diagnostic> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(fault(node.span, format!("more than {MAX_NODES} nodes")));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None if node.is_null() => {}
            None => self.documents.push(node),
            Some(OpenKind::Sequence(items)) => items.push(node),
            Some(OpenKind::Mapping { pairs, key }) => match key.take() {
                None => *key = Some(node),
                Some(name) => pairs.push((name, node)),
            },
        }
        Ok(())
    }

    /// The scanner's fault, moved to where a person looks for it.
    fn scan_error(&self, error: &ScanError) -> Diagnostic {
        let offset = self.offsets.byte(*error.marker());
        let Offsets { text, base, .. } = self.offsets;
        let byte = |offset| span(base + offset, base + offset + 1);
        if let Some(tab) = tab_indentation(text, offset) {
            return fault(byte(tab), "a tab character stands in the indentation")
                .with_help("YAML indents with spaces alone");
        }
        if let Some(open) = unclosed(text) {
            let bracket = &text[open..=open];
            let (line, column) = line_column(text, offset);
            let line = line.saturating_add(self.lines_before);
            return fault(byte(open), format!("`{bracket}` is never closed"))
                .with_help(format!("line {line}, column {column}: {}", error.info()));
        }
        fault(byte(offset), error.info())
    }
}

/// Checks that no key stands twice and puts the pairs of merge keys (`<<: *base`) behind the
/// mapping's own, which win.
fn merge(pairs: Vec<(Node, Node)>) -> Result<Vec<(Node, Node)>, Diagnostic> {
    let mut own = Vec::with_capacity(pairs.len());
    let mut merged = Vec::new();
    let mut names = HashSet::new();
    for (key, value) in pairs {
        if is_merge_key(&key) {
            merged.push(value);
            continue;
        }
        if let Some(name) = key.as_str()
            && !names.insert(name.to_owned())
        {
            return Err(fault(key.span, format!("the key {name:?} stands twice in one mapping")));
        }
        own.push((key, value));
    }
    for source in merged {
        let sources = match source.kind {
            Kind::Sequence(items) => items,
            _ => vec![source],
        };
        for source in sources {
            let Kind::Mapping(pairs) = source.kind else {
                return Err(fault(source.span, "a merge key needs a mapping"));
            };
            for (key, value) in pairs {
                if key.as_str().is_none_or(|name| names.insert(name.to_owned())) {
                    own.push((key, value));
                }
            }
        }
    }
    Ok(own)
}

fn is_merge_key(key: &Node) -> bool {
    matches!(&key.kind, Kind::Scalar(scalar) if scalar.style == Style::Plain && scalar.text == "<<")
}

/// A tab in the indentation of the line of `offset` or of the next one that is not blank: the
/// scanner stops before it.
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

/// The innermost flow bracket that is open at the end of `text`, by counting brackets outside
/// quotes and comments.
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

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn core_tag(tag: &Tag) -> Option<String> {
    tag.is_yaml_core_schema().then(|| tag.suffix.clone())
}

fn fault(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::Yaml, span, message)
}

fn span(start: usize, end: usize) -> Span {
    let narrow = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    Span { source: SourceId(0), start: narrow(start), end: narrow(end) }
}

/// From the scanner's counts of characters to bytes.
struct Offsets<'t> {
    text: &'t str,
    /// Where the text begins in the stream.
    base: usize,
    /// The byte offset of every character; empty where all are one byte.
    characters: Vec<usize>,
}

impl<'t> Offsets<'t> {
    fn new(text: &'t str, base: usize) -> Self {
        let characters = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(offset, _)| offset).collect()
        };
        Self { text, base, characters }
    }

    fn byte(&self, marker: Marker) -> usize {
        let offset = if self.characters.is_empty() {
            marker.index()
        } else {
            self.characters.get(marker.index()).copied().unwrap_or(self.text.len())
        };
        offset.min(self.text.len())
    }

    fn span(&self, start: Marker, end: Marker) -> Span {
        span(self.base + self.byte(start), self.base + self.byte(end))
    }
}
