//! The documents of a stream one by one.

use std::collections::VecDeque;
use std::ops::Range;

use super::Node;
use super::load::load_part;
use crate::diagnostics::Diagnostic;

/// The documents of a YAML stream, each read when it is asked for; empty ones are left out.
///
/// The stream is parted at its `---` lines, which cannot stand inside a document, so that a
/// document that is no YAML does not hide those after it. Spans are of source 0.
#[derive(Debug)]
pub struct Documents<'t> {
    text: &'t str,
    /// What is not read yet begins here.
    next: usize,
    read: VecDeque<Node>,
}

impl<'t> Documents<'t> {
    /// The documents of `text`.
    pub fn new(text: &'t str) -> Self {
        let next = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, next, read: VecDeque::new() }
    }

    /// The next piece of the stream: up to a line with `---` that does not end its directives.
    fn part(&mut self) -> Option<Range<usize>> {
        let start = self.next;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let mut directives = false;
        let mut offset = start;
        for line in rest.split_inclusive('\n') {
            if is_marker(line) && offset > start && !directives {
                break;
            }
            directives = line.starts_with('%') || (directives && !is_marker(line));
            offset += line.len();
        }
        self.next = offset;
        Some(start..offset)
    }
}

fn is_marker(line: &str) -> bool {
    line.strip_prefix("---")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

impl Iterator for Documents<'_> {
    type Item = Result<Node, Diagnostic>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(node) = self.read.pop_front() {
                return Some(Ok(node));
            }
            let part = self.part()?;
            match load_part(self.text, part) {
                Ok(nodes) => self.read.extend(nodes),
                Err(fault) => return Some(Err(fault)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::line_column;

    /// For each document, the line where it begins, or the fault's line.
    fn lines(text: &str) -> Vec<Result<u32, u32>> {
        let line = |offset: u32| line_column(text, offset as usize).0;
        Documents::new(text)
            .map(|result| match result {
                Ok(node) => Ok(line(node.span.start)),
                Err(fault) => Err(line(fault.span.start)),
            })
            .collect()
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
