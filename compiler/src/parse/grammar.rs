//! The generated parser, and the part of a text that one run of it reads.

use pest::Parser as _;
use pest::error::Error;
use pest::iterators::{Pair, Pairs};

use crate::source::{SourceId, Span};

use super::errors::span;
use super::keywords::Keywords;

pub(super) use generated::Rule;

mod generated {
    /// The parser of `grammar.pest`.
    #[derive(pest_derive::Parser)]
    #[grammar = "parse/grammar.pest"]
    pub(in crate::parse) struct Grammar;
}

/// The rest of a module from some offset on, with the keywords active there.
pub(super) struct Chunk<'t> {
    /// The whole text of the module.
    pub(super) text: &'t str,
    /// The active keywords.
    pub(super) keywords: Keywords,
    source: SourceId,
    offset: usize,
    header: usize,
    buffer: String,
}

impl<'t> Chunk<'t> {
    /// Returns the rest of `text` from the byte `offset` on. A header line before it tells the
    /// grammar the keywords.
    pub(super) fn new(source: SourceId, text: &'t str, offset: usize, keywords: Keywords) -> Self {
        let mut buffer = keywords.header_line();
        let header = buffer.len();
        buffer.push_str(text.get(offset..).unwrap_or_default());
        Self { text, keywords, source, offset, header, buffer }
    }

    /// Runs the grammar.
    pub(super) fn parse(&self, entry: Rule) -> Result<Pairs<'_, Rule>, Box<Error<Rule>>> {
        generated::Grammar::parse(entry, &self.buffer).map_err(Box::new)
    }

    /// Returns the module's source.
    pub(super) fn source(&self) -> SourceId {
        self.source
    }

    /// Converts a position in this chunk to an offset in the module.
    pub(super) fn absolute(&self, position: usize) -> usize {
        self.offset + position.saturating_sub(self.header)
    }

    /// Returns the span of a pair in the module.
    pub(super) fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let local = pair.as_span();
        span(self.source, self.absolute(local.start()), self.absolute(local.end()))
    }
}
