//! Replaces the text of literal block scalars, and leaves everything around them as it is.
//!
//! ```text
//! rego: |2-  # the header stays          rego: |2-  # the header stays
//!     package a        →                     package a
//!     p{true}                                p = true
//!
//! next: 1  # and the blank line          next: 1  # and the blank line
//! ```

use std::ops::Range;

use super::node::{Kind, Node};
use super::origin::literal;
use super::scalar::Style;

/// A literal block scalar in its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The lines from the one after the header to the last one that is not blank, without the end
    /// of that line.
    pub body: Range<usize>,
    indentation: usize,
    line_end: &'static str,
}

impl Block {
    /// Returns the place of the scalar `node` in the document `text`, or `None` if it is not a literal
    /// block, or has only blank lines.
    pub fn of(text: &str, node: &Node) -> Option<Self> {
        let Kind::Scalar(scalar) = &node.kind else { return None };
        let start = node.span.start as usize;
        let header = text.get(start..).filter(|rest| rest.starts_with('|'))?;
        if scalar.style != Style::Literal {
            return None;
        }
        let header = header.split_inclusive('\n').next()?;
        let offsets = literal(text, start, &scalar.text)?;
        let lines = offsets.iter().zip(scalar.text.lines());
        let mut lines = lines.filter(|(_, line)| !line.trim().is_empty());
        let first = lines.next()?;
        let (last, line) = lines.last().unwrap_or(first);
        let first = *first.0;
        let line_start = text.get(..first)?.rfind('\n')? + 1;
        let indentation = text.get(line_start..first)?;
        if !indentation.bytes().all(|byte| byte == b' ') || indentation.is_empty() {
            return None;
        }
        Some(Self {
            body: start + header.len()..last + line.len(),
            indentation: indentation.len(),
            line_end: if header.ends_with("\r\n") { "\r\n" } else { "\n" },
        })
    }

    /// Returns the text of [`Self::body`] if the scalar has the lines of `content`.
    pub fn with(&self, content: &str) -> String {
        let mut text = String::with_capacity(content.len() * 2);
        for (index, line) in content.trim_end_matches('\n').split('\n').enumerate() {
            if index > 0 {
                text.push_str(self.line_end);
            }
            if !line.is_empty() {
                text.extend(std::iter::repeat_n(' ', self.indentation));
                text.push_str(line);
            }
        }
        text
    }
}
