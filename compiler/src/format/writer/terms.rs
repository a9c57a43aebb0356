//! Writes terms.

use std::fmt::Write as _;

use super::super::location::Location;
use super::super::tree::{Literal, Term, TermKind};
use super::{Writer, Written};

impl<'m> Writer<'m> {
    /// Writes a term. If a comment in it is unexpected, writes it as in the source, and returns the
    /// error.
    pub(super) fn term(&mut self, term: &'m Term) -> Written {
        let saved = self.save();
        let written = self.term_in_parentheses(false, term);
        if written.is_ok() || saved.next == self.comments.len() {
            return written;
        }
        self.restore(saved);
        self.forget_comment_in(term.location);
        Err(self.write_verbatim(term.location))
    }

    /// Writes a term, in parentheses if `parentheses` and if it is an operation.
    pub(super) fn term_in_parentheses(&mut self, parentheses: bool, term: &'m Term) -> Written {
        self.placed_term(parentheses, term, term.location)
    }

    /// Writes a term as if it were at `location`.
    pub(super) fn placed_term(
        &mut self,
        parentheses: bool,
        term: &'m Term,
        location: Location,
    ) -> Written {
        let lead = self.lead_term.is_some_and(|lead| std::ptr::eq(lead, term));
        if lead {
            self.lead_term = None;
        }
        self.insert_comments(Some(location.row))?;
        if !self.inline {
            self.start_line();
        }
        self.term_kind(parentheses || lead, term, location)?;
        if !self.inline {
            self.start_line();
        }
        Ok(())
    }

    fn term_kind(&mut self, parentheses: bool, term: &'m Term, location: Location) -> Written {
        match &term.kind {
            TermKind::Scalar(text) | TermKind::Var(text) => {
                self.push(text);
                Ok(())
            }
            TermKind::String { value, literal } => {
                self.string(value, literal);
                Ok(())
            }
            TermKind::Ref(terms) => self.reference(terms),
            TermKind::Call(call) => self.call(parentheses, call),
            TermKind::Array(terms) => {
                let elements: Vec<&Term> = terms.iter().collect();
                self.between("[", "]", |writer| {
                    writer.elements(&elements, location, (b'[', b']'), true)
                })
            }
            TermKind::Set(terms) if terms.is_empty() => {
                self.push("set()");
                let close = self.text.closing_row((b'(', b')'), location);
                self.insert_comments(close)
            }
            TermKind::Set(terms) => {
                let elements: Vec<&Term> = terms.iter().collect();
                self.between("{", "}", |writer| {
                    writer.elements(&elements, location, (b'{', b'}'), true)
                })
            }
            TermKind::Object(pairs) => {
                self.between("{", "}", |writer| writer.object(pairs, location))
            }
            TermKind::ArrayComprehension(comprehension) => self.between("[", "]", |writer| {
                writer.comprehension((b'[', b']'), comprehension, location)
            }),
            TermKind::SetComprehension(comprehension) => self.between("{", "}", |writer| {
                writer.comprehension((b'{', b'}'), comprehension, location)
            }),
            TermKind::ObjectComprehension(comprehension) => self
                .between("{", "}", |writer| writer.object_comprehension(comprehension, location)),
            TermKind::Template { raw, parts } => self.template(*raw, parts),
        }
    }

    fn between(
        &mut self,
        open: &str,
        close: &str,
        write: impl FnOnce(&mut Self) -> Written,
    ) -> Written {
        self.push(open);
        let written = write(self);
        self.push(close);
        written
    }

    fn string(&mut self, value: &str, literal: &Literal) {
        match &literal.0 {
            Some(range) => {
                let text = self.text.slice(range.clone());
                self.push(text);
            }
            None => self.quoted(value),
        }
    }

    /// Writes a string in quotes.
    pub(super) fn quoted(&mut self, value: &str) {
        self.out.push('"');
        for character in value.chars() {
            self.escaped(character, '"');
        }
        self.out.push('"');
    }

    /// Writes a character of a string whose quote is `quote`.
    pub(super) fn escaped(&mut self, character: char, quote: char) {
        match character {
            '\\' => self.push("\\\\"),
            '\n' => self.push("\\n"),
            '\r' => self.push("\\r"),
            '\t' => self.push("\\t"),
            '\u{feff}' => self.push("\\ufeff"),
            control if control < ' ' => {
                // Writing to a string does not fail.
                let _ = write!(self.out, "\\u{:04x}", u32::from(control));
            }
            other if other == quote => {
                self.out.push('\\');
                self.out.push(other);
            }
            other => self.out.push(other),
        }
    }
}
