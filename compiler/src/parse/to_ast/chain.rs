//! Builds the tree of a chain: terms with operators between them (`parseTermIn` down to
//! `parseTermFactor` of OPA's parser).

use pest::iterators::Pair;

use crate::ast::{Infix, Membership, Operator, Term, TermKind};
use crate::source::Span;

use super::super::errors::parse_error;
use super::super::grammar::Rule;
use super::{ParseResult, TermBuilder};

/// An operator of a chain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ChainOperator {
    /// `in`, which binds weakest.
    In,
    Infix(Operator),
}

impl ChainOperator {
    fn precedence(self) -> u8 {
        match self {
            ChainOperator::In => 0,
            ChainOperator::Infix(operator) => match operator {
                Operator::Equal
                | Operator::NotEqual
                | Operator::Less
                | Operator::LessEqual
                | Operator::Greater
                | Operator::GreaterEqual => 1,
                Operator::Or => 2,
                Operator::And => 3,
                Operator::Plus | Operator::Minus => 4,
                Operator::Multiply | Operator::Divide | Operator::Remainder => 5,
            },
        }
    }

    fn read(text: &str) -> Self {
        ChainOperator::Infix(match text {
            "==" => Operator::Equal,
            "!=" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterEqual,
            "|" => Operator::Or,
            "&" => Operator::And,
            "+" => Operator::Plus,
            "-" => Operator::Minus,
            "*" => Operator::Multiply,
            "/" => Operator::Divide,
            "%" => Operator::Remainder,
            _ => return ChainOperator::In,
        })
    }
}

/// The terms of a chain: the first, then each further term with the operator before it.
pub(super) struct Chain {
    pub(super) first: Term,
    pub(super) rest: Vec<(ChainOperator, Span, Term)>,
}

impl Chain {
    /// Returns `true` if one of the operators is `in`.
    pub(super) fn has_in(&self) -> bool {
        self.rest.iter().any(|(operator, ..)| *operator == ChainOperator::In)
    }

    /// Builds the tree of the chain. All operators associate to the left. `key` is the term before
    /// the comma of `key, value in collection`; it belongs to the first `in`.
    pub(super) fn fold(self, mut key: Option<Term>) -> Term {
        let mut terms = vec![self.first];
        let mut operators: Vec<(ChainOperator, Span)> = Vec::new();
        for (operator, span, term) in self.rest {
            while let Some(&(top, place)) = operators.last() {
                if top.precedence() < operator.precedence() {
                    break;
                }
                operators.pop();
                reduce(&mut terms, top, place, &mut key);
            }
            operators.push((operator, span));
            terms.push(term);
        }
        while let Some((operator, place)) = operators.pop() {
            reduce(&mut terms, operator, place, &mut key);
        }
        // One term is left, because each operator has joined two.
        terms.pop().unwrap_or(Term { kind: TermKind::Null, span: Span::default() })
    }
}

/// Replaces the last two terms by the operation on them.
fn reduce(
    terms: &mut Vec<Term>,
    operator: ChainOperator,
    operator_span: Span,
    key: &mut Option<Term>,
) {
    let (Some(right), Some(left)) = (terms.pop(), terms.pop()) else { return };
    let mut span = left.span.to(right.span);
    let kind = match operator {
        ChainOperator::In => {
            let key = key.take();
            if let Some(key) = &key {
                span = key.span.to(span);
            }
            TermKind::In(Box::new(Membership { key, value: left, collection: right }))
        }
        ChainOperator::Infix(operator) => {
            TermKind::Infix(Box::new(Infix { operator, operator_span, left, right }))
        }
    };
    terms.push(Term { kind, span });
}

impl TermBuilder<'_, '_> {
    /// Builds a term with its operators, including `key, value in collection`. `note` is OPA's text
    /// for the expected token if something else follows.
    pub(super) fn expression(&mut self, pair: Pair<'_, Rule>, note: &str) -> ParseResult<Term> {
        let span = self.span(&pair);
        let mut chains = Vec::new();
        let mut comma = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::comma => comma = Some(self.unexpected(&pair, note)),
                _ => chains.push(self.chain(pair)?),
            }
        }
        let second = if comma.is_some() { chains.pop() } else { None };
        let Some(first) = chains.pop() else { return Err(parse_error(span, "expected term")) };
        match (second, comma) {
            (Some(second), _) if second.has_in() && !first.has_in() => {
                Ok(second.fold(Some(first.fold(None))))
            }
            (_, Some(error)) => Err(error),
            _ => Ok(first.fold(None)),
        }
    }

    /// Builds an element of a comma-separated list: a term with its operators.
    pub(super) fn element(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Term> {
        Ok(self.chain(pair)?.fold(None))
    }

    /// Builds the terms and operators of a chain.
    pub(super) fn chain(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Chain> {
        let span = self.span(&pair);
        let levels = pair.clone().into_inner().len() / 2;
        self.enter_chain(levels, span)?;
        let mut pairs = pair.into_inner();
        let Some(first) = pairs.next() else { return Err(parse_error(span, "expected term")) };
        let mut chain = Chain { first: self.term(first)?, rest: Vec::with_capacity(levels) };
        while let (Some(operator), Some(term)) = (pairs.next(), pairs.next()) {
            self.operator(&mut chain, &operator, term)?;
        }
        self.leave_chain(levels);
        Ok(chain)
    }

    /// Adds an operator and the term after it to a chain.
    pub(super) fn operator(
        &mut self,
        chain: &mut Chain,
        operator: &Pair<'_, Rule>,
        term: Pair<'_, Rule>,
    ) -> ParseResult<()> {
        let kind = ChainOperator::read(operator.as_str());
        let term = self.term(term)?;
        chain.rest.push((kind, self.span(operator), term));
        Ok(())
    }
}
