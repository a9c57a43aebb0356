//! Writes bodies, on several lines or on one.

use super::super::location::{Location, line_feeds};
use super::super::tree::{Expr, ExprKind, Term, TermKind};
use super::collections::Groups;
use super::{Writer, Written};

impl<'m> Writer<'m> {
    /// Writes literals, each on a line of its own. A blank line between two literals stays.
    pub(super) fn body(&mut self, body: &'m [Expr]) -> Written {
        let Some(first) = body.first() else { return Ok(()) };
        self.insert_comments(Some(first.location.row))?;
        for (index, expr) in body.iter().enumerate() {
            if let Some(before) = index.checked_sub(1).map(|before| &body[before]) {
                let last = before.location.row + line_feeds(self.text.at(before.location));
                if expr.location.row > last + 1 {
                    self.blank_line();
                }
            }
            self.start_line();
            let level = self.level;
            // After an unexpected comment, the literal is complete, as in the source.
            let _ = self.literal(expr);
            self.level = level;
            let block =
                matches!(expr.kind, ExprKind::Every { .. } | ExprKind::Not { braces: true, .. });
            if !block && body.get(index + 1).is_some_and(begins_with_minus) {
                self.push(";");
            }
            self.end_line();
        }
        Ok(())
    }

    /// Writes the body between brackets: of a comprehension, of `every`, or of an operand in braces.
    /// `term` is the place of the node before the body, and `whole` that of the node with both
    /// brackets.
    pub(super) fn inner_body(
        &mut self,
        brackets: (u8, u8),
        body: &'m [Expr],
        term: Location,
        whole: Location,
    ) -> Written {
        let Some(first) = body.first() else { return Ok(()) };
        let close = self.text.closing_row(brackets, whole);
        let lines = Groups::of(body.iter().collect(), term.row, self.text);
        if first.location.row > term.row || lines.count() > 1 {
            self.end_line();
            let level = self.level;
            self.up();
            let written = self.body(body);
            let closed = match &written {
                Ok(()) => self.insert_comments(close),
                Err(_) => Ok(()),
            };
            self.level = level;
            self.start_line();
            return written.and(closed);
        }
        self.push(" ");
        for (index, expr) in body.iter().enumerate() {
            if index > 0 {
                self.push("; ");
            }
            self.expr(expr)?;
        }
        self.insert_comments(close)
    }
}

/// Returns `true` if the literal is a set, which keeps the braces of its body.
pub(super) fn is_set(expr: &Expr) -> bool {
    let set = matches!(&expr.kind, ExprKind::Term(Term { kind: TermKind::Set(_), .. }));
    set && !expr.negated
}

/// Returns `true` if the literal begins with a minus, so that it would continue the line before.
fn begins_with_minus(expr: &Expr) -> bool {
    if expr.negated {
        return false;
    }
    let first = match &expr.kind {
        ExprKind::Term(term) => Some(term),
        ExprKind::Call(call) => call.first_operand(),
        _ => None,
    };
    // An operation within that operand would be in parentheses.
    let first = first.and_then(|term| match &term.kind {
        TermKind::Call(call) => call.first_operand(),
        _ => Some(term),
    });
    first.is_some_and(|term| matches!(&term.kind, TermKind::Scalar(text) if text.starts_with('-')))
}
