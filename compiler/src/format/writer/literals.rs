//! Writes literals (`writeExpr` and its callees).

use super::super::location::Location;
use super::super::tree::{Call, Expr, ExprKind, Operator, Term, With};
use super::operators::needs_parentheses;
use super::{Unexpected, Writer, Written};

impl<'m> Writer<'m> {
    /// Writes a literal of a body. If an unexpected comment ends the writing early, the literal is
    /// written as in the source.
    pub(super) fn literal(&mut self, expr: &'m Expr) -> Written {
        let saved = self.save();
        let written = self.expr(expr);
        let Err(Unexpected { end }) = written else { return Ok(()) };
        let rest = self.text.slice(end.min(expr.location.end)..expr.location.end);
        if end > 0 && rest.chars().all(|c| c == ')' || c.is_whitespace()) {
            return Err(Unexpected { end });
        }
        self.restore(saved);
        self.forget_comment_in(expr.location);
        let due = self.due(self.text.row(expr.location.start));
        self.next = due.end;
        self.write_comments(due);
        if !self.inline {
            self.start_line();
        }
        Err(self.write_verbatim(expr.location))
    }

    /// Writes a literal.
    pub(super) fn expr(&mut self, expr: &'m Expr) -> Written {
        let lead = self.lead_expr.is_some_and(|lead| std::ptr::eq(lead, expr));
        if lead {
            self.lead_expr = None;
        }
        self.insert_comments(Some(expr.location.row))?;
        if !self.inline {
            self.start_line();
        }
        let group = expr.negated && matches!(expr.kind, ExprKind::Logical(_));
        if expr.negated {
            self.push("not ");
        }
        let parentheses = group || lead;
        if parentheses {
            self.push("(");
        }
        self.expr_kind(expr)?;
        if parentheses {
            self.push(")");
        }
        self.modifiers(expr)
    }

    fn expr_kind(&mut self, expr: &'m Expr) -> Written {
        match &expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(call) => self.call_literal(call),
            ExprKind::Some(names) => self.some(names, expr.location),
            ExprKind::SomeIn(call) => {
                self.push("some ");
                self.membership(false, &call.arguments)
            }
            ExprKind::Every { key, value, domain, body, row } => {
                self.push("every ");
                if let Some(key) = key {
                    self.term(key)?;
                    self.push(", ");
                }
                self.term(value)?;
                self.push(" in ");
                self.domain(domain)?;
                self.braces(body, expr.location, row.0)
            }
            ExprKind::Not { braces, body } => self.negation(*braces, body, expr.location),
            ExprKind::Logical(logical) => self.logical(logical),
        }
    }

    /// Writes ` {`, a body and `}`.
    fn braces(&mut self, body: &'m [Expr], location: Location, row: usize) -> Written {
        self.push(" {");
        let written = self.inner_body((b'{', b'}'), body, location, location);
        if let [only] = body
            && only.location.row == row
        {
            self.push(" ");
        }
        self.push("}");
        written
    }

    fn some(&mut self, names: &'m [Term], location: Location) -> Written {
        self.push("some ");
        let mut row = location.row;
        for (index, name) in names.iter().enumerate() {
            if name.location.row > row {
                self.end_line();
                self.start_line();
                self.push("\t");
                row = name.location.row;
            } else if index > 0 {
                self.push(" ");
            }
            self.term(name)?;
            if index + 1 < names.len() {
                self.push(",");
            }
        }
        Ok(())
    }

    fn modifiers(&mut self, expr: &'m Expr) -> Written {
        let [first, ..] = &expr.with[..] else { return Ok(()) };
        let before = expr.location.start..first.location.start.max(expr.location.start);
        let text = self.text.slice(before).trim_end();
        let mut last = expr.location.row + text.matches('\n').count();
        let level = self.level;
        for (index, with) in expr.with.iter().enumerate() {
            let row = with.location.row;
            let own_line = row > last || index == 0 && row != last;
            if own_line {
                if self.level == level {
                    self.up();
                }
                self.end_line();
                self.start_line();
            }
            last = last.max(row);
            self.modifier(with, own_line)?;
        }
        self.level = level;
        Ok(())
    }

    fn modifier(&mut self, with: &'m With, own_line: bool) -> Written {
        self.insert_comments(Some(with.location.row))?;
        self.push(if own_line { "with " } else { " with " });
        self.term(&with.target)?;
        self.push(" as ");
        // A value that is written as in the source is complete.
        let _ = self.term(&with.value);
        Ok(())
    }

    fn call_literal(&mut self, call: &'m Call) -> Written {
        match (&call.operator, &call.arguments[..]) {
            (Operator::In, arguments) => self.membership(false, arguments),
            (Operator::Infix(symbol), [left, right]) => {
                let left_needs = needs_parentheses(symbol, left, false);
                self.operand(left, left_needs)?;
                self.push(" ");
                self.push(symbol);
                self.push(" ");
                let right_needs = needs_parentheses(symbol, right, true);
                self.operand(right, right_needs)
            }
            (Operator::Function(function), arguments) => self.function_call(function, arguments),
            (Operator::Infix(_), _) => Ok(()),
        }
    }

    fn operand(&mut self, term: &'m Term, parentheses: bool) -> Written {
        if parentheses {
            return self.operand_in_parentheses(term);
        }
        self.term(term)
    }

    /// Writes a call of a function by its name.
    pub(super) fn function_call(&mut self, function: &'m Term, arguments: &'m [Term]) -> Written {
        self.term_in_parentheses(false, function)?;
        self.push("(");
        let elements: Vec<&Term> = arguments.iter().collect();
        // As in OPA, the place of a call's name has no closing parenthesis.
        let written = self.elements(&elements, function.location, (0, 0), false);
        self.push(")");
        written
    }
}
