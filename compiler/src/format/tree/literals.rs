//! Builds bodies and literals (`parseLiteral` and its callees in OPA's parser).

use std::sync::Arc;

use super::super::location::Location;
use super::from_ast::Builder;
use super::terms::infix_of;
use super::{Call, Expr, ExprKind, Logical, Operand, Operator, Row, Term, TermKind, With};
use crate::ast::{self, LiteralKind};

impl Builder<'_> {
    /// Builds a body.
    pub(super) fn body(self, body: &ast::Body) -> Vec<Expr> {
        body.literals.iter().map(|literal| self.literal(literal)).collect()
    }

    fn literal(self, literal: &ast::Literal) -> Expr {
        let location = self.fixed.unwrap_or_else(|| self.text.of(literal.span));
        let (negated, kind) = self.literal_kind(&literal.kind, location);
        let with = literal.with.iter().map(|with| self.modifier(with)).collect();
        Expr { kind, negated, with, location }
    }

    /// Builds a `with` modifier.
    pub(super) fn modifier(self, with: &ast::With) -> With {
        With {
            target: self.term(&with.target),
            value: self.term(&with.value),
            location: self.fixed.unwrap_or_else(|| self.text.of(with.span)),
        }
    }

    /// Builds the expression of a literal. The first part of the result is `true` if it is negated.
    fn literal_kind(self, kind: &LiteralKind, location: Location) -> (bool, ExprKind) {
        let built = match kind {
            LiteralKind::Term(term) => match self.call(term) {
                Some(call) => ExprKind::Call(self.with_output(call, term)),
                None => ExprKind::Term(self.term(term)),
            },
            LiteralKind::Unify(left, right) => ExprKind::Call(self.equation("=", left, right)),
            LiteralKind::Assign(left, right) => ExprKind::Call(self.equation(":=", left, right)),
            LiteralKind::Not(inner) => {
                let (negated, kind) = self.literal_kind(inner, location);
                if !self.negates_bodies {
                    return (true, kind);
                }
                let body = vec![Expr { kind, negated, with: Vec::new(), location }];
                ExprKind::Not { braces: false, body }
            }
            LiteralKind::NotBody(body) => ExprKind::Not { braces: true, body: self.body(body) },
            LiteralKind::Logical(logical) => ExprKind::Logical(Box::new(Logical {
                keyword: logical.connective.keyword(),
                left: self.logical_operand(&logical.left),
                right: self.logical_operand(&logical.right),
            })),
            LiteralKind::Some(names) => {
                ExprKind::Some(names.iter().map(|name| self.variable(name)).collect())
            }
            LiteralKind::SomeIn { key, value, collection } => {
                ExprKind::SomeIn(self.membership(key.as_ref(), value, collection))
            }
            LiteralKind::Every { key, value, domain, body } => ExprKind::Every {
                key: key.as_ref().map(|key| self.variable(key)),
                value: self.variable(value),
                domain: self.term(domain),
                body: self.body(body),
                row: Row(location.row),
            },
        };
        (false, built)
    }

    fn equation(self, symbol: &'static str, left: &ast::Term, right: &ast::Term) -> Call {
        let arguments = vec![self.term(left), self.term(right)];
        Call { operator: Operator::Infix(symbol), arguments }
    }

    /// Changes the call of an operator with a third argument, its output, to an equation: OPA
    /// writes `plus(a, b, c)` as `c = a + b`.
    fn with_output(self, call: Call, term: &ast::Term) -> Call {
        let ast::TermKind::Call(source) = &term.kind else { return call };
        let (Some(symbol), Operator::Function(_)) = (infix_of(&source.function), &call.operator)
        else {
            return call;
        };
        let mut arguments = call.arguments;
        match (symbol, arguments.len()) {
            ("=" | ":=", 2) => Call { operator: Operator::Infix(symbol), arguments },
            ("=" | ":=", _) | (_, ..=2 | 4..) => Call { operator: call.operator, arguments },
            (_, 3) => {
                let output = arguments.pop();
                let operation = Call { operator: Operator::Infix(symbol), arguments };
                let location = self.location(term.span);
                let operation = Term { kind: TermKind::Call(Box::new(operation)), location };
                let arguments = output.into_iter().chain([operation]).collect();
                Call { operator: Operator::Infix("="), arguments }
            }
        }
    }

    fn variable(self, name: &ast::Name) -> Term {
        let location = self.location(name.span);
        Term { kind: TermKind::Var(Arc::clone(&name.text)), location }
    }

    fn logical_operand(self, operand: &ast::LogicalOperand) -> Operand {
        Operand {
            braces: operand.braces,
            body: self.body(&operand.body),
            location: self.fixed.unwrap_or_else(|| self.text.of(operand.body.span)),
        }
    }
}
