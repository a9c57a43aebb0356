//! Arrays, objects, sets and comprehensions (`parseArray`, `parseSetOrObject`, `parseSet`,
//! `parseObject` of OPA's parser).
//!
//! `[a | b]` is a comprehension, and `[a | b, c]` is an array whose first element is a union. The
//! grammar reads the text after the bar as a body. If a comma follows, the body is converted to
//! elements of the list.

use pest::iterators::{Pair, Pairs};

use crate::ast::{Comprehension, ObjectComprehension, Term, TermKind};
use crate::diagnostics::Diagnostic;

use super::super::errors::parse_error;
use super::super::grammar::Rule;
use super::super::syntax_errors;
use super::chain::{Chain, ChainOperator};
use super::{ParseResult, TermBuilder};

type Children<'i> = std::iter::Peekable<Pairs<'i, Rule>>;

/// The content after the bar of `first | …`.
enum AfterBar {
    /// A comprehension's body.
    Body(crate::ast::Body),
    /// The element `first | …` of a list. If the grammar has read the next element as part of this
    /// expression, that element is the second field.
    Elements(Term, Option<Term>),
}

impl TermBuilder<'_, '_> {
    pub(super) fn array(&mut self, pair: Pair<'_, Rule>) -> ParseResult<TermKind> {
        let mut children = pair.into_inner().peekable();
        let Some(first) = self.first_term(&mut children)? else {
            return Ok(TermKind::Array(self.elements(Vec::new(), children)?));
        };
        if next_is(&mut children, Rule::bar) {
            return Ok(match self.after_bar(first.clone(), &mut children, Rule::close_array)? {
                AfterBar::Body(body) => {
                    TermKind::ArrayComprehension(Box::new(Comprehension { value: first, body }))
                }
                AfterBar::Elements(union, next) => {
                    let elements = [union].into_iter().chain(next).collect();
                    TermKind::Array(self.elements(elements, children)?)
                }
            });
        }
        let first = self.rest_of_chain(first, &mut children)?;
        Ok(TermKind::Array(self.elements(vec![first], children)?))
    }

    /// Builds `{…}`: a set, an object or a comprehension.
    pub(super) fn braces(&mut self, pair: Pair<'_, Rule>) -> ParseResult<TermKind> {
        let mut children = pair.into_inner().peekable();
        let Some(first) = self.first_term(&mut children)? else {
            return self.braces_without_first_term(children);
        };
        if next_is(&mut children, Rule::bar) {
            return Ok(match self.after_bar(first.clone(), &mut children, Rule::close_set)? {
                AfterBar::Body(body) => {
                    TermKind::SetComprehension(Box::new(Comprehension { value: first, body }))
                }
                AfterBar::Elements(union, next) => {
                    let elements = [union].into_iter().chain(next).collect();
                    TermKind::Set(self.elements(elements, children)?)
                }
            });
        }
        let first = self.rest_of_chain(first, &mut children)?;
        if next_is(&mut children, Rule::colon) {
            children.next();
            return self.object(first, children);
        }
        Ok(TermKind::Set(self.elements(vec![first], children)?))
    }

    /// Builds `{}`, or braces with a comma before their first element.
    fn braces_without_first_term(&mut self, mut children: Children<'_>) -> ParseResult<TermKind> {
        if next_is(&mut children, Rule::close_set) {
            return Ok(TermKind::Object(Vec::new()));
        }
        children.next();
        let mut first = Vec::new();
        if let Some(pair) = children.next_if(|pair| pair.as_rule() == Rule::chain) {
            first.push(self.element(pair)?);
        }
        if !next_is(&mut children, Rule::colon) {
            return Ok(TermKind::Set(self.elements(first, children)?));
        }
        children.next();
        let value = children.next().map(|pair| self.element(pair)).transpose()?;
        let pairs = first.into_iter().zip(value).collect();
        Ok(TermKind::Object(self.pairs(pairs, children)?))
    }

    /// Builds an object from its first colon on.
    fn object(&mut self, key: Term, mut children: Children<'_>) -> ParseResult<TermKind> {
        let Some(value) = self.first_term(&mut children)? else {
            return Err(parse_error(key.span, "non-terminated object"));
        };
        if !next_is(&mut children, Rule::bar) {
            let value = self.rest_of_chain(value, &mut children)?;
            return Ok(TermKind::Object(self.pairs(vec![(key, value)], children)?));
        }
        match self.after_bar(value.clone(), &mut children, Rule::close_object)? {
            AfterBar::Body(body) => {
                let comprehension = ObjectComprehension { key, value, body };
                Ok(TermKind::ObjectComprehension(Box::new(comprehension)))
            }
            AfterBar::Elements(union, next) => {
                let mut pairs = vec![(key, union)];
                let colon = children.next_if(|pair| pair.as_rule() == Rule::colon);
                let next_value = match &colon {
                    Some(_) => children.next().map(|pair| self.element(pair)).transpose()?,
                    None => None,
                };
                match (next, next_value) {
                    (Some(key), Some(value)) => pairs.push((key, value)),
                    (None, None) => {}
                    (_, Some(value)) => {
                        return Err(parse_error(value.span, "non-terminated object"));
                    }
                    (Some(key), None) => {
                        return Err(parse_error(key.span, "non-terminated object"));
                    }
                }
                Ok(TermKind::Object(self.pairs(pairs, children)?))
            }
        }
    }

    /// Builds the first term of a composite. Returns `None` if the composite is empty or starts
    /// with a comma.
    fn first_term(&mut self, children: &mut Children<'_>) -> ParseResult<Option<Term>> {
        let Some(pair) = children.next_if(|pair| pair.as_rule() == Rule::term) else {
            return Ok(None);
        };
        let is_link = |pair: &Pair<'_, Rule>| matches!(pair.as_rule(), Rule::operator | Rule::term);
        let levels = children.clone().take_while(is_link).count() / 2;
        self.enter_chain(levels, self.span(&pair))?;
        let term = self.term(pair)?;
        self.leave_chain(levels);
        Ok(Some(term))
    }

    /// Builds the chain that starts with a composite's first term.
    fn rest_of_chain(&mut self, first: Term, children: &mut Children<'_>) -> ParseResult<Term> {
        let mut chain = Chain { first, rest: Vec::new() };
        while let Some(operator) = children.next_if(|pair| pair.as_rule() == Rule::operator) {
            let Some(term) = children.next() else { break };
            self.operator(&mut chain, &operator, term)?;
        }
        Ok(chain.fold(None))
    }

    /// Builds the remaining elements of a list.
    fn elements(
        &mut self,
        mut elements: Vec<Term>,
        children: Children<'_>,
    ) -> ParseResult<Vec<Term>> {
        for pair in children.filter(|pair| pair.as_rule() == Rule::chain) {
            elements.push(self.element(pair)?);
        }
        Ok(elements)
    }

    /// Builds the remaining pairs of an object.
    fn pairs(
        &mut self,
        mut pairs: Vec<(Term, Term)>,
        children: Children<'_>,
    ) -> ParseResult<Vec<(Term, Term)>> {
        for pair in children.filter(|pair| pair.as_rule() == Rule::pair) {
            let mut chains = pair.into_inner().filter(|pair| pair.as_rule() == Rule::chain);
            if let (Some(key), Some(value)) = (chains.next(), chains.next()) {
                pairs.push((self.element(key)?, self.element(value)?));
            }
        }
        Ok(pairs)
    }

    /// Builds the content after `first |`, up to the next comma or the end. `children` starts at
    /// the bar.
    fn after_bar(
        &mut self,
        first: Term,
        children: &mut Children<'_>,
        close: Rule,
    ) -> ParseResult<AfterBar> {
        let span = first.span;
        let (Some(bar), Some(query)) = (children.next(), children.next()) else {
            return Err(parse_error(span, "expected body"));
        };
        if next_is(children, close) && !is_list(&query) {
            self.descend(1, span)?;
            let body = self.query(query)?;
            self.ascend(1);
            return Ok(AfterBar::Body(body));
        }
        let place = syntax_errors::next_token(self.chunk, self.span(&query));
        let end = if close == Rule::close_array { "]" } else { "}" };
        let error =
            syntax_errors::unexpected(self.chunk, place, &format!("expected \\n or ; or {end}"));
        self.list_after_bar(Chain { first, rest: Vec::new() }, &bar, query, error)
    }

    fn list_after_bar(
        &mut self,
        mut chain: Chain,
        bar: &Pair<'_, Rule>,
        query: Pair<'_, Rule>,
        error: Diagnostic,
    ) -> ParseResult<AfterBar> {
        let Some(expression) = lone_expression(query) else { return Err(error) };
        let mut chains = expression.into_inner().filter(|pair| pair.as_rule() == Rule::chain);
        let Some(second) = chains.next() else { return Err(error) };
        let tail = self.chain(second)?;
        chain.rest.push((
            ChainOperator::Infix(crate::ast::Operator::Or),
            self.span(bar),
            tail.first,
        ));
        chain.rest.extend(tail.rest);
        let next = chains.next().map(|pair| self.element(pair)).transpose()?;
        Ok(AfterBar::Elements(chain.fold(None), next))
    }
}

fn next_is(children: &mut Children<'_>, kind: Rule) -> bool {
    children.peek().is_some_and(|pair| pair.as_rule() == kind)
}

/// Returns `true` if the text that was read as a body is two elements of a list: `b, c` without an
/// `in` that would join them.
fn is_list(query: &Pair<'_, Rule>) -> bool {
    let Some(expression) = lone_expression(query.clone()) else { return false };
    let has_in = |chain: Pair<'_, Rule>| {
        chain.into_inner().any(|pair| pair.as_rule() == Rule::operator && pair.as_str() == "in")
    };
    let mut chains = expression.into_inner().filter(|pair| pair.as_rule() == Rule::chain);
    match (chains.next(), chains.next()) {
        (Some(first), Some(second)) => has_in(first) || !has_in(second),
        _ => false,
    }
}

/// Returns the expression that a body consists of, or `None` if the body has other parts.
fn lone_expression(query: Pair<'_, Rule>) -> Option<Pair<'_, Rule>> {
    only(query, Rule::literal)
        .and_then(|literal| only(literal, Rule::equation))
        .and_then(|equation| only(equation, Rule::expression))
}

/// Returns the only child of a pair if it is of the rule `kind`.
fn only(pair: Pair<'_, Rule>, kind: Rule) -> Option<Pair<'_, Rule>> {
    let mut children = pair.into_inner();
    let child = children.next().filter(|child| child.as_rule() == kind)?;
    children.next().is_none().then_some(child)
}
