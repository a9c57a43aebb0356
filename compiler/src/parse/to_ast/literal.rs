//! Bodies and their literals (`parseQuery`, `parseLiteral` and their callees in OPA's parser).

use pest::iterators::Pair;

use crate::ast::{Body, Literal, LiteralKind, Name, Operand, Term, TermKind, With};
use crate::source::Span;

use super::super::errors::{self, parse_error};
use super::super::grammar::Rule;
use super::super::syntax_errors;
use super::term::reference;
use super::{ParseResult, TermBuilder};

/// OPA's text for the tokens expected after a literal.
pub(super) const AFTER_LITERAL: &str = "expected \\n or ; or }";

impl TermBuilder<'_, '_> {
    pub(super) fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Name { text: pair.as_str().into(), span: self.span(pair) }
    }

    /// Builds a body in braces.
    pub(super) fn body(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Body> {
        let span = self.span(&pair);
        self.descend(1, span)?;
        let mut body = Body { literals: Vec::new(), span };
        for pair in pair.into_inner().filter(|pair| pair.as_rule() == Rule::query) {
            body.literals = self.query(pair)?.literals;
        }
        self.ascend(1);
        Ok(body)
    }

    /// Builds a body without braces, as in a comprehension.
    pub(super) fn query(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Body> {
        let span = self.span(&pair);
        self.bodies += 1;
        if self.bodies > errors::MAX_BODIES {
            return Err(errors::too_many_bodies(span));
        }
        let literals = pair
            .into_inner()
            .filter(|pair| pair.as_rule() == Rule::literal)
            .map(|pair| self.literal(pair))
            .collect::<ParseResult<Vec<_>>>()?;
        self.bodies -= 1;
        Ok(Body { literals, span })
    }

    pub(super) fn literal(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Literal> {
        let span = self.span(&pair);
        let mut parts = Vec::new();
        let mut with = Vec::new();
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::modifier => with.push(self.modifier(pair)?),
                _ => parts.push(pair),
            }
        }
        let kind = match parts.len() {
            1 if !matches!(parts[0].as_rule(), Rule::logic_group) => {
                parts.pop().map(|pair| self.literal_kind(pair)).transpose()?
            }
            _ => Some(self.logical(parts, span)?),
        };
        let kind = kind.ok_or_else(|| parse_error(span, "expected expression"))?;
        Ok(Literal { kind, with, span })
    }

    pub(super) fn literal_kind(&mut self, pair: Pair<'_, Rule>) -> ParseResult<LiteralKind> {
        match pair.as_rule() {
            Rule::some_names => Ok(self.some_names(pair)),
            Rule::some_in => self.some_in(pair),
            Rule::every => self.every(pair),
            Rule::not_body => self.not_body(pair),
            Rule::not_group => self.not_group(pair),
            Rule::negation => self.negation(pair),
            _ => self.equation(pair),
        }
    }

    fn equation(&mut self, pair: Pair<'_, Rule>) -> ParseResult<LiteralKind> {
        let span = self.span(&pair);
        let mut terms = Vec::new();
        let mut declares = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::declare => declares = Some(true),
                Rule::unify => declares = Some(false),
                _ => terms.push(self.expression(pair, AFTER_LITERAL)?),
            }
        }
        let mut terms = terms.into_iter();
        match (terms.next(), declares, terms.next()) {
            (Some(left), Some(true), Some(right)) => Ok(LiteralKind::Assign(left, right)),
            (Some(left), Some(false), Some(right)) => Ok(LiteralKind::Unify(left, right)),
            (Some(term), ..) => Ok(LiteralKind::Term(term)),
            (None, ..) => Err(parse_error(span, "expected term")),
        }
    }

    fn negation(&mut self, pair: Pair<'_, Rule>) -> ParseResult<LiteralKind> {
        let span = self.span(&pair);
        match pair.into_inner().find(|pair| pair.as_rule() == Rule::plain_equation) {
            Some(pair) => Ok(LiteralKind::Not(Box::new(self.equation(pair)?))),
            None => Err(parse_error(span, "expected term")),
        }
    }

    fn not_body(&mut self, pair: Pair<'_, Rule>) -> ParseResult<LiteralKind> {
        let span = self.span(&pair);
        match pair.into_inner().find(|pair| pair.as_rule() == Rule::body) {
            Some(pair) => Ok(LiteralKind::NotBody(self.body(pair)?)),
            None => Err(parse_error(span, "missing body")),
        }
    }

    fn some_names(&self, pair: Pair<'_, Rule>) -> LiteralKind {
        let names = pair.into_inner().filter(|pair| pair.as_rule() == Rule::strict_name);
        LiteralKind::Some(names.map(|pair| self.name(&pair)).collect())
    }

    fn some_in(&mut self, pair: Pair<'_, Rule>) -> ParseResult<LiteralKind> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner().filter(|pair| pair.as_rule() == Rule::expression);
        let Some(pair) = pairs.next() else { return Err(parse_error(span, "expected var")) };
        if let Some(second) = self.second_of_list(&pair) {
            return Err(syntax_errors::unexpected(self.chunk, second, "expected var"));
        }
        let term = self.expression(pair, AFTER_LITERAL)?;
        match term.kind {
            TermKind::In(member) => Ok(LiteralKind::SomeIn {
                key: member.key,
                value: member.value,
                collection: member.collection,
            }),
            TermKind::Call(_) | TermKind::Infix(_) | TermKind::Negative(_) => {
                let note = "expected `x in xs` or `x, y in xs` expression";
                Err(self.unexpected_after(span, note))
            }
            _ => Err(parse_error(term.span, "expected var")
                .with_help("write `some x`, `some x in xs` or `some key, value in xs`")),
        }
    }

    /// Returns the span of the second term if a comma but no `in` follows the first.
    fn second_of_list(&self, expression: &Pair<'_, Rule>) -> Option<Span> {
        let chain =
            expression.clone().into_inner().filter(|pair| pair.as_rule() == Rule::chain).nth(1)?;
        let is_in =
            |pair: Pair<'_, Rule>| pair.as_rule() == Rule::operator && pair.as_str() == "in";
        let span = self.span(&chain);
        (!chain.into_inner().any(is_in)).then_some(span)
    }

    fn every(&mut self, pair: Pair<'_, Rule>) -> ParseResult<LiteralKind> {
        let span = self.span(&pair);
        let mut term = None;
        let mut body = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::expression => term = Some(self.expression(pair, "missing body")?),
                Rule::body => body = Some(self.body(pair)?),
                _ => {}
            }
        }
        let (Some(term), Some(body)) = (term, body) else {
            return Err(parse_error(span, "missing body"));
        };
        let TermKind::In(member) = term.kind else {
            let note = "expected `x[, y] in xs { ... }` expression";
            return Err(self.unexpected_after(term.span, note));
        };
        let key = match member.key {
            Some(key) => Some(variable(key, "expected key to be a variable")?),
            None => None,
        };
        let value = variable(member.value, "expected value to be a variable")?;
        Ok(LiteralKind::Every { key, value, domain: member.collection, body })
    }

    /// Returns an error at the token that follows `span`.
    fn unexpected_after(&self, span: Span, note: &str) -> crate::diagnostics::Diagnostic {
        syntax_errors::unexpected(self.chunk, syntax_errors::next_token(self.chunk, span), note)
    }

    fn modifier(&mut self, pair: Pair<'_, Rule>) -> ParseResult<With> {
        let span = self.span(&pair);
        let mut target = None;
        let mut value = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::target => target = Some(self.target(pair)?),
                Rule::expression => value = Some(self.expression(pair, AFTER_LITERAL)?),
                _ => {}
            }
        }
        match (target, value) {
            (Some(target), Some(value)) => Ok(With { target, value, span }),
            _ => Err(parse_error(span, "expected with target path")),
        }
    }

    fn target(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Term> {
        let span = self.span(&pair);
        let mut head = Term { kind: TermKind::Null, span };
        let mut operands: Vec<Operand> = Vec::new();
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::strict_name => {
                    head =
                        Term { kind: TermKind::Var(pair.as_str().into()), span: self.span(&pair) };
                }
                Rule::arguments => return Err(self.unexpected(&pair, "expected with target path")),
                _ => operands.push(self.operand(pair)?),
            }
        }
        Ok(reference(head, operands, span))
    }
}

/// Returns the name that a term consists of, or an error with the message `note`.
fn variable(term: Term, note: &str) -> ParseResult<Name> {
    match term.kind {
        TermKind::Var(text) if !matches!(text.as_ref(), "input" | "data") => {
            Ok(Name { text, span: term.span })
        }
        _ => Err(parse_error(term.span, note)),
    }
}
