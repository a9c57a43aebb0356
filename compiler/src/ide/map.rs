//! Converts offsets between a module and the file that contains it.

use std::ops::Range;

use crate::source::{Source, Span};

/// The lines of a module with their places in the file. Lines that YAML folds or escapes are absent.
#[derive(Debug)]
pub(super) struct TextMap {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    module: usize,
    file: usize,
    length: usize,
}

impl TextMap {
    /// Returns the lines of a source.
    pub(super) fn of(source: &Source) -> Self {
        let Some(origin) = &source.origin else {
            return Self { lines: vec![Line { module: 0, file: 0, length: source.text.len() }] };
        };
        let mut lines = Vec::with_capacity(origin.line_offsets.len());
        let mut module = 0;
        let parts = source.text.split('\n').zip(origin.line_offsets.iter());
        for (part, &file) in parts {
            let text = part.strip_suffix('\r').unwrap_or(part);
            if origin.text.get(file..).is_some_and(|rest| rest.starts_with(text)) {
                lines.push(Line { module, file, length: text.len() });
            }
            module += part.len() + 1;
        }
        Self { lines }
    }

    /// Returns the offset in the module of an offset in the file.
    pub(super) fn to_module(&self, offset: usize) -> Option<usize> {
        let contains = |line: &&Line| (line.file..=line.file + line.length).contains(&offset);
        self.lines.iter().find(contains).map(|line| line.module + (offset - line.file))
    }

    /// Returns the end of the module in the file.
    pub(super) fn end(&self) -> usize {
        self.lines.last().map_or(0, |line| line.file + line.length)
    }

    fn to_file(&self, offset: usize) -> Option<usize> {
        let contains = |line: &&Line| (line.module..=line.module + line.length).contains(&offset);
        self.lines.iter().find(contains).map(|line| line.file + (offset - line.module))
    }

    /// Returns the range of a span in the file.
    pub(super) fn range(&self, span: Span) -> Option<Range<usize>> {
        let start = self.to_file(span.start as usize)?;
        let end = self.to_file(span.end as usize)?;
        (start <= end).then_some(start..end)
    }
}
