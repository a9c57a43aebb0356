//! A document with its place in a file.

use std::ops::Range;
use std::sync::Arc;

#[cfg(feature = "templates")]
use ferrego_compiler::template::{self, EnginePreference, Template};
use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::{Arena, Value, json};
#[cfg(feature = "templates")]
use ferrego_source::diagnostics::Notices;
use ferrego_source::diagnostics::{Diagnostic, Diagnostics, Excerpt, Notice};
use ferrego_source::source::{Place, RegoVersion, Source, Span};
#[cfg(feature = "templates")]
use ferrego_source::yaml;
use ferrego_source::yaml::{Dialect, Kind, Node};
use memchr::memmem;

use super::locate;
use crate::fault::{Fault, FieldPath};

/// A text with the name of its file.
#[derive(Clone, Debug)]
pub struct File {
    /// The file's name, as messages show it.
    pub name: Arc<str>,
    /// The text of one document, or of the part of the file that holds a list.
    pub text: Arc<str>,
    /// The number of lines of the file before `text`.
    pub lines_before: u32,
}

/// A document with its place in a file: a template, a constraint or an object.
#[derive(Clone, Debug)]
pub struct Document {
    file: File,
    body: Body,
    list: Option<Arc<ListKind>>,
}

/// The kind of a list. As in Kubernetes, items without a kind take theirs from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ListKind {
    pub(super) api_version: String,
    /// The kind of the items: `Pod` for a `PodList`. Empty for a `List`.
    pub(super) item: String,
}

#[derive(Clone, Debug)]
enum Body {
    /// A node of the file's text.
    Yaml(Arc<Node>, Dialect),
    /// The whole text of the file.
    Json,
}

impl Document {
    pub(super) fn yaml(file: File, node: Node) -> Self {
        Self { file, body: Body::Yaml(Arc::new(node), Dialect::Kubernetes), list: None }
    }

    pub(super) fn json(file: File) -> Self {
        Self { file, body: Body::Json, list: None }
    }

    /// Creates a document from its text in JSON, which begins after `lines_before` lines of the file
    /// `name`.
    pub fn from_json(name: Arc<str>, text: Arc<str>, lines_before: u32) -> Self {
        Self::json(File { name, text, lines_before })
    }

    /// Marks the document as an item of a list.
    pub(super) fn in_list(mut self, list: &Arc<ListKind>) -> Self {
        if !list.item.is_empty() {
            self.list = Some(Arc::clone(list));
        }
        self
    }

    /// Sets the dialect by which the document's plain scalars are read; the default is Kubernetes'.
    /// JSON has no plain scalars, so it does not change.
    #[must_use]
    pub fn in_dialect(mut self, dialect: Dialect) -> Self {
        if let Body::Yaml(_, own) = &mut self.body {
            *own = dialect;
        }
        self
    }

    /// Returns the name of the file.
    pub fn file(&self) -> &Arc<str> {
        &self.file.name
    }

    /// Returns the length of the document's text in bytes.
    pub fn size(&self) -> usize {
        match &self.body {
            Body::Yaml(node, _) => node.span.end.saturating_sub(node.span.start) as usize,
            Body::Json => self.file.text.len(),
        }
    }

    /// Returns `true` if the document is `{}`, which `gator test` skips like an empty document.
    pub fn is_empty(&self) -> bool {
        match &self.body {
            Body::Yaml(node, _) => matches!(&node.kind, Kind::Mapping(pairs) if pairs.is_empty()),
            Body::Json => {
                let text = self.file.text.bytes();
                text.filter(|byte| !byte.is_ascii_whitespace()).eq(*b"{}")
            }
        }
    }

    /// Returns `true` if one of `words` may occur in the document. Returns `false` only if the text
    /// shows that none occurs. This test is cheaper than parsing the value.
    pub fn may_say(&self, words: &[&str]) -> bool {
        match &self.body {
            Body::Yaml(..) => true,
            Body::Json => {
                let text = self.file.text.as_bytes();
                words.iter().any(|word| memmem::find(text, word.as_bytes()).is_some())
                    || escapes(text).any(|byte| words.iter().any(|word| word.contains(byte)))
            }
        }
    }

    /// Returns the document's value.
    ///
    /// # Errors
    /// Returns a notice if the document holds a key that is not a scalar or a number that is not
    /// finite, which JSON does not have. For JSON, returns a notice if the text exceeds the
    /// parser's limits, which reading did not check.
    pub fn value<'a>(&'a self, arena: &'a Arena) -> Result<Value<'a>, Notice> {
        let value = self.own_value(arena)?;
        match (&self.list, value) {
            (Some(list), Value::Object(object)) if object.get_str("kind").is_none() => {
                let mut whole = ObjectBuilder::new(arena);
                whole.insert(Value::String("apiVersion"), Value::String(&list.api_version));
                whole.insert(Value::String("kind"), Value::String(&list.item));
                for (key, value) in object.pairs() {
                    whole.insert(*key, *value);
                }
                Ok(whole.finish())
            }
            _ => Ok(value),
        }
    }

    fn own_value<'a>(&'a self, arena: &'a Arena) -> Result<Value<'a>, Notice> {
        match &self.body {
            Body::Yaml(node, dialect) => {
                node.value_in(arena, *dialect).map_err(|fault| self.notice_of(&fault))
            }
            Body::Json => json::parse(arena, self.file.text.as_bytes()).map_err(|error| {
                let place = self.excerpt(error.offset..error.offset + 1);
                Notice::error("invalid json", error.kind.to_string()).at(place)
            }),
        }
    }

    /// Returns the place of the field at `path`. If the field does not exist, this is the place of
    /// its nearest existing ancestor.
    pub fn place(&self, path: &FieldPath) -> Excerpt {
        let range = match &self.body {
            Body::Yaml(node, _) => locate::in_node(node, path),
            Body::Json => locate::in_json(&self.file.text, path),
        };
        self.excerpt(range)
    }

    /// Converts `fault` to a notice with its place.
    pub fn notice(&self, fault: &Fault) -> Notice {
        Notice {
            severity: fault.severity,
            code: fault.code.as_str().to_owned(),
            message: message(fault),
            help: fault.help.clone(),
            excerpts: vec![self.place(fault.place())],
        }
    }

    /// Converts faults to notices with their places.
    pub fn fault_notices(&self, faults: &[Fault]) -> Vec<Notice> {
        faults.iter().map(|fault| self.notice(fault)).collect()
    }

    /// Returns the document's template, or `None` if the document is not a template. A template
    /// with CEL beside its Rego is a fault.
    ///
    /// # Errors
    /// Returns the faults of the template, except those of its Rego.
    #[cfg(feature = "templates")]
    pub fn template(&self) -> Result<Option<Template>, Notices> {
        self.template_with(EnginePreference::default())
    }

    /// Returns the document's template, or `None` if the document is not a template. `engine`
    /// decides whether CEL beside the Rego is a fault.
    ///
    /// # Errors
    /// Returns the faults of the template, except those of its Rego.
    #[cfg(feature = "templates")]
    pub fn template_with(&self, engine: EnginePreference) -> Result<Option<Template>, Notices> {
        let File { name, text, .. } = &self.file;
        let read = |node: &Node| {
            let template = template::read_document(name, text, node, engine)
                .map_err(|faults| Notices::from(self.notices(&faults, &[])))?;
            Ok(template.map(|template| template.after(self.file.lines_before)))
        };
        match &self.body {
            Body::Yaml(node, _) => read(node),
            Body::Json => {
                let node = yaml::load_json(text).map_err(|fault| self.notice_of(&fault))?;
                node.as_ref().map_or(Ok(None), read)
            }
        }
    }

    /// Converts diagnostics to notices. The diagnostics are about `sources`, which are those of the
    /// document's template, or about the document itself if `sources` is empty.
    pub fn notices(&self, diagnostics: &Diagnostics, sources: &[Source]) -> Vec<Notice> {
        self.file.notices(diagnostics, sources)
    }

    fn notice_of(&self, fault: &Diagnostic) -> Notice {
        let Span { start, end, .. } = fault.span;
        let mut notice = Notice::of(fault, &[]).read_from(&self.file.text);
        notice.excerpts.push(self.excerpt(start as usize..end as usize));
        notice
    }

    fn excerpt(&self, range: Range<usize>) -> Excerpt {
        self.file.excerpt(range)
    }
}

impl File {
    /// Converts diagnostics to notices, like [`Document::notices`].
    pub(super) fn notices(&self, diagnostics: &Diagnostics, sources: &[Source]) -> Vec<Notice> {
        if !sources.is_empty() {
            return diagnostics.notices(sources);
        }
        let whole = Source::new(&*self.name, &*self.text, RegoVersion::default());
        let mut notices = diagnostics.notices(&[whole]);
        for excerpt in notices.iter_mut().flat_map(|notice| &mut notice.excerpts) {
            excerpt.line = excerpt.line.saturating_add(self.lines_before);
        }
        notices
    }

    /// Returns the excerpt of a range of the text. The range may exceed the text or split
    /// characters.
    pub(super) fn excerpt(&self, range: Range<usize>) -> Excerpt {
        let place = Place::in_text(&self.name, &self.text, range);
        Excerpt::of(&Place { lines_before: self.lines_before, ..place })
    }
}

/// Returns the ASCII characters that the JSON text holds as `\u` escapes.
fn escapes(text: &[u8]) -> impl Iterator<Item = char> {
    let digits = memmem::find_iter(text, b"\\u00").filter_map(|at| text.get(at + 4..at + 6));
    digits.filter_map(|digits| {
        let code = u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()?;
        Some(char::from(code))
    })
}

/// Returns the message with the path of the field in front, as Kubernetes writes it.
fn message(fault: &Fault) -> String {
    if fault.path.0.is_empty() {
        fault.message.clone()
    } else {
        format!("{}: {}", fault.path, fault.message)
    }
}
