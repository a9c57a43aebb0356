//! Source texts and positions in them.

mod place;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The languages of Rego that OPA knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum RegoVersion {
    /// OPA before 1.0, and what `targets[].rego` of a template holds.
    #[default]
    V0,
    /// OPA 1.0 and later.
    V1,
}

/// A Rego module's text with the name by which messages call it.
#[derive(Clone, Debug)]
pub struct Source {
    /// File name or the like, as messages show it.
    pub name: Arc<str>,
    /// The Rego text.
    pub text: Arc<str>,
    /// The language it is written in.
    pub version: RegoVersion,
    /// Where the text stands in a larger document, if it was taken out of one.
    pub origin: Option<Origin>,
}

/// Where in a YAML document a module's text stands.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The document's file name.
    pub name: Arc<str>,
    /// The document's whole text.
    pub text: Arc<str>,
    /// For each line of the module: the byte offset in the document of the line's first byte.
    /// A module that is written with escapes has its scalar's place for every line.
    pub line_offsets: Arc<[usize]>,
}

/// A piece of text where a person finds it: in the file that they wrote.
#[derive(Clone, Debug)]
pub struct Place<'s> {
    /// The file's name.
    pub name: &'s str,
    /// The file's whole text.
    pub text: &'s str,
    /// The piece, in bytes of `text`, at character boundaries.
    pub range: Range<usize>,
    /// Whether `range` is the piece itself. It is not where YAML folds or escapes the module:
    /// then it is where the line or the module begins.
    pub exact: bool,
}

/// Which source a [`Span`] is in: its index in the compilation's list of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SourceId(pub u32);

/// A piece of a source, in bytes. All spans are equal, so that trees compare by meaning.
#[derive(Clone, Copy, Default)]
pub struct Span {
    /// The source.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span that holds both.
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
    /// Line and column (both from 1, columns in characters) of the byte `offset`.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        line_column(&self.text, offset as usize)
    }

    /// The line (from 1) of the byte `offset`.
    pub fn line(&self, offset: u32) -> u32 {
        self.line_column(offset).0
    }
}

/// Line and column (both from 1, columns in characters) of a byte offset; an offset past the end
/// counts as the end.
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
