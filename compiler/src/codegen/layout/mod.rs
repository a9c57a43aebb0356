//! Lays out generated code as rustfmt does with `max_width = 100` and
//! `use_small_heuristics = "Max"`.
//!
//! rustfmt itself may be missing where a policy is compiled, and the bytes of a policy must not
//! depend on its version. The layout covers the syntax that the printer uses. An expression is first
//! tried on one line. If it is too long, the last argument of a call overflows, or the arguments
//! or the methods of a chain take a line each.
//!
//! ```text
//! violation.insert(cx.sorted_object_of(&[     the last argument overflows
//!     (rt::string("details"), details),       a line for each argument
//!     (rt::string("msg"), msg),
//! ]));
//! ```
//!
//! A macro `comment!("text")` in the code means the comment `// text`.

mod chain;
mod control;
mod expr;
mod item;
mod list;
mod statement;
#[cfg(test)]
mod tests;
mod tokens;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ptr;
use std::rc::Rc;

use syn::Expr;

pub(super) use item::file;

/// The greatest width of a line.
pub(super) const MAX_WIDTH: usize = 100;
/// The width of one level of indentation.
const TAB: usize = 4;

/// The texts of the expressions of an item, by expression and shape.
///
/// The attempts to lay out an expression include attempts for its parts. Without the memo, their
/// number would double with each level of nesting.
#[derive(Debug, Default)]
struct Memo(RefCell<HashMap<Attempt, Rc<str>>>);

/// An expression, and the numbers of its shape.
type Attempt = (*const Expr, usize, usize, usize, bool);

impl Memo {
    /// Returns the text of an expression, which `layout` returns if it is not known.
    fn text(&self, node: &Expr, shape: Shape<'_>, layout: impl FnOnce() -> String) -> String {
        let Shape { indent, column, tail, marks_chains, .. } = shape;
        let attempt = (ptr::from_ref(node), indent, column, tail, marks_chains);
        if let Some(text) = self.0.borrow().get(&attempt) {
            return text.to_string();
        }
        let text = layout();
        self.0.borrow_mut().insert(attempt, Rc::from(text.as_str()));
        text
    }
}

/// The place of an expression.
#[derive(Clone, Copy, Debug)]
struct Shape<'m> {
    /// The indentation of the lines after the first.
    indent: usize,
    /// The column at which the first line starts.
    column: usize,
    /// The width of the text after the last line.
    tail: usize,
    /// `true` if a chain with a line for each method is marked by [`SPLIT`].
    marks_chains: bool,
    memo: &'m Memo,
}

/// Marks a chain with a line for each method, where that is not allowed.
const SPLIT: char = '\0';

impl<'m> Shape<'m> {
    /// Returns the shape of a line of its own.
    fn line(memo: &'m Memo, indent: usize, tail: usize) -> Self {
        Self { indent, column: indent, tail, marks_chains: false, memo }
    }

    /// Returns the shape of another line.
    fn at(self, indent: usize, tail: usize) -> Self {
        Self::line(self.memo, indent, tail)
    }

    /// Returns the shape after `width` characters on the first line.
    fn after(self, width: usize) -> Self {
        Self { column: self.column + width, ..self }
    }

    /// Returns the shape with more text after the last line.
    fn before(self, width: usize) -> Self {
        Self { tail: self.tail + width, ..self }
    }

    /// Returns the width of the first line.
    fn width(self) -> usize {
        MAX_WIDTH.saturating_sub(self.column + self.tail)
    }

    /// Returns the shape of a line with one more level of indentation.
    fn nested(self, tail: usize) -> Self {
        Self { marks_chains: self.marks_chains, ..self.at(self.indent + TAB, tail) }
    }
}

/// Returns the width of a text without line breaks.
fn width(text: &str) -> usize {
    text.chars().count()
}

fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
}

/// Starts a line.
fn break_line(text: &mut String, indent: usize) {
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
}

/// Returns `true` if the last line of a text only closes brackets, so that a brace may follow.
fn is_extendable(text: &str) -> bool {
    let last = last_line(text);
    !last.trim().is_empty()
        && last.trim().chars().all(|character| "()]}?>".contains(character))
        && text.contains('\n')
}
