//! Terms: scalars, names, references and calls (`parseTerm`, `parseRef`, `parseCall`, `parseNumber`
//! of OPA's parser).

use std::sync::Arc;

use ferrego_runtime::number::is_literal_in_range;
use pest::iterators::{Pair, Pairs};

use crate::ast::{Call, LiteralKind, Operand, Ref, TemplatePart, Term, TermKind};
use crate::source::{RegoVersion, Span};

use super::super::errors::parse_error;
use super::super::grammar::Rule;
use super::super::syntax_errors;
use super::string_literals;
use super::{ParseResult, TermBuilder, check};

impl TermBuilder<'_, '_> {
    /// Builds the only term of a text.
    pub(in crate::parse) fn single(&mut self, pairs: Pairs<'_, Rule>) -> ParseResult<Term> {
        let mut pairs = pairs.flat_map(Pair::into_inner);
        let Some(pair) = pairs.find(|pair| pair.as_rule() == Rule::literal) else {
            return Err(parse_error(Span::default(), "expected exactly one term"));
        };
        let literal = self.literal(pair)?;
        match (literal.kind, literal.with.is_empty()) {
            (LiteralKind::Term(term), true) => Ok(term),
            _ => Err(parse_error(literal.span, "expected exactly one term")),
        }
    }

    /// Builds a term without operators.
    pub(super) fn term(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Term> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        let Some(first) = pairs.next() else { return Err(parse_error(span, "expected term")) };
        if first.as_rule() == Rule::negative {
            return self.negative(first);
        }
        let grouped = first.as_rule() == Rule::group;
        let head = self.primary(first)?;
        self.suffixes(head, grouped, pairs)
    }

    fn primary(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Term> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::name | Rule::reserved_word => TermKind::Var(pair.as_str().into()),
            Rule::string => TermKind::String(string_literals::quoted(&pair, span)?),
            Rule::raw_string => TermKind::String(string_literals::raw(pair.as_str())),
            Rule::number => TermKind::Number(number(pair, span)?),
            Rule::constant => constant(pair.as_str()),
            Rule::array => self.array(pair)?,
            Rule::braces => self.braces(pair)?,
            Rule::group => return self.group(pair),
            Rule::template | Rule::raw_template => self.template(pair)?,
            _ => return Err(parse_error(span, "expected term")),
        };
        Ok(Term { kind, span })
    }

    /// Builds `-x`, where `x` is not a number.
    fn negative(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Term> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        pairs.next();
        let Some(name) = pairs.next() else { return Err(parse_error(span, "expected number")) };
        let head = self.primary(name)?;
        let operand = self.suffixes(head, false, pairs)?;
        Ok(Term { kind: TermKind::Negative(Box::new(operand)), span })
    }

    fn group(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Term> {
        let span = self.span(&pair);
        match pair.into_inner().find(|pair| pair.as_rule() == Rule::expression) {
            Some(pair) => Ok(Term { span, ..self.expression(pair, "non-terminated expression")? }),
            None => Err(parse_error(span, "expected term")),
        }
    }

    /// Builds the references and calls that follow a term.
    fn suffixes(
        &mut self,
        mut head: Term,
        grouped: bool,
        pairs: Pairs<'_, Rule>,
    ) -> ParseResult<Term> {
        if pairs.is_empty() {
            return Ok(head);
        }
        check_head(&head, grouped)?;
        let mut span = head.span;
        let mut operands = Vec::new();
        let mut called = false;
        let mut levels = 0;
        for pair in pairs {
            let extended = span.to(self.span(&pair));
            if pair.as_rule() != Rule::arguments {
                operands.push(self.operand(pair)?);
                (called, span) = (false, extended);
                continue;
            }
            if called {
                return Err(syntax_errors::unexpected(self.chunk, self.span(&pair), ""));
            }
            self.descend(1, span)?;
            levels += 1;
            let function = reference(head, std::mem::take(&mut operands), span);
            head = self.call(function, pair, extended)?;
            (called, span) = (true, extended);
        }
        self.ascend(levels);
        Ok(reference(head, operands, span))
    }

    fn call(&mut self, function: Term, pair: Pair<'_, Rule>, span: Span) -> ParseResult<Term> {
        let arguments = self.arguments(pair)?;
        let is_set = matches!(&function.kind, TermKind::Var(name) if name.as_ref() == "set");
        let kind = if is_set && arguments.is_empty() {
            TermKind::Set(arguments)
        } else {
            TermKind::Call(Box::new(Call { function, arguments }))
        };
        Ok(Term { kind, span })
    }

    pub(super) fn arguments(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Vec<Term>> {
        let chains = pair.into_inner().filter(|pair| pair.as_rule() == Rule::chain);
        chains.map(|pair| self.element(pair)).collect()
    }

    /// Builds `.name` or `[term]`.
    pub(super) fn operand(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Operand> {
        let span = self.span(&pair);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::word => return Ok(Operand::Field(self.name(&pair))),
                Rule::expression => {
                    return Ok(Operand::Index(self.expression(pair, "expected [")?));
                }
                _ => {}
            }
        }
        Err(parse_error(span, "expected identifier"))
    }

    fn template(&mut self, pair: Pair<'_, Rule>) -> ParseResult<TermKind> {
        let span = self.span(&pair);
        if self.version == RegoVersion::V0 {
            let message = "template strings are not supported by current capabilities";
            return Err(
                parse_error(span, message).with_help("use `sprintf`; only v1 has template strings")
            );
        }
        let mut parts = Vec::new();
        for pair in pair.into_inner() {
            let span = self.span(&pair);
            match pair.as_rule() {
                Rule::template_text => {
                    parts.push(TemplatePart::Text(string_literals::template(pair.as_str(), span)?));
                }
                Rule::raw_text => {
                    parts.push(TemplatePart::Text(pair.as_str().replace("\\{", "{").into()));
                }
                _ => parts.push(self.interpolation(pair)?),
            }
        }
        Ok(TermKind::Template(parts))
    }

    fn interpolation(&mut self, pair: Pair<'_, Rule>) -> ParseResult<TemplatePart> {
        let span = self.span(&pair);
        let Some(pair) = pair.into_inner().find(|pair| pair.as_rule() == Rule::literal) else {
            return Err(parse_error(span, "invalid template-string expression"));
        };
        let literal = self.literal(pair)?;
        let what = match literal.kind {
            LiteralKind::Term(term) if literal.with.is_empty() => {
                return Ok(TemplatePart::Term(term));
            }
            LiteralKind::Term(term) => return Ok(TemplatePart::With(term, literal.with)),
            LiteralKind::Not(_) | LiteralKind::NotBody(_) => "negation ('not')",
            LiteralKind::Logical(_) => "'and' or 'or'",
            LiteralKind::Unify(..) => "unification ('=')",
            LiteralKind::Assign(..) => "assignment (':=')",
            LiteralKind::Every { .. } => "'every'",
            LiteralKind::Some(_) | LiteralKind::SomeIn { .. } => "'some'",
        };
        Err(parse_error(literal.span, format!("unexpected {what} in template-string expression")))
    }
}

/// Returns a reference of a head and its operands. If `operands` is empty, returns the head.
pub(super) fn reference(head: Term, operands: Vec<Operand>, span: Span) -> Term {
    if operands.is_empty() {
        return head;
    }
    Term { kind: TermKind::Ref(Box::new(Ref { head, operands })), span }
}

/// Rejects a reference whose head is not a name, a composite, a comprehension or a call.
fn check_head(head: &Term, grouped: bool) -> ParseResult<()> {
    let document = grouped
        && matches!(&head.kind, TermKind::Var(name) if matches!(name.as_ref(), "input" | "data"));
    match head.kind {
        TermKind::Null
        | TermKind::Bool(_)
        | TermKind::Number(_)
        | TermKind::String(_)
        | TermKind::Template(_)
        | TermKind::Ref(_) => {}
        _ if document => {}
        _ => return Ok(()),
    }
    let message = format!("illegal ref (head cannot be {})", check::value_name(head));
    Err(parse_error(head.span, message)
        .with_help("assign the term to a variable, and refer into the variable"))
}

fn constant(text: &str) -> TermKind {
    match text {
        "null" => TermKind::Null,
        text => TermKind::Bool(text == "true"),
    }
}

/// Returns a number's text. Whitespace may separate its sign, point and digits.
fn number(pair: Pair<'_, Rule>, span: Span) -> ParseResult<Arc<str>> {
    let mut text = String::new();
    let mut digits = "";
    for pair in pair.into_inner() {
        digits = pair.as_str();
        text.push_str(digits);
    }
    let zero_led = digits.starts_with('0') && digits[1..].starts_with(|c: char| c.is_ascii_digit());
    if zero_led && !text.trim_start_matches('-').starts_with('.') {
        return Err(parse_error(
            span,
            "unexpected number token: expected number without leading zero",
        ));
    }
    if !is_literal_in_range(&text) {
        return Err(parse_error(span, "number too big"));
    }
    Ok(text.into())
}
