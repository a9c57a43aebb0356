//! Writes `and`, `or` and negations of bodies (`writeLogical`, `writeNot`).

use super::super::location::Location;
use super::super::tree::{Expr, ExprKind, Logical, Operand, Operator, Term, TermKind};
use super::{Writer, Written};

impl<'m> Writer<'m> {
    /// Writes a chain of operands.
    pub(super) fn logical(&mut self, logical: &'m Logical) -> Written {
        let mut steps = vec![logical];
        let mut first = &logical.left;
        while let [Expr { kind: ExprKind::Logical(inner), with, .. }] = &first.body[..]
            && with.is_empty()
            && !first.braces
            && let Some(outer) = steps.last()
            && !needs_parentheses(&first.body[0], outer.keyword, false)
        {
            steps.push(inner);
            first = &inner.left;
        }
        let outermost = steps.last().map_or(logical.keyword, |step| step.keyword);
        let mut done = self.logical_operand(first, outermost, false);
        let mut end = self.operand_end(first);
        let level = self.level;
        for step in steps.into_iter().rev() {
            self.push(" ");
            self.push(step.keyword);
            let row = step.right.location.row;
            if row > end {
                self.level = level + 1;
                self.end_line();
                self.start_line();
            } else {
                self.push(" ");
            }
            done = done.and(self.logical_operand(&step.right, step.keyword, true));
            end = self.operand_end(&step.right);
        }
        self.level = level;
        done
    }

    fn operand_end(&self, operand: &Operand) -> usize {
        self.text.last_row(operand.location)
    }

    fn logical_operand(&mut self, operand: &'m Operand, keyword: &str, right: bool) -> Written {
        match &operand.body[..] {
            [expr] if !operand.braces => {
                self.grouped(expr, needs_parentheses(expr, keyword, right))
            }
            body => {
                self.mark_operand(body);
                self.block(body, operand.location)
            }
        }
    }

    /// Writes an expression, in parentheses if it needs them.
    fn grouped(&mut self, expr: &'m Expr, parentheses: bool) -> Written {
        if parentheses {
            self.push("(");
        }
        let written = self.expr(expr);
        if parentheses {
            self.push(")");
        }
        written
    }

    /// Marks a set union that begins a body in braces.
    fn mark_operand(&mut self, body: &'m [Expr]) {
        if let Some(first) = body.first()
            && matches!(&first.kind, ExprKind::Call(call) if call.is_union())
        {
            self.lead_expr = Some(first);
        }
    }

    fn block(&mut self, body: &'m [Expr], location: Location) -> Written {
        self.push("{");
        let written = self.inner_body((b'{', b'}'), body, location, location);
        if body.last().is_some_and(|last| last.location.row == location.row) {
            self.push(" ");
        }
        self.push("}");
        written
    }

    /// Writes a negation that includes the computation of its operands.
    pub(super) fn negation(
        &mut self,
        braces: bool,
        body: &'m [Expr],
        location: Location,
    ) -> Written {
        self.push("not ");
        match body {
            [expr] if !braces => self.grouped(expr, negation_needs_parentheses(expr)),
            _ => {
                self.mark_operand(body);
                self.block(body, location)
            }
        }
    }
}

fn negation_needs_parentheses(expr: &Expr) -> bool {
    !expr.with.is_empty()
        || matches!(expr.kind, ExprKind::Logical(_) | ExprKind::Not { .. })
        || begins_with_brace(expr)
}

/// Returns `true` if an operand without braces needs parentheses.
pub(super) fn needs_parentheses(expr: &Expr, keyword: &str, right: bool) -> bool {
    if !expr.with.is_empty() {
        return true;
    }
    match &expr.kind {
        ExprKind::Logical(inner) if inner.keyword == "or" => keyword == "and" || right,
        ExprKind::Logical(_) => keyword == "and" && right,
        _ => begins_with_brace(expr),
    }
}

/// Returns `true` if the literal begins with a brace, which would open a body in some places.
pub(super) fn begins_with_brace(expr: &Expr) -> bool {
    if expr.negated {
        return false;
    }
    match &expr.kind {
        ExprKind::Term(term) => term_begins_with_brace(term),
        ExprKind::Call(call) => call.first_operand().is_some_and(term_begins_with_brace),
        _ => false,
    }
}

fn term_begins_with_brace(term: &Term) -> bool {
    match &term.kind {
        TermKind::Set(terms) => !terms.is_empty(),
        TermKind::Object(_) | TermKind::SetComprehension(_) | TermKind::ObjectComprehension(_) => {
            true
        }
        TermKind::Ref(terms) => terms.first().is_some_and(term_begins_with_brace),
        TermKind::Call(call) => {
            !matches!(call.operator, Operator::Function(_))
                && call.first_operand().is_some_and(term_begins_with_brace)
        }
        _ => false,
    }
}
