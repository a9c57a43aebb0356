//! Writes references (`writeRef`).

use super::super::tree::{Literal, Term, TermKind};
use super::operators::is_operation;
use super::{Writer, Written};

impl<'m> Writer<'m> {
    /// Writes a head and its operands.
    pub(super) fn reference(&mut self, terms: &'m [Term]) -> Written {
        let Some((head, operands)) = terms.split_first() else { return Ok(()) };
        self.term_in_parentheses(is_operation(head), head)?;
        for operand in operands {
            match &operand.kind {
                TermKind::String { value, literal } => self.field(value, literal),
                TermKind::Var(name) => {
                    self.push("[");
                    self.push(name);
                    self.push("]");
                }
                _ => {
                    self.push("[");
                    if self.term(operand).is_err() {
                        // The bracket must not become part of a comment.
                        self.push("\n");
                    }
                    self.push("]");
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, name: &str, literal: &Literal) {
        if is_name(name) && !self.keeps_brackets(name, literal) {
            self.push(".");
            self.push(name);
        } else {
            self.push("[");
            self.quoted(name);
            self.push("]");
        }
    }

    /// Returns `true` for a keyword that the source has in brackets.
    fn keeps_brackets(&self, name: &str, literal: &Literal) -> bool {
        let quoted =
            literal.0.as_ref().is_some_and(|range| self.text.slice(range.clone()).starts_with('"'));
        quoted && self.options.is_keyword(name)
    }
}

/// Returns `true` if the text can follow a dot.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
