//! Builds terms.

use std::sync::Arc;

use super::super::location::Location;
use super::from_ast::Builder;
use super::{
    Call, Comprehension, Expr, ExprKind, Literal, ObjectComprehension, Operator, Part, Term,
    TermKind,
};
use crate::ast;
use crate::source::Span;

/// The builtins that OPA writes as operators, with their operators.
const INFIX: [(&str, &str); 15] = [
    ("eq", "="),
    ("assign", ":="),
    ("equal", "=="),
    ("neq", "!="),
    ("lt", "<"),
    ("lte", "<="),
    ("gt", ">"),
    ("gte", ">="),
    ("or", "|"),
    ("and", "&"),
    ("plus", "+"),
    ("minus", "-"),
    ("mul", "*"),
    ("div", "/"),
    ("rem", "%"),
];

impl Builder<'_> {
    /// Returns the place of a term.
    pub(super) fn location(self, span: Span) -> Location {
        self.fixed.unwrap_or_else(|| self.text.of_term(span))
    }

    /// Builds a term.
    pub(super) fn term(self, term: &ast::Term) -> Term {
        Term { kind: self.kind(term), location: self.location(term.span) }
    }

    fn terms(self, terms: &[ast::Term]) -> Vec<Term> {
        terms.iter().map(|term| self.term(term)).collect()
    }

    fn kind(self, term: &ast::Term) -> TermKind {
        match &term.kind {
            ast::TermKind::Null => TermKind::Scalar("null".into()),
            ast::TermKind::Bool(value) => {
                TermKind::Scalar(if *value { "true" } else { "false" }.into())
            }
            ast::TermKind::Number(text) => TermKind::Scalar(Arc::clone(text)),
            ast::TermKind::String(value) => self.string(value, term.span),
            ast::TermKind::Var(name) => TermKind::Var(Arc::clone(name)),
            ast::TermKind::Ref(reference) => {
                let head = self.term(&reference.head);
                let operands = reference.operands.iter().map(|operand| self.operand(operand));
                TermKind::Ref([head].into_iter().chain(operands).collect())
            }
            ast::TermKind::Call(_)
            | ast::TermKind::Infix(_)
            | ast::TermKind::In(_)
            | ast::TermKind::Negative(_) => match self.call(term) {
                Some(call) => TermKind::Call(Box::new(call)),
                None => TermKind::Scalar("null".into()),
            },
            ast::TermKind::Array(terms) => TermKind::Array(self.terms(terms)),
            ast::TermKind::Set(terms) => TermKind::Set(self.terms(terms)),
            ast::TermKind::Object(pairs) => TermKind::Object(
                pairs.iter().map(|(key, value)| (self.term(key), self.term(value))).collect(),
            ),
            ast::TermKind::ArrayComprehension(comprehension) => {
                TermKind::ArrayComprehension(Box::new(self.comprehension(comprehension)))
            }
            ast::TermKind::SetComprehension(comprehension) => {
                TermKind::SetComprehension(Box::new(self.comprehension(comprehension)))
            }
            ast::TermKind::ObjectComprehension(comprehension) => {
                TermKind::ObjectComprehension(Box::new(ObjectComprehension {
                    key: self.term(&comprehension.key),
                    value: self.term(&comprehension.value),
                    body: self.body(&comprehension.body),
                }))
            }
            ast::TermKind::Template(parts) => self.template(parts, term.span),
        }
    }

    fn string(self, value: &Arc<str>, span: Span) -> TermKind {
        let range = span.start as usize..span.end as usize;
        let mut literal = None;
        let text = self.text.slice(range.clone());
        // A string in parentheses has their span.
        if let (Some(first), Some(last)) = (text.find(['"', '`']), text.rfind(['"', '`']))
            && first < last
        {
            literal = Some(range.start + first..range.start + last + 1);
        }
        TermKind::String { value: Arc::clone(value), literal: Literal(literal) }
    }

    /// Builds a call or an operation.
    pub(super) fn call(self, term: &ast::Term) -> Option<Call> {
        Some(match &term.kind {
            ast::TermKind::Call(call) => {
                let arguments = self.terms(&call.arguments);
                let operator = match infix_of(&call.function) {
                    // Within a term, `=` and `:=` cannot be written as operators.
                    Some(symbol) if arguments.len() == 2 && !matches!(symbol, "=" | ":=") => {
                        Operator::Infix(symbol)
                    }
                    _ => Operator::Function(self.term(&call.function)),
                };
                Call { operator, arguments }
            }
            ast::TermKind::Infix(infix) => Call {
                operator: Operator::Infix(infix.operator.symbol()),
                arguments: vec![self.term(&infix.left), self.term(&infix.right)],
            },
            ast::TermKind::Negative(operand) => {
                let start = self.location(term.span);
                let location = self.fixed.unwrap_or(Location { end: start.start + 1, ..start });
                let zero = Term { kind: TermKind::Scalar("0".into()), location };
                Call { operator: Operator::Infix("-"), arguments: vec![zero, self.term(operand)] }
            }
            ast::TermKind::In(member) => {
                self.membership(member.key.as_ref(), &member.value, &member.collection)
            }
            _ => return None,
        })
    }

    /// Builds `key, value in collection`.
    pub(super) fn membership(
        self,
        key: Option<&ast::Term>,
        value: &ast::Term,
        collection: &ast::Term,
    ) -> Call {
        let operands = key.into_iter().chain([value, collection]);
        let arguments = operands.map(|term| self.term(term)).collect();
        Call { operator: Operator::In, arguments }
    }

    fn comprehension(self, comprehension: &ast::Comprehension) -> Comprehension {
        Comprehension {
            value: self.term(&comprehension.value),
            body: self.body(&comprehension.body),
        }
    }

    fn template(self, parts: &[ast::TemplatePart], span: Span) -> TermKind {
        let text = self.text.slice(span.start as usize..span.end as usize);
        let raw = text.trim_start_matches(['(', ' ', '\t', '\n', '\r']).starts_with("$`");
        let parts = parts.iter().map(|part| match part {
            ast::TemplatePart::Text(text) => Part::Text(Arc::clone(text)),
            ast::TemplatePart::Term(term) => Part::Expr(Box::new(self.interpolation(term, &[]))),
            ast::TemplatePart::With(term, with) => {
                Part::Expr(Box::new(self.interpolation(term, with)))
            }
        });
        TermKind::Template { raw, parts: parts.collect() }
    }

    fn interpolation(self, term: &ast::Term, with: &[ast::With]) -> Expr {
        let kind = match self.call(term) {
            Some(call) => ExprKind::Call(call),
            None => ExprKind::Term(self.term(term)),
        };
        let with = with.iter().map(|with| self.modifier(with)).collect();
        Expr { kind, negated: false, with, location: self.location(term.span) }
    }
}

/// Returns the operator of a builtin that OPA writes as one.
pub(super) fn infix_of(function: &ast::Term) -> Option<&'static str> {
    let ast::TermKind::Var(name) = &function.kind else { return None };
    INFIX.iter().find(|(builtin, _)| *builtin == name.as_ref()).map(|(_, symbol)| *symbol)
}
