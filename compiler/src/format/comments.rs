//! The comments of a module, which the writer takes in order.

use super::location::Text;
use crate::ast;

/// A comment with its place.
#[derive(Clone, Debug)]
pub(super) struct Comment<'m> {
    /// The text with `#`, without space at its end.
    pub(super) text: &'m str,
    pub(super) row: usize,
    pub(super) column: usize,
}

impl<'m> Comment<'m> {
    /// Returns the comments of a module in order.
    pub(super) fn all(text: &Text<'m>, comments: &[ast::Comment]) -> Vec<Self> {
        let comment = |comment: &ast::Comment| {
            let location = text.of(comment.span);
            let text = text.at(location).trim_end();
            Comment { text, row: location.row, column: location.column }
        };
        comments.iter().map(comment).collect()
    }

    /// Returns `true` if the comment begins a METADATA block.
    pub(super) fn is_metadata(&self) -> bool {
        self.column == 0 && self.text[1..].trim().starts_with("METADATA")
    }
}
