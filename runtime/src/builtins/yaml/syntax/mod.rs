//! A scanner and parser of YAML, which turns text into events.
//!
//! Kubernetes and OPA read YAML with `go-yaml`, whose scanner descends from libyaml 0.1. The
//! language that it accepts differs from that of every parser in Rust. Therefore this module ports
//! its grammar state by state (`scannerc.go` and `parserc.go`, which versions 2 and 3 share).
//! Examples of the differences:
//!
//! | text | `go-yaml` | `libyaml-safer` 0.3 | `granit-parser` 2.2 | `saphyr-parser` 0.3 |
//! | --- | --- | --- | --- | --- |
//! | `"\/"` | refused | accepted | accepted | accepted |
//! | `[a?b]` | refused | accepted | accepted | accepted |
//! | `%YAML 1.2` | refused | accepted | accepted | accepted |
//! | `[a:]` | `["a:"]` | refused | `[{a: null}]` | `[{a: null}]` |
//! | `!!str, x` | `"x"` | refused | refused | refused |
//! | `[!a-z]` | refused | refused | accepted | accepted |
//! | `a: 'x\ny'` | accepted | accepted | accepted | refused |
//!
//! The parser keeps its state in vectors and never recurses, so that deep nesting does not consume
//! the stack.

mod cursor;
mod flow;
mod json;
mod parser;
mod reader;
mod scalars;
mod scanner;
mod simple_keys;
mod tags;

use std::borrow::Cow;

pub use cursor::Mark;
pub use parser::Parser;

/// An event of the parser.
#[derive(Clone, Debug)]
pub struct Event<'t> {
    /// The kind of the event.
    pub kind: EventKind<'t>,
    /// The start of the text that the event represents.
    pub start: Mark,
    /// The end of that text.
    pub end: Mark,
}

/// The kind of an [`Event`].
#[derive(Clone, Debug)]
pub enum EventKind<'t> {
    /// The beginning of a document.
    DocumentStart,
    /// The end of a document.
    DocumentEnd,
    /// The end of the stream. Every later event is of this kind too.
    StreamEnd,
    /// A reference to an anchor.
    Alias(&'t str),
    /// A scalar.
    Scalar {
        /// The content; escapes and folding are resolved.
        value: Cow<'t, str>,
        /// The notation.
        style: ScalarStyle,
        /// The anchor and the tag.
        properties: Properties<'t>,
    },
    /// The beginning of a sequence.
    SequenceStart(Properties<'t>),
    /// The end of a sequence.
    SequenceEnd,
    /// The beginning of a mapping.
    MappingStart(Properties<'t>),
    /// The end of a mapping.
    MappingEnd,
}

/// The anchor and the tag of a node.
#[derive(Clone, Debug, Default)]
pub struct Properties<'t> {
    /// The name after `&`.
    pub anchor: Option<&'t str>,
    /// The tag with its handle resolved: `tag:yaml.org,2002:str` for `!!str`.
    pub tag: Option<Cow<'t, str>>,
}

/// The notation of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// Between single quotes.
    SingleQuoted,
    /// Between double quotes.
    DoubleQuoted,
    /// After `|`.
    Literal,
    /// After `>`.
    Folded,
}

/// The reason why a text is not YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The problem, with `go-yaml`'s message.
    pub problem: &'static str,
    /// The construct that was being read, such as `while scanning a simple key`; may be empty.
    pub context: &'static str,
    /// The start of that construct.
    pub context_mark: Mark,
    /// The place of the problem.
    pub mark: Mark,
    /// `true` if the scanner reported the fault, `false` if the parser did.
    pub is_scanner: bool,
}

impl Fault {
    /// Returns the line number (from 1) that `go-yaml` prints. It counts from 0 in the parser's
    /// faults.
    ///
    /// Returns `None` if it prints no line number.
    pub fn go_line(&self) -> Option<u32> {
        let line = match (self.mark.line, self.context_mark.line) {
            (0, context) => context,
            (line, _) if self.is_scanner => line + 1,
            (line, _) => line,
        };
        (line > 0).then_some(line)
    }
}

type Scan<T = ()> = Result<T, Fault>;

/// A token of the scanner.
#[derive(Debug)]
struct Token<'t> {
    kind: TokenKind<'t>,
    start: Mark,
    end: Mark,
}

#[derive(Debug)]
enum TokenKind<'t> {
    StreamStart,
    StreamEnd,
    VersionDirective { major: u8, minor: u8 },
    TagDirective { handle: &'t str, prefix: Cow<'t, str> },
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'t str),
    Anchor(&'t str),
    Tag { handle: &'t str, suffix: Cow<'t, str> },
    Scalar { value: Cow<'t, str>, style: ScalarStyle },
}
