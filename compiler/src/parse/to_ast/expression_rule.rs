//! Builds rules from statements that are expressions: `p := 1`, `p[1]`, `f(x) = y`
//! (`ParseRuleFromBody` and its callees in OPA's `v1/ast/parser_ext.go`).

use ferrego_runtime::builtins;
use pest::iterators::Pair;

use crate::ast::{
    Assigned, Call, Head, HeadKind, HeadRef, Literal, LiteralKind, Name, Operand, Ref,
    Rule as Tree, Term, TermKind,
};
use crate::source::Span;

use super::super::errors::parse_error;
use super::super::grammar::Rule;
use super::rule::key_of;
use super::{ParseResult, TermBuilder, check};

const BUILTIN_CONFLICT: &str = "rule name conflicts with built-in function";

impl TermBuilder<'_, '_> {
    pub(super) fn expression_rule(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Tree> {
        let span = self.span(&pair);
        let mut literals = pair.into_inner().filter(|pair| pair.as_rule() == Rule::literal);
        let Some(first) = literals.next() else { return Err(parse_error(span, "expected rule")) };
        let first = self.literal(first)?;
        if let Some(other) = literals.next() {
            self.literal(other)?;
            return Err(parse_error(
                first.span,
                "multiple expressions cannot be used for rule head",
            ));
        }
        let head = self.head_of(first)?;
        Ok(Tree { default: false, head, bodies: Vec::new(), branches: Vec::new(), span })
    }

    fn head_of(&self, literal: Literal) -> ParseResult<Head> {
        let Literal { kind, with, span } = literal;
        if !with.is_empty() {
            let message = "expressions using with keyword cannot be used for rule head";
            return Err(parse_error(span, message));
        }
        match kind {
            LiteralKind::Not(_) | LiteralKind::NotBody(_) => {
                Err(parse_error(span, "negated expressions cannot be used for rule head"))
            }
            LiteralKind::Some(_) | LiteralKind::SomeIn { .. } => {
                Err(parse_error(span, "'some' declarations cannot be used for rule head"))
            }
            LiteralKind::Every { .. } | LiteralKind::Logical(_) => {
                Err(parse_error(span, "expression cannot be used for rule head"))
            }
            LiteralKind::Unify(left, right) => {
                value_head(left, Assigned { declares: false, term: right }, span)
            }
            LiteralKind::Assign(left, right) => {
                value_head(left, Assigned { declares: true, term: right }, span)
            }
            LiteralKind::Term(term) => self.bare_head(term, span),
        }
    }

    /// Builds a head without a value: `p[1]`, `p.q.r`, `f(x)`.
    fn bare_head(&self, term: Term, span: Span) -> ParseResult<Head> {
        let hint = self.keyword_hint(&term).unwrap_or_default();
        match term.kind {
            TermKind::Ref(reference) => reference_head(*reference, span),
            TermKind::Var(name) if matches!(name.as_ref(), "input" | "data") => {
                Err(parse_error(span, "refs cannot be used for rule head"))
            }
            TermKind::Call(call) => function_head(*call, None, span),
            TermKind::Infix(_) | TermKind::In(_) | TermKind::Negative(_) => {
                Err(parse_error(span, BUILTIN_CONFLICT))
            }
            _ => Err(parse_error(span, format!("{}{hint}", check::not_a_name(&term)))),
        }
    }

    /// Returns OPA's hint for a name alone on its line that `if` or `contains` follows. Without
    /// their import, these words are names too (`missingHeadKeyword`).
    fn keyword_hint(&self, term: &Term) -> Option<String> {
        let TermKind::Var(name) = &term.kind else { return None };
        let rest = self.chunk.text.get(term.span.end as usize..)?.trim_start_matches([' ', '\t']);
        let (keyword, example) = [("if", "p if { ... }"), ("contains", "p contains x")]
            .into_iter()
            .find(|(keyword, _)| {
                let follows =
                    |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
                name.as_ref() == *keyword || rest.strip_prefix(keyword).is_some_and(follows)
            })
            .filter(|(keyword, _)| !self.chunk.keywords.has(keyword))?;
        Some(format!(" (hint: `import future.keywords.{keyword}` for `{example}` rules)"))
    }
}

/// Builds the head of `p = v`, `p.q := v` or `f(x) = v`.
fn value_head(left: Term, value: Assigned, span: Span) -> ParseResult<Head> {
    let message = check::not_a_name(&left);
    match left.kind {
        TermKind::Var(text) => {
            let name = Name { text, span: left.span };
            let reference = HeadRef { name, operands: Vec::new() };
            Ok(Head { reference, kind: HeadKind::Value(Some(value)), uses_if: false, span })
        }
        TermKind::Ref(reference) => {
            let reference = head_reference(reference.head, reference.operands)?;
            Ok(Head { reference, kind: HeadKind::Value(Some(value)), uses_if: false, span })
        }
        TermKind::Call(call) => function_head(*call, Some(value), span),
        TermKind::Infix(_) | TermKind::In(_) | TermKind::Negative(_) => {
            Err(parse_error(span, BUILTIN_CONFLICT))
        }
        _ => Err(parse_error(span, message)),
    }
}

fn reference_head(reference: Ref, span: Span) -> ParseResult<Head> {
    let mut reference = head_reference(reference.head, reference.operands)?;
    let kind = match (reference.operands.len(), reference.operands.pop()) {
        (1, Some(key)) => HeadKind::Set { key: key_of(key), contains: false },
        (_, last) => {
            reference.operands.extend(last);
            HeadKind::Value(None)
        }
    };
    Ok(Head { reference, kind, uses_if: false, span })
}

fn function_head(call: Call, value: Option<Assigned>, span: Span) -> ParseResult<Head> {
    let function = call.function;
    let place = function.span;
    let reference = match function.kind {
        TermKind::Ref(reference) => head_reference(reference.head, reference.operands)?,
        _ => head_reference(function, Vec::new())?,
    };
    if value.is_none() {
        if builtins::lookup(&dotted(&reference)).is_some() {
            return Err(parse_error(place, BUILTIN_CONFLICT));
        }
        if call.arguments.is_empty() {
            return Err(parse_error(place, "rule argument list must take at least one argument"));
        }
    }
    let kind = HeadKind::Function { parameters: call.arguments, value };
    Ok(Head { reference, kind, uses_if: false, span })
}

fn head_reference(head: Term, operands: Vec<Operand>) -> ParseResult<HeadRef> {
    match head.kind {
        TermKind::Var(text) => Ok(HeadRef { name: Name { text, span: head.span }, operands }),
        _ => Err(parse_error(head.span, "invalid rule head")),
    }
}

/// Returns the name by which a reference of fields would call a builtin, or an empty string for
/// other references.
fn dotted(reference: &HeadRef) -> String {
    let mut name = reference.name.text.to_string();
    for operand in &reference.operands {
        match operand {
            Operand::Field(field) => {
                name.push('.');
                name.push_str(&field.text);
            }
            Operand::Index(_) => return String::new(),
        }
    }
    name
}
