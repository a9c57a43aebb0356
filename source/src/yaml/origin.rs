//! Finds the places of a scalar's lines in its document.

use std::sync::Arc;

use super::node::{Kind, Node};
use super::scalar::Style;
use crate::source::Origin;

/// Returns the origin of the text of the scalar `node`, or `None` if the node is not a scalar. The
/// scalar is in the document `text`, whose name is `name`.
pub fn origin(name: &Arc<str>, text: &Arc<str>, node: &Node) -> Option<Origin> {
    let Kind::Scalar(scalar) = &node.kind else { return None };
    let start = node.span.start as usize;
    let content = &*scalar.text;
    let offsets = match scalar.style {
        Style::Literal => literal(text, start, content),
        Style::Plain => single_line(text, start, content),
        Style::Quoted => single_line(text, start + 1, content),
        Style::Folded => folded(text, start, content),
    };
    let offsets = offsets.unwrap_or_else(|| vec![start; content.lines().count().max(1)]);
    let (name, text) = (name.clone(), text.clone());
    Some(Origin { name, text, lines_before: 0, line_offsets: offsets.into() })
}

/// Returns the offsets of the lines of a literal block whose header begins at `start`. Every line
/// of the content is the end of a line of the document, whatever its indentation.
pub(super) fn literal(text: &str, start: usize, content: &str) -> Option<Vec<usize>> {
    let mut lines = Lines::after(text, start);
    let place = |part: &str| {
        let (offset, line) = lines.next()?;
        line.ends_with(part).then(|| offset + line.len() - part.len())
    };
    // The position after the last newline has a place too: errors at the end point to it.
    let mut offsets = content.lines().map(place).collect::<Option<Vec<_>>>()?;
    if content.ends_with('\n') {
        offsets.push(lines.next().map_or(text.len(), |(offset, _)| offset));
    }
    Some(offsets)
}

/// Returns the offsets of the lines of a folded block whose header begins at `start`. A line of the
/// content begins a line of the document, and may continue on the next lines.
fn folded(text: &str, start: usize, content: &str) -> Option<Vec<usize>> {
    let mut lines = Lines::after(text, start).peekable();
    let mut offsets = Vec::new();
    for part in content.lines() {
        let mut rest = part.trim_start();
        if rest.is_empty() {
            offsets.push(lines.peek()?.0);
            continue;
        }
        let (offset, line) = lines.find(|(_, line)| !line.trim().is_empty())?;
        let indentation = line.len() - line.trim_start().len();
        let own = part.len() - rest.len();
        offsets.push(offset + indentation.checked_sub(own)?);
        rest = rest.strip_prefix(line.trim_start())?;
        while !rest.is_empty() {
            let (_, line) = lines.next()?;
            rest = rest.strip_prefix(' ')?.strip_prefix(line.trim_start())?;
        }
    }
    if content.ends_with('\n') {
        offsets.push(lines.next().map_or(text.len(), |(offset, _)| offset));
    }
    Some(offsets)
}

/// An iterator over the lines of a text with their offsets.
struct Lines<'t> {
    text: &'t str,
    offset: usize,
}

impl<'t> Lines<'t> {
    /// Returns the lines after the line of the byte `start`.
    fn after(text: &'t str, start: usize) -> Self {
        let newline = text.get(start..).and_then(|rest| rest.find('\n'));
        Self { text, offset: newline.map_or(text.len(), |newline| start + newline + 1) }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.offset..).filter(|rest| !rest.is_empty())?;
        let line = rest.split_inclusive('\n').next()?;
        let offset = self.offset;
        self.offset += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some((offset, line.strip_suffix('\r').unwrap_or(line)))
    }
}

/// Returns the offset of a scalar on one line that is written verbatim.
fn single_line(text: &str, start: usize, content: &str) -> Option<Vec<usize>> {
    let written = text.get(start..)?.starts_with(content);
    (written && !content.contains('\n')).then(|| vec![start])
}
