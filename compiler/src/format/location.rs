//! Places of nodes as OPA's parser records them: a row, a column and a text.

use std::ops::Range;

use crate::source::Span;

/// The place of a node. All places are equal, so that comparisons of trees ignore them.
///
/// The row is that of the node's first token except parentheses, as in OPA's parser. The text
/// includes the parentheses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Location {
    /// The row, counted from 0.
    pub(super) row: usize,
    /// The column in bytes, counted from 0.
    pub(super) column: usize,
    /// The first byte of the text.
    pub(super) start: usize,
    /// The end of the text.
    pub(super) end: usize,
}

impl PartialEq for Location {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A module's text with an index of its lines.
pub(super) struct Text<'t> {
    /// The text itself.
    pub(super) content: &'t str,
    /// `true` if the text has names like those that OPA's compiler makes.
    pub(super) has_generated_names: bool,
    line_feeds: Vec<usize>,
}

impl<'t> Text<'t> {
    /// Builds the index.
    pub(super) fn new(text: &'t str) -> Self {
        let line_feeds = text.match_indices('\n').map(|(offset, _)| offset).collect();
        Self { content: text, has_generated_names: text.contains("__local"), line_feeds }
    }

    /// Returns the row of a byte.
    pub(super) fn row(&self, offset: usize) -> usize {
        self.line_feeds.partition_point(|&line_feed| line_feed < offset)
    }

    /// Returns the place of a range whose row is that of its first byte.
    pub(super) fn location(&self, range: Range<usize>) -> Location {
        let row = self.row(range.start);
        let line = row.checked_sub(1).map_or(0, |before| self.line_feeds[before] + 1);
        Location { row, column: range.start - line, start: range.start, end: range.end }
    }

    /// Returns the place of a literal or a clause.
    pub(super) fn of(&self, span: Span) -> Location {
        self.location(span.start as usize..span.end as usize)
    }

    /// Returns the place of a term: its row is that of the first token in its parentheses.
    pub(super) fn of_term(&self, span: Span) -> Location {
        let start = span.start as usize;
        let first = start + parentheses(self.slice(start..span.end as usize));
        let token = self.location(first..first);
        Location { start, end: span.end as usize, ..token }
    }

    /// Returns the text of a range.
    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        self.content.get(range).unwrap_or_default()
    }

    /// Returns the text of a place.
    pub(super) fn at(&self, location: Location) -> &'t str {
        self.slice(location.start..location.end)
    }

    /// Returns the row in which the text of a place ends.
    pub(super) fn last_row(&self, location: Location) -> usize {
        location.row + line_feeds(self.at(location))
    }

    /// Returns the row of the bracket that closes the first `open` in the text of a place, if there
    /// is one. As in OPA, brackets in strings and comments count.
    pub(super) fn closing_row(&self, (open, close): (u8, u8), location: Location) -> Option<usize> {
        let bytes = self.at(location).as_bytes();
        let start = bytes.iter().position(|&byte| byte == open)?;
        let (_, rows) = closing(bytes, start, (open, close));
        Some(location.row + rows?)
    }

    /// Like [`Self::closing_row`], but looks for `open` after the first pair of `skip`.
    pub(super) fn closing_row_after(
        &self,
        skip: (u8, u8),
        brackets: (u8, u8),
        location: Location,
    ) -> Option<usize> {
        let bytes = self.at(location).as_bytes();
        let start = bytes.iter().position(|&byte| byte == skip.0)?;
        let (end, skipped) = closing(bytes, start, skip);
        let skipped = skipped?;
        let start = end + bytes[end..].iter().position(|&byte| byte == brackets.0)?;
        let (_, rows) = closing(bytes, start, brackets);
        Some(location.row + skipped + rows?)
    }
}

/// Returns the offset of the bracket that closes the one at `start`, and the number of line feeds
/// between them.
fn closing(bytes: &[u8], start: usize, (open, close): (u8, u8)) -> (usize, Option<usize>) {
    let mut depth = 1_usize;
    let mut rows = 0;
    for (offset, &byte) in bytes.iter().enumerate().skip(start + 1) {
        match byte {
            byte if byte == open => depth += 1,
            byte if byte == close => depth -= 1,
            b'\n' => rows += 1,
            _ => {}
        }
        if depth == 0 {
            return (offset, Some(rows));
        }
    }
    (bytes.len(), None)
}

/// Returns the number of line feeds of a text.
pub(super) fn line_feeds(text: &str) -> usize {
    text.matches('\n').count()
}

/// Returns the length of the parentheses at the start of a text, with the space and comments
/// after them.
fn parentheses(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = match rest.as_bytes().first() {
            Some(b'(' | b' ' | b'\t' | b'\n' | b'\r') => &rest[1..],
            Some(b'#') => rest.find('\n').map_or("", |end| &rest[end..]),
            _ => break text.len() - rest.len(),
        };
    }
}
