//! Rules: heads, bodies, `else` (`parseRules`, `parseHead`, `parseElse` of OPA's parser).

use pest::iterators::{Pair, Pairs};

use crate::ast::{
    Assigned, Body, Else, Head, HeadKind, HeadRef, Literal, LiteralKind, Name, Operand,
    Rule as Tree, Term, TermKind,
};
use crate::source::Span;

use super::super::errors::parse_error;
use super::super::grammar::Rule;
use super::super::{foreign, syntax_errors};
use super::literal::AFTER_LITERAL;
use super::{ParseResult, TermBuilder, check};

/// The parts of a head in source order, before their combination is checked.
struct HeadParts {
    name: Name,
    operands: Vec<Operand>,
    arguments: Option<Vec<Term>>,
    /// The place of `contains`, and the member after it.
    contains: Option<(Span, Term)>,
    value: Option<Assigned>,
    span: Span,
}

impl TermBuilder<'_, '_> {
    pub(super) fn rule(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Tree> {
        let span = self.span(&pair);
        let mut pairs = pair.into_inner();
        let default = pairs.peek().is_some_and(|pair| pair.as_rule() == Rule::kw_default);
        if default {
            pairs.next();
        }
        let Some(head) = pairs.next() else {
            return Err(parse_error(span, "expected rule head name"));
        };
        let parts = self.head_parts(head)?;
        if default {
            let head = default_head(parts)?;
            return Ok(Tree { default, head, bodies: Vec::new(), branches: Vec::new(), span });
        }
        self.rule_with_bodies(parts, pairs, span)
    }

    fn rule_with_bodies(
        &mut self,
        parts: HeadParts,
        pairs: Pairs<'_, Rule>,
        span: Span,
    ) -> ParseResult<Tree> {
        let mut uses_if = false;
        let mut bodies = Vec::new();
        let mut branches: Vec<Else> = Vec::new();
        let mut rejection = None;
        for pair in pairs {
            let place = self.span(&pair);
            match pair.as_rule() {
                Rule::condition => {
                    uses_if = true;
                    bodies.push(self.condition(pair)?);
                }
                Rule::else_branch => {
                    rejection = rejection.or_else(|| else_rejection(&parts, uses_if));
                    if let Some(message) = rejection {
                        return Err(parse_error(place, message).with_help(NO_ELSE));
                    }
                    branches.push(self.else_branch(pair)?);
                }
                _ if !branches.is_empty() => {
                    return Err(parse_error(place, "expected else keyword"));
                }
                _ => bodies.push(self.body(pair)?),
            }
        }
        let head = finish_head(parts, uses_if)?;
        Ok(Tree { default: false, head, bodies, branches, span })
    }

    fn head_parts(&mut self, pair: Pair<'_, Rule>) -> ParseResult<HeadParts> {
        let span = self.span(&pair);
        let mut name = Name { text: "".into(), span };
        let mut operands = Vec::new();
        let mut arguments = None;
        let mut contains = None;
        let mut value = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::head_name => name = self.name(&pair),
                Rule::contains_key => contains = Some(self.contains_key(pair)?),
                Rule::assigned => value = Some(self.assigned(pair)?),
                _ if arguments.is_some() => return Err(self.unexpected(&pair, "")),
                Rule::arguments => arguments = Some(self.arguments(pair)?),
                _ => operands.push(self.operand(pair)?),
            }
        }
        // `set()` is the empty set at every place.
        if name.text.as_ref() == "set"
            && operands.is_empty()
            && arguments.as_ref().is_some_and(Vec::is_empty)
        {
            return Err(parse_error(span, "set cannot be used for rule name"));
        }
        Ok(HeadParts { name, operands, arguments, contains, value, span })
    }

    fn contains_key(&mut self, pair: Pair<'_, Rule>) -> ParseResult<(Span, Term)> {
        let mut place = self.span(&pair);
        let mut key = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::expression => key = Some(self.expression(pair, "")?),
                _ => place = self.span(&pair),
            }
        }
        key.map(|key| (place, key)).ok_or_else(|| parse_error(place, "expected rule key term"))
    }

    fn assigned(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Assigned> {
        let span = self.span(&pair);
        let mut declares = false;
        let mut term = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::declare => declares = true,
                Rule::expression => term = Some(self.expression(pair, "")?),
                _ => {}
            }
        }
        let term = term.ok_or_else(|| parse_error(span, "expected rule value term"))?;
        Ok(Assigned { declares, term })
    }

    /// Builds the condition after `if`: a body in braces, or one literal.
    fn condition(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Body> {
        let span = self.span(&pair);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::body => return self.body(pair),
                Rule::literal => {
                    let braced = pair.as_str().starts_with('{');
                    let literal = self.literal(pair)?;
                    if let (true, Some(first)) = (braced, bare_set(&literal)) {
                        let comma = syntax_errors::next_token(self.chunk, first);
                        return Err(syntax_errors::unexpected(self.chunk, comma, AFTER_LITERAL)
                            .with_help("separate literals with `;`; a set would always be true"));
                    }
                    return Ok(single(literal));
                }
                _ => {}
            }
        }
        Err(parse_error(span, "rule body expected"))
    }

    fn else_branch(&mut self, pair: Pair<'_, Rule>) -> ParseResult<Else> {
        let span = self.span(&pair);
        let mut branch = Else { value: None, uses_if: false, body: None, span };
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::assigned => branch.value = Some(self.assigned(pair)?),
                Rule::else_condition => {
                    branch.uses_if = true;
                    branch.body = Some(self.condition(pair)?);
                }
                Rule::body => branch.body = Some(self.body(pair)?),
                _ => {}
            }
        }
        if branch.value.is_none() && branch.body.is_none() {
            let next = syntax_errors::next_token(self.chunk, span);
            let note = "expected else value term or rule body";
            let error = syntax_errors::unexpected(self.chunk, next, note);
            return Err(error.with_help(foreign::ELSE));
        }
        Ok(branch)
    }
}

/// Returns the span of the first member if the literal is a set.
fn bare_set(literal: &Literal) -> Option<Span> {
    match &literal.kind {
        LiteralKind::Term(Term { kind: TermKind::Set(members), .. }) => {
            members.first().map(|member| member.span)
        }
        _ => None,
    }
}

/// Builds a body of one literal without braces.
fn single(literal: Literal) -> Body {
    let span = literal.span;
    Body { literals: vec![literal], span }
}

/// Builds the head of `default name = value` or `default f(x) = value`.
fn default_head(parts: HeadParts) -> ParseResult<Head> {
    let no_value = parts.value.is_none() && (parts.contains.is_some() || parts.operands.len() == 1);
    if no_value && parts.arguments.is_none() {
        return Err(parse_error(parts.span, "illegal default rule (must have a value)"));
    }
    finish_head(parts, true)
}

fn finish_head(parts: HeadParts, uses_if: bool) -> ParseResult<Head> {
    let HeadParts { name, mut operands, arguments, contains, value, span } = parts;
    let kind = match (contains, arguments) {
        (Some((place, _)), Some(_)) => {
            let name = &name.text;
            let message = format!(
                "unexpected contains keyword: the contains keyword can only be used with multi-value \
                 rule definitions (e.g., {name} contains <VALUE> {{ ... }})"
            );
            return Err(parse_error(place, message));
        }
        (Some((_, key)), None) => HeadKind::Set { key, contains: true },
        (None, Some(parameters)) => HeadKind::Function { parameters, value },
        // `p[x] { … }` is a set with a member, and so is `p.x { … }`.
        (None, None) if !uses_if && value.is_none() && operands.len() == 1 => {
            match operands.pop().map(key_of) {
                Some(key) => HeadKind::Set { key, contains: false },
                None => HeadKind::Value(None),
            }
        }
        (None, None) => HeadKind::Value(value),
    };
    Ok(Head { reference: HeadRef { name, operands }, kind, uses_if, span })
}

/// Returns the term that an operand denotes: `.a` is `["a"]`.
pub(super) fn key_of(operand: Operand) -> Term {
    match operand {
        Operand::Field(name) => Term { kind: TermKind::String(name.text), span: name.span },
        Operand::Index(term) => term,
    }
}

/// The help for an `else` that cannot follow the head.
const NO_ELSE: &str = "only a rule with one value has an `else`; write a second definition";

/// Returns the message if `else` cannot follow the head.
fn else_rejection(parts: &HeadParts, uses_if: bool) -> Option<&'static str> {
    let set = parts.arguments.is_none()
        && !uses_if
        && parts.contains.is_none()
        && parts.value.is_none()
        && parts.operands.len() == 1;
    let ground = parts.operands.iter().all(check::operand_is_ground);
    if !set && !ground {
        return Some("else keyword cannot be used on rules with variables in head");
    }
    let object = parts.arguments.is_none() && parts.operands.len() == 1;
    let key = object
        && if uses_if {
            parts.operands.iter().any(check::operand_is_reference)
        } else {
            parts.contains.is_none()
        };
    (parts.contains.is_some() || key).then_some("else keyword cannot be used on multi-value rules")
}
