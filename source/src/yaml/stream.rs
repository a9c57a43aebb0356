//! Splits a stream into documents.

use std::ops::Range;

/// An iterator over the parts of a YAML stream. Each part has at most one document.
///
/// As in Kubernetes, a line that begins with `---` ends a part, whatever its meaning in YAML. A
/// document that is not YAML therefore does not hide those after it. Anchors and directives do not
/// extend from one document into the next, and each document may have a byte order mark.
#[derive(Debug)]
pub struct Parts<'t> {
    text: &'t str,
    next: usize,
    lines: u32,
    divides: bool,
}

/// A part of a stream.
#[derive(Clone, Debug)]
pub struct Part<'t> {
    /// The text, without the line `---` between this part and the previous one.
    pub text: &'t str,
    /// The offset of the part in the stream, in bytes.
    pub start: usize,
    /// The number of lines of the stream before the part.
    pub lines_before: u32,
    pub(super) separator: Separator,
}

/// The line before a document.
#[derive(Clone, Debug)]
pub(super) enum Separator {
    /// The line is missing, or is `---`.
    Plain,
    /// The line has more text, in this range of the part's text. Kubernetes refuses such a line.
    Unknown(Range<usize>),
}

impl<'t> Parts<'t> {
    /// Returns the parts of `text`.
    pub fn new(text: &'t str) -> Self {
        Self { text, next: 0, lines: 0, divides: true }
    }

    /// Returns all of `text` as one part. Kubernetes does not divide UTF-16, and reads its first
    /// document.
    pub fn single(text: &'t str) -> Self {
        Self { divides: false, ..Self::new(text) }
    }
}

impl<'t> Iterator for Parts<'t> {
    type Item = Part<'t>;

    /// Returns the part up to the next line that begins with `---`.
    fn next(&mut self) -> Option<Part<'t>> {
        let (start, lines_before) = (self.next, self.lines);
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let mut separator = Separator::Plain;
        let mut length = 0;
        for line in rest.split_inclusive('\n') {
            if let Some(after) = line.strip_prefix("---").filter(|_| self.divides) {
                let content = after.trim();
                let is_plain = content.is_empty() || content.starts_with('#');
                if length > 0 {
                    // The next part begins after the line, or at the line if the line is a fault.
                    self.next += if is_plain { line.len() } else { 0 };
                    self.lines = self.lines.saturating_add(u32::from(is_plain));
                    break;
                }
                if !is_plain {
                    separator = Separator::Unknown(0..line.trim_end().len());
                }
            }
            length += line.len();
            self.lines = self.lines.saturating_add(1);
        }
        self.next += length;
        Some(Part { text: &rest[..length], start, lines_before, separator })
    }
}

impl<'t> Part<'t> {
    /// Returns the part with another text after the same separator.
    #[must_use]
    pub fn with_text<'o>(&self, text: &'o str) -> Part<'o> {
        let Self { start, lines_before, ref separator, .. } = *self;
        Part { text, start, lines_before, separator: separator.clone() }
    }

    pub(super) fn whole(text: &'t str) -> Self {
        Self { text, start: 0, lines_before: 0, separator: Separator::Plain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::line_column;

    /// Returns, for each document, the line on which it begins, or the line of its fault.
    fn lines(text: &str) -> Vec<Result<u32, u32>> {
        let mut lines = Vec::new();
        for part in Parts::new(text) {
            let line = |start: u32| part.lines_before + line_column(part.text, start as usize).0;
            match part.load() {
                Ok(node) => lines.extend(node.iter().map(|node| Ok(line(node.span.start)))),
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
    fn documents_are_independent() {
        // As in Kubernetes, a directive ends with the line `---`, and anchors with the document.
        assert_eq!(lines("%YAML 1.1\n---\na: 1\n"), [Err(2), Ok(3)]);
        assert_eq!(lines("---\n\u{feff}a: &x 1\n---\n\u{feff}b: *x\n"), [Ok(2), Err(4)]);
        assert_eq!(lines("\u{feff}---\n# nothing\n---\t# c\n--- x\n---\na: 1"), [Err(4), Ok(6)]);
        assert_eq!(lines(""), []);
    }
}
