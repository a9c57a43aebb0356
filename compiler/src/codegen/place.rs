//! Finds the places of spans in the files of the author.

use crate::codegen::Printer;
use crate::source::{Source, Span};

impl<'p> Printer<'p> {
    /// Returns the file, the line and the column of a span, in the YAML if the source comes from
    /// one.
    pub(super) fn place(&self, span: Span) -> (&'p str, (u32, u32)) {
        let lines = self.lines.get(span.source.0 as usize);
        match (lines, self.source(span)) {
            (Some(lines), Some(source)) => lines.place(source, span.start),
            _ => ("", (0, 0)),
        }
    }

    /// Returns the place of a span without the folders: `template.yaml:39`.
    pub(super) fn short_place(&self, span: Span) -> String {
        let (file, (line, _)) = self.place(span);
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        format!("{name}:{line}")
    }

    pub(super) fn source(&self, span: Span) -> Option<&'p Source> {
        self.sources.get(span.source.0 as usize)
    }
}
