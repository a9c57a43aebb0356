//! Converts spans to places in files.

use std::fmt;
use std::ops::Range;

use super::{Origin, Place, Source, Span, line_column};

impl Source {
    /// Returns the place of `span` in the file that contains the text.
    pub fn place(&self, span: Span) -> Place<'_> {
        let within = Place::within(self, span);
        match &self.origin {
            Some(origin) => origin.place(&within),
            None => within,
        }
    }
}

impl<'s> Place<'s> {
    /// Returns the place of `span` in the module itself, whatever its origin.
    pub fn within(source: &'s Source, span: Span) -> Place<'s> {
        Place::in_text(&source.name, &source.text, span.start as usize..span.end as usize)
    }

    /// Returns the place of a range of a whole file. The range may exceed the text or split
    /// characters.
    pub fn in_text(name: &'s str, text: &'s str, range: Range<usize>) -> Place<'s> {
        let start = floor_boundary(text, range.start);
        let end = floor_boundary(text, range.end).max(start);
        Place { name, text, lines_before: 0, range: start..end, exact: true }
    }

    /// Returns the place of the text of a line from a column on, both counted from 1, in a file that
    /// `source` is a part of. White space around the text is left out. If `column` is zero, the
    /// place is the whole line.
    pub fn of_line(source: &'s Source, line: u32, column: u32) -> Place<'s> {
        let (name, text, lines_before) = match &source.origin {
            Some(origin) => (&origin.name, &origin.text, origin.lines_before),
            None => (&source.name, &source.text, 0),
        };
        let before = line.saturating_sub(lines_before).saturating_sub(1) as usize;
        let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
        let own = text[start..].lines().next().unwrap_or_default();
        let skipped = own.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum();
        let (start, own) = (start + skipped, &own[skipped..]);
        let range = start + own.len() - own.trim_start().len()..start + own.trim_end().len();
        Place { lines_before, ..Place::in_text(name, text, range) }
    }

    /// Returns the line and the column in the file, both counted from 1.
    pub fn line_column(&self) -> (u32, u32) {
        let (line, column) = line_column(self.text, self.range.start);
        (line.saturating_add(self.lines_before), column)
    }

    /// Returns the line in the file, counted from 1.
    pub fn line(&self) -> u32 {
        self.line_column().0
    }
}

impl fmt::Display for Place<'_> {
    /// `file:line:column`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_column();
        write!(f, "{}:{line}:{column}", self.name)
    }
}

impl Origin {
    fn place(&self, within: &Place<'_>) -> Place<'_> {
        let range = self.exact_range(within);
        let exact = range.is_some();
        let range = range.unwrap_or_else(|| {
            let before = within.text.get(..within.range.start).unwrap_or_default();
            let line = before.bytes().filter(|&byte| byte == b'\n').count();
            let offset = self.line_offsets.get(line).or(self.line_offsets.first());
            let start = offset.copied().unwrap_or_default();
            let start = floor_boundary(&self.text, start);
            start..start
        });
        let lines_before = self.lines_before;
        Place { name: &self.name, text: &self.text, lines_before, range, exact }
    }

    /// Returns the range in the document, if the document contains the module's line verbatim. A
    /// range over several lines is cut at the end of the first line, because indentation separates
    /// the lines.
    fn exact_range(&self, within: &Place<'_>) -> Option<Range<usize>> {
        let before = within.text.get(..within.range.start)?;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let number = before.bytes().filter(|&byte| byte == b'\n').count();
        let line = within.text.get(line_start..)?.lines().next().unwrap_or_default();
        let offset = *self.line_offsets.get(number)?;
        if !self.text.get(offset..)?.starts_with(line) {
            return None;
        }
        let start = within.range.start - line_start;
        let end = (within.range.end - line_start).min(line.len()).max(start);
        let range = offset + start..offset + end;
        self.text.get(range.clone()).map(|_| range)
    }
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
