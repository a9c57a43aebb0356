//! The words for what the grammar could not read: OPA's (`illegal` in its parser), with the place
//! of the first token that does not fit.

use pest::error::{Error, ErrorVariant, InputLocation};

use crate::diagnostics::Diagnostic;
use crate::source::Span;

use super::grammar::{Chunk, Rule};
use super::{refused, scan, span};

/// The diagnostic for a failed run of the grammar, and where in the module it failed.
pub(super) fn syntax_error(chunk: &Chunk<'_>, error: &Error<Rule>) -> (usize, Diagnostic) {
    let (InputLocation::Pos(position) | InputLocation::Span((position, _))) = error.location;
    let offset = chunk.absolute(position);
    let place = token_span(chunk, offset);
    match &error.variant {
        ErrorVariant::ParsingError { .. } => (offset, unexpected(chunk, place, "")),
        ErrorVariant::CustomError { .. } => (offset, scan::too_deep(place)),
    }
}

/// `unexpected … token`, with what was expected.
pub(super) fn unexpected(chunk: &Chunk<'_>, place: Span, note: &str) -> Diagnostic {
    let message = match token_name(chunk, place.start as usize) {
        None => "illegal token".to_owned(),
        Some((name, kind)) if note.is_empty() => format!("unexpected {name} {kind}"),
        Some((name, kind)) => format!("unexpected {name} {kind}: {note}"),
    };
    refused(Span { end: token_span(chunk, place.start as usize).end, ..place }, message)
}

/// The token that follows `after`.
pub(super) fn next_token(chunk: &Chunk<'_>, after: Span) -> Span {
    let mut offset = after.end as usize;
    loop {
        let rest = rest(chunk, offset);
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        offset += blank;
        match rest[blank..].strip_prefix('#') {
            Some(comment) => offset += 1 + comment.find('\n').unwrap_or(comment.len()),
            None => return token_span(chunk, offset),
        }
    }
}

/// The module's text from `offset` on.
fn rest<'t>(chunk: &Chunk<'t>, offset: usize) -> &'t str {
    chunk.text.get(offset..).unwrap_or_default()
}

/// The place of the token at `offset`.
fn token_span(chunk: &Chunk<'_>, offset: usize) -> Span {
    let length = token_length(rest(chunk, offset));
    span(chunk.source(), offset, offset + length)
}

fn token_length(rest: &str) -> usize {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let first = rest.chars().next();
    match first {
        None => 0,
        Some(c) if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
        Some(_) if [":=", "==", "!=", "<=", ">="].iter().any(|token| rest.starts_with(token)) => 2,
        Some(c @ ('"' | '`')) => rest[1..].find([c, '\n']).map_or(rest.len(), |end| end + 2),
        Some(c) => c.len_utf8(),
    }
}

/// OPA's name for the token at `offset`, and whether it is a token or a keyword. `None` for what
/// is no token of Rego.
fn token_name<'t>(chunk: &Chunk<'t>, offset: usize) -> Option<(&'t str, &'static str)> {
    let rest = rest(chunk, offset);
    let text = &rest[..token_length(rest)];
    let name = match text {
        "" => "eof",
        ":=" => "assign",
        "==" => "equal",
        "!=" => "neq",
        "<=" => "lte",
        ">=" => "gte",
        "=" => "eq",
        "<" => "lt",
        ">" => "gt",
        "+" => "plus",
        "-" => "minus",
        "*" => "mul",
        "/" => "div",
        "%" => "rem",
        "&" => "and",
        "|" => "or",
        "[" | "]" | "{" | "}" | "(" | ")" | "," | ":" | ";" | "." => text,
        " " | "\t" | "\r" | "\n" => "whitespace",
        "$" => "template-string-part",
        _ if text.starts_with(['"', '`']) => "string",
        _ if text.starts_with(|c: char| c.is_ascii_digit()) => "number",
        _ if chunk.keywords.has(text) => return Some((text, "keyword")),
        _ if text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => "identifier",
        _ => return None,
    };
    Some((name, "token"))
}
