//! `and` and `or` (`parseLogicalOrChain` and its callees in OPA's parser).

use pest::iterators::Pair;

use crate::ast::{
    Body, Connective, Literal, LiteralKind, Logical, LogicalOperand, Operator, TermKind,
};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

use super::super::errors::parse_error;
use super::super::grammar::Rule;
use super::{ParseResult, TermBuilder};

impl TermBuilder<'_, '_> {
    /// Builds operands with `and` or `or` between them. Both associate to the left, and `and` binds
    /// tighter: `a or b and c` is `a or (b and c)`.
    pub(super) fn logical(
        &mut self,
        chain: Vec<Pair<'_, Rule>>,
        span: Span,
    ) -> ParseResult<LiteralKind> {
        let levels = chain.len() / 2;
        self.enter_chain(levels, span)?;
        // The operands of `or`, each a chain of `and`.
        let mut alternatives: Vec<LogicalOperand> = Vec::new();
        let mut pending = None;
        for pair in chain {
            if pair.as_rule() == Rule::connective {
                pending =
                    Some(if pair.as_str() == "and" { Connective::And } else { Connective::Or });
                continue;
            }
            let operand = self.logical_operand(pair)?;
            match (pending.take(), alternatives.pop()) {
                (Some(Connective::And), Some(left)) => {
                    alternatives.push(joined(Connective::And, left, operand)?);
                }
                (_, left) => alternatives.extend(left.into_iter().chain([operand])),
            }
        }
        self.leave_chain(levels);
        let mut alternatives = alternatives.into_iter();
        let Some(first) = alternatives.next() else {
            return Err(parse_error(span, "expected term"));
        };
        let whole =
            alternatives.try_fold(first, |left, right| joined(Connective::Or, left, right))?;
        match whole.body.literals.into_iter().next() {
            Some(literal) => Ok(literal.kind),
            None => Err(parse_error(span, "found empty body")),
        }
    }

    fn logical_operand(&mut self, pair: Pair<'_, Rule>) -> ParseResult<LogicalOperand> {
        let span = self.span(&pair);
        if pair.as_rule() == Rule::body {
            return Ok(LogicalOperand { braces: true, body: self.body(pair)? });
        }
        if pair.as_rule() == Rule::equation && pair.as_str().starts_with('{') {
            return Err(parse_error(
                span,
                "an operand of `and` or `or` cannot begin with `{` unless the braces hold a body",
            )
            .with_help("put the operand in parentheses to keep the value"));
        }
        let kind = match pair.as_rule() {
            Rule::logic_group => self.group_kind(pair)?,
            _ => self.literal_kind(pair)?,
        };
        Ok(implicit(kind, span))
    }

    /// Builds the content of a group's parentheses.
    fn group_kind(&mut self, pair: Pair<'_, Rule>) -> ParseResult<LiteralKind> {
        let span = self.span(&pair);
        self.descend(1, span)?;
        let chain = pair.into_inner().filter(|pair| pair.as_rule() != Rule::close_group).collect();
        let kind = self.logical(chain, span)?;
        self.ascend(1);
        Ok(kind)
    }

    /// Builds `not (a or b)`.
    pub(super) fn not_group(&mut self, pair: Pair<'_, Rule>) -> ParseResult<LiteralKind> {
        let span = self.span(&pair);
        match pair.into_inner().find(|pair| pair.as_rule() == Rule::logic_group) {
            Some(pair) => Ok(LiteralKind::Not(Box::new(self.group_kind(pair)?))),
            None => Err(parse_error(span, "expected term")),
        }
    }
}

fn implicit(kind: LiteralKind, span: Span) -> LogicalOperand {
    let literals = vec![Literal { kind, with: Vec::new(), span }];
    LogicalOperand { braces: false, body: Body { literals, span } }
}

fn joined(
    connective: Connective,
    left: LogicalOperand,
    right: LogicalOperand,
) -> ParseResult<LogicalOperand> {
    for operand in [&left, &right] {
        check_operand(connective, operand)?;
    }
    let span = left.body.span.to(right.body.span);
    let logical = Logical { connective, left, right };
    Ok(implicit(LiteralKind::Logical(Box::new(logical)), span))
}

fn check_operand(connective: Connective, operand: &LogicalOperand) -> ParseResult<()> {
    let keyword = connective.keyword();
    let literals = &operand.body.literals;
    if let ([Literal { kind: LiteralKind::Assign(..), span, .. }], false) =
        (&literals[..], operand.braces)
    {
        let message = format!("cannot assign vars inside implicit {keyword} operand");
        return Err(Diagnostic::new(Code::Compile, *span, message)
            .with_help("wrap the operand in braces, so that it has variables of its own"));
    }
    if let ([Literal { kind: LiteralKind::Term(term), .. }, ..], true) =
        (&literals[..], operand.braces)
        && matches!(&term.kind, TermKind::Infix(infix) if infix.operator == Operator::Or)
    {
        let message = "ambiguous `{ ... | ... }` operand: read as a body holding a set-union \
                       expression, not as a comprehension";
        return Err(parse_error(operand.body.span, message)
            .with_help("write `({ … })` for the comprehension, or parentheses around the union"));
    }
    if !literals.is_empty() && literals.iter().all(is_print) {
        let message = format!("operand of `{keyword}` cannot consist only of calls to `print`");
        return Err(parse_error(operand.body.span, message)
            .with_help("move `print` out of the operand; it always succeeds"));
    }
    Ok(())
}

fn is_print(literal: &Literal) -> bool {
    let LiteralKind::Term(term) = &literal.kind else { return false };
    let TermKind::Call(call) = &term.kind else { return false };
    matches!(&call.function.kind, TermKind::Var(name) if name.as_ref() == "print")
}
