//! Source texts and positions in them.

mod lines;
mod place;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use lines::Lines;

/// The versions of Rego that OPA knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum RegoVersion {
    /// Rego before OPA 1.0, and of `targets[].rego` in a template.
    #[default]
    V0,
    /// Rego of OPA 1.0 and later.
    V1,
}

/// The text of a Rego module, with its name in messages.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file name or a similar name, as messages show it.
    pub name: Arc<str>,
    /// The Rego text.
    pub text: Arc<str>,
    /// The version of Rego in which the text is written.
    pub version: RegoVersion,
    /// The position of the text in a larger document, if it was extracted from one.
    pub origin: Option<Origin>,
}

impl Source {
    /// Creates the source of a module that is a file of its own.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>, version: RegoVersion) -> Self {
        Self { name: name.into(), text: text.into(), version, origin: None }
    }
}

/// The position of a module's text in a YAML document.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The document's file name.
    pub name: Arc<str>,
    /// The document's whole text.
    pub text: Arc<str>,
    /// The number of lines of the file before `text`, if the file has several documents.
    pub lines_before: u32,
    /// For each line of the module, the byte offset in the document of the line's first byte. If
    /// the module is written with escapes, every line has the offset of its scalar.
    pub line_offsets: Arc<[usize]>,
}

/// A range of text in the file that its author wrote.
#[derive(Clone, Debug)]
pub struct Place<'s> {
    /// The file's name.
    pub name: &'s str,
    /// The file's text, or that of one of its documents.
    pub text: &'s str,
    /// The number of lines of the file before `text`.
    pub lines_before: u32,
    /// The range, in bytes of `text`, at character boundaries.
    pub range: Range<usize>,
    /// `true` if `range` is exact. It is not if YAML folds or escapes the module: then it is where
    /// the line or the module begins.
    pub exact: bool,
}

/// The source of a [`Span`]: an index into the compilation's list of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SourceId(pub u32);

/// A range of a source, in bytes. All spans are equal, so that comparisons of trees ignore them.
#[derive(Clone, Copy, Default)]
pub struct Span {
    /// The source.
    pub source: SourceId,
    /// The first byte.
    pub start: u32,
    /// The end: one past the last byte.
    pub end: u32,
}

impl Span {
    /// Returns the smallest span that contains both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span {
            source: self.source,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}

impl std::hash::Hash for Span {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

impl Source {
    /// Returns the line and the column of the byte `offset`, both counted from 1, columns in
    /// characters.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        line_column(&self.text, offset as usize)
    }

    /// Returns the line of the byte `offset`, counted from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.line_column(offset).0
    }
}

/// Returns the line and the column of a byte offset, both counted from 1, columns in characters. An
/// offset past the end counts as the end.
pub fn line_column(text: &str, offset: usize) -> (u32, u32) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[start..].chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
