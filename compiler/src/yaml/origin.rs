//! Where the lines of a scalar stand in its document.

use std::sync::Arc;

use super::{Node, Style};
use crate::source::Origin;

/// The origin of the text of the scalar `node` in the document `text` called `name`; `None` if
/// the node is no scalar.
pub fn origin(name: &Arc<str>, text: &Arc<str>, node: &Node) -> Option<Origin> {
    let super::Kind::Scalar(scalar) = &node.kind else { return None };
    let start = node.span.start as usize;
    let content = &*scalar.text;
    let offsets = match scalar.style {
        Style::Literal => literal(text, start, content),
        Style::Plain => single_line(text, start, content),
        Style::Quoted => single_line(text, start + 1, content),
        Style::Folded => None,
    };
    let offsets = offsets.unwrap_or_else(|| vec![start; content.lines().count().max(1)]);
    Some(Origin { name: name.clone(), text: text.clone(), line_offsets: offsets.into() })
}

/// The lines of a literal block. `start` is in its first line that is not blank; every line of
/// the content ends a line of the document, whatever its indentation.
fn literal(text: &str, start: usize, content: &str) -> Option<Vec<usize>> {
    let blank = content.bytes().take_while(|&byte| byte == b'\n').count();
    let first = text.get(..start)?.bytes().filter(|&byte| byte == b'\n').count();
    let lines: Vec<&str> = text.split('\n').collect();
    let mut begins = Vec::with_capacity(lines.len());
    let mut offset = 0;
    for line in &lines {
        begins.push(offset);
        offset += line.len() + 1;
    }
    let first = first.checked_sub(blank)?;
    let place = |(number, part): (usize, &str)| {
        let line = lines.get(first + number)?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.ends_with(part).then(|| begins[first + number] + line.len() - part.len())
    };
    // The text after the last newline has a place too: errors at the end point there.
    let mut offsets = content.lines().enumerate().map(place).collect::<Option<Vec<_>>>()?;
    if content.ends_with('\n') {
        let end = first + offsets.len();
        offsets.push(begins.get(end).copied().unwrap_or(text.len()));
    }
    Some(offsets)
}

/// A scalar on one line that is written as it reads.
fn single_line(text: &str, start: usize, content: &str) -> Option<Vec<usize>> {
    let written = text.get(start..)?.starts_with(content);
    (written && !content.contains('\n')).then(|| vec![start])
}
