//! Writes a module as `opa fmt` does (`v1/format/format.go`).
//!
//! OPA keeps the author's choice of lines: the elements of a list stay on the line on which they
//! were, and a list, body or comprehension is on one line if its elements were. The writer changes
//! indentation, space between tokens, quotes of fields and parentheses. Comments before a node are
//! written on lines before it, and a comment at the end of the node's line ends that line.
//!
//! The functions follow those of OPA in name and order of writing, because a comment's place depends on
//! that order.

mod bodies;
mod collections;
mod heads;
mod imports;
mod literals;
mod logical;
mod modules;
mod operators;
mod options;
mod references;
mod rules;
mod templates;
mod terms;

use std::ops::Range;

use super::comments::Comment;
use super::location::{Location, Text};
use super::tree::{Expr, Module, Term};

pub(super) use imports::Directives;
use options::Options;

/// An unexpected comment: two comments would end one line, or a comment is in a list that is written
/// on one line. The term around it is written as in the source, and the error continues to the
/// literal or head that contains the term.
#[derive(Debug)]
struct Unexpected {
    /// The end of the text that was written as in the source.
    end: usize,
}

type Written = Result<(), Unexpected>;

/// The version in which a module is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    V0,
    V1,
    /// v1, from a module of v0.
    Upgraded {
        /// The keywords of the module for which v1 needs an import.
        needed: Vec<&'static str>,
    },
}

/// A formatted module.
pub(super) struct Output {
    pub(super) text: String,
    /// The indexes of the rules in which a comment was unexpected.
    pub(super) unexpected: Vec<usize>,
}

/// Writes a module. The rules with the indexes `verbatim` are written as in the source.
pub(super) fn write(
    text: &Text<'_>,
    module: &Module,
    comments: Vec<Comment<'_>>,
    (target, verbatim): (&Target, &[usize]),
) -> Output {
    let mut writer = Writer {
        text,
        options: Options::of(module, target),
        comments,
        verbatim,
        out: String::new(),
        next: 0,
        level: 0,
        nested: 0,
        inline: false,
        before_end: None,
        delay: false,
        comment_on_final_line: false,
        lead_expr: None,
        lead_term: None,
        surprised: false,
        unexpected: Vec::new(),
    };
    writer.module(module);
    let end = writer.out.trim_end_matches('\n').len();
    writer.out.truncate(end);
    writer.out.push('\n');
    Output { text: writer.out, unexpected: writer.unexpected }
}

/// The state of the writing.
#[expect(clippy::struct_excessive_bools, reason = "OPA's writer has these independent flags")]
struct Writer<'m> {
    text: &'m Text<'m>,
    options: Options,
    comments: Vec<Comment<'m>>,
    verbatim: &'m [usize],
    out: String,
    /// The number of comments that are written or waiting for the end of their line.
    next: usize,
    level: usize,
    /// The number of operations around the current term.
    nested: usize,
    /// `true` in the middle of a line.
    inline: bool,
    /// The comment that waits for the end of the line.
    before_end: Option<usize>,
    /// `true` if the next end of a line does not take the waiting comment.
    delay: bool,
    /// `true` if the line in which a verbatim term ends has its comment at once.
    comment_on_final_line: bool,
    /// The literal, or the term, that is written in parentheses because a bar follows its first
    /// term.
    lead_expr: Option<&'m Expr>,
    lead_term: Option<&'m Term>,
    /// `true` if a comment was unexpected in the current rule, or if it is nested deep.
    surprised: bool,
    unexpected: Vec<usize>,
}

/// A state to return to.
#[derive(Clone, Copy)]
struct Saved {
    length: usize,
    level: usize,
    next: usize,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn save(&self) -> Saved {
        Saved { length: self.out.len(), level: self.level, next: self.next }
    }

    fn restore(&mut self, saved: Saved) {
        self.out.truncate(saved.length);
        self.level = saved.level;
        self.next = saved.next;
    }

    fn start_line(&mut self) {
        self.inline = true;
        self.out.extend(std::iter::repeat_n('\t', self.level));
    }

    fn end_line(&mut self) {
        self.inline = false;
        if !self.delay
            && let Some(index) = self.before_end.take()
        {
            let comment = self.comments[index].text;
            self.push(" ");
            self.push(comment);
        }
        self.delay = false;
        self.push("\n");
    }

    fn blank_line(&mut self) {
        if self.inline {
            self.end_line();
        }
        self.push("\n");
    }

    fn up(&mut self) {
        self.level += 1;
    }

    fn down(&mut self) {
        self.level = self.level.saturating_sub(1);
    }

    /// Writes the comments of earlier rows than `row`, and lets the comment of `row` end the line.
    /// Without a row, no comment is due.
    fn insert_comments(&mut self, row: Option<usize>) -> Written {
        let Some(row) = row else { return Ok(()) };
        let due = self.due(row);
        self.next = due.end;
        self.write_comments(due.clone());
        let last = due.last().map(|index| self.comments[index].row);
        if last.is_some_and(|last| row > last + 1) {
            self.blank_line();
        }
        match self.comments.get(self.next) {
            Some(comment) if comment.row == row => {
                let index = self.next;
                self.next += 1;
                if self.before_end.take().is_some() {
                    return Err(self.unexpected_comment());
                }
                self.before_end = Some(index);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn unexpected_comment(&mut self) -> Unexpected {
        self.surprised = true;
        Unexpected { end: 0 }
    }

    /// Returns the comments of earlier rows than `row`.
    fn due(&self, row: usize) -> Range<usize> {
        let rest = &self.comments[self.next..];
        self.next..self.next + rest.iter().take_while(|comment| comment.row < row).count()
    }

    fn write_comments(&mut self, range: Range<usize>) {
        let mut in_metadata = false;
        for index in range.clone() {
            let comment = self.comments[index].clone();
            if index > range.start {
                let rows = comment.row - self.comments[index - 1].row;
                if rows > 1 {
                    self.blank_line();
                    in_metadata = false;
                } else if in_metadata && comment.is_metadata() {
                    self.blank_line();
                }
            }
            in_metadata |= comment.is_metadata();
            self.write_line(comment.text);
        }
    }

    fn write_line(&mut self, text: &str) {
        if !self.inline {
            self.start_line();
        }
        // Otherwise the waiting comment would become part of this one.
        self.surprised |= self.inline && self.before_end.is_some() && !self.delay;
        self.push(text);
        self.end_line();
    }

    /// Writes a node as in the source, with the comments in it.
    fn write_verbatim(&mut self, location: Location) -> Unexpected {
        let text = self.text.at(location);
        self.push(text);
        let last = self.text.row(location.end);
        while let Some(comment) = self.comments.get(self.next) {
            if self.comment_on_final_line && comment.row == last {
                let comment = comment.text;
                self.push(" ");
                self.push(comment);
            } else if comment.row >= last {
                break;
            }
            self.next += 1;
        }
        Unexpected { end: location.end }
    }

    /// Drops the waiting comment if it is in the text of a verbatim node.
    fn forget_comment_in(&mut self, location: Location) {
        let rows = self.text.row(location.start)..=self.text.row(location.end);
        if self.before_end.is_some_and(|index| rows.contains(&self.comments[index].row)) {
            self.before_end = None;
        }
    }
}
