//! A stream, document by document.

use super::Node;
use super::load::load_part;
use crate::diagnostics::Diagnostic;

/// The parts of a YAML stream: each has one document, or none.
///
/// The stream is parted at its `---` lines, which cannot stand inside a document, so that a
/// document that is no YAML does not hide those after it.
#[derive(Debug)]
pub struct Parts<'t> {
    text: &'t str,
    next: usize,
    lines: u32,
}

/// A part of a stream.
#[derive(Clone, Copy, Debug)]
pub struct Part<'t> {
    /// Its text.
    pub text: &'t str,
    /// Where it begins in the stream, in bytes.
    pub start: usize,
    /// The lines of the stream before it.
    pub lines_before: u32,
}

impl<'t> Parts<'t> {
    /// The parts of `text`.
    pub fn new(text: &'t str) -> Self {
        let next = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, next, lines: 0 }
    }
}

impl<'t> Iterator for Parts<'t> {
    type Item = Part<'t>;

    /// The stream up to a line with `---` that does not end its directives.
    fn next(&mut self) -> Option<Part<'t>> {
        let (start, lines_before) = (self.next, self.lines);
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let mut directives = false;
        let mut length = 0;
        for line in rest.split_inclusive('\n') {
            if is_marker(line) && length > 0 && !directives {
                break;
            }
            directives = line.starts_with('%') || (directives && !is_marker(line));
            length += line.len();
            self.lines = self.lines.saturating_add(1);
        }
        self.next = start + length;
        Some(Part { text: &rest[..length], start, lines_before })
    }
}

impl Part<'_> {
    /// Reads the documents of the part; empty ones are left out, and after a line with `...` there
    /// may be another. Spans are of source 0 and count from the part's beginning.
    ///
    /// # Errors
    /// As for [`load`](super::load).
    pub fn load(&self) -> Result<Vec<Node>, Diagnostic> {
        load_part(self, 0)
    }
}

fn is_marker(line: &str) -> bool {
    line.strip_prefix("---")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::line_column;

    /// For each document, the line where it begins, or the fault's line.
    fn lines(text: &str) -> Vec<Result<u32, u32>> {
        let mut lines = Vec::new();
        for part in Parts::new(text) {
            let line = |start: u32| part.lines_before + line_column(part.text, start as usize).0;
            match part.load() {
                Ok(nodes) => lines.extend(nodes.iter().map(|node| Ok(line(node.span.start)))),
                Err(fault) => lines.push(Err(line(fault.span.start))),
            }
        }
        lines
    }

    #[test]
    fn a_broken_document_does_not_hide_the_others() {
        let text = "é: 1\n---\nb: [é\n---\nc: |\n  ----\n  --- x\n--- # note\nd: {d: 1, d: 2}\n";
        assert_eq!(lines(text), [Ok(1), Err(3), Ok(5), Err(9)]);
    }

    #[test]
    fn directives_belong_to_the_document_after_them() {
        assert_eq!(lines("%YAML 1.1\n---\na: 1\n...\n%YAML 1.1\n---\nb: 1\n"), [Ok(3), Ok(7)]);
        assert_eq!(lines("\u{feff}---\n# nothing\n---\n--- {a: 1}\n"), [Ok(4)]);
        assert_eq!(lines(""), []);
    }
}
