//! Parses Rego text to a syntax tree.
//!
//! `scan` checks characters and nesting, and the grammar (`grammar.pest`) reads the text. `to_ast`
//! makes the tree and rejects the constructs that OPA's parser rejects. `syntax_errors` words the
//! errors.

mod dangling;
mod errors;
mod foreign;
mod grammar;
mod keywords;
mod scan;
mod syntax_errors;
mod to_ast;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use crate::ast;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::{RegoVersion, SourceId};

pub(crate) use foreign::{meaning, rule_name};
use grammar::{Chunk, Rule};
pub(crate) use keywords::words as keywords;

use keywords::Keywords;
pub(crate) use keywords::is_keyword;
use scan::BYTE_ORDER_MARK;
use to_ast::{ModuleBuilder, TermBuilder};

/// An upper bound of the stack that one level of brackets takes without optimization, in bytes.
const STACK_PER_LEVEL: usize = 96 << 10;

/// Parses a module of the source `source_id`.
///
/// # Errors
///
/// Returns every error that OPA's parser reports, as `Code::Parse` (`v1/ast/parser.go`,
/// `parser_ext.go`). After a statement with a syntax error, the parser continues with the next one,
/// up to 1,000 such errors.
/// A source over 2 MiB, or a definition of over 100,000 terms, is `Code::Unsupported`.
pub fn module(
    source_id: SourceId,
    text: &str,
    version: RegoVersion,
) -> Result<ast::Module, Diagnostics> {
    if text.len() > errors::MAX_SOURCE {
        return Err(errors::too_long(source_id, text.len()).into());
    }
    let scan = scan::scan(source_id, text).map_err(Diagnostics)?;
    let parse = || scanned_module(source_id, text, version, scan.comments, Recovery::Skip);
    match with_stack_for(scan.depth, parse) {
        (Some(module), faults) if faults.0.is_empty() => Ok(module),
        (_, mut faults) => {
            dangling::point_at_operators(text, &mut faults.0);
            Err(faults)
        }
    }
}

/// Parses a module, for editors: the statements that have no errors remain.
///
/// Returns the module without the others, and the errors of [`module()`]. Lines with invalid
/// characters or strings count as empty. A text without a package clause has no module.
pub fn tolerant(
    source_id: SourceId,
    text: &str,
    version: RegoVersion,
) -> (Option<ast::Module>, Diagnostics) {
    match module(source_id, text, version) {
        Ok(module) => (Some(module), Diagnostics::default()),
        Err(faults) if text.len() > errors::MAX_SOURCE => (None, faults),
        Err(faults) => (without_errors(source_id, text, version), faults),
    }
}

/// Parses the statements that have no errors.
fn without_errors(source_id: SourceId, text: &str, version: RegoVersion) -> Option<ast::Module> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MAX_BLANKED {
        match scan::scan(source_id, &text) {
            Ok(scan) => {
                let parse =
                    || scanned_module(source_id, &text, version, scan.comments, Recovery::Keep);
                return with_stack_for(scan.depth, parse).0;
            }
            Err(faults) => text = Cow::Owned(without_lines(&text, &faults)),
        }
    }
    None
}

/// The number of times that [`without_errors`] empties the lines with invalid characters or strings.
const MAX_BLANKED: usize = 4;

/// Returns the text with spaces in place of the lines on which the faults begin.
fn without_lines(text: &str, faults: &[Diagnostic]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for fault in faults {
        let start = (fault.span.start as usize).min(bytes.len());
        let begin = bytes[..start].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let end = bytes[start..].iter().position(|&byte| byte == b'\n');
        let end = end.map_or(bytes.len(), |length| start + length);
        bytes[begin..end].fill(b' ');
    }
    // Whole lines of UTF-8 became spaces.
    String::from_utf8(bytes).unwrap_or_default()
}

fn scanned_module(
    source_id: SourceId,
    text: &str,
    version: RegoVersion,
    comments: Vec<ast::Comment>,
    recovery: Recovery,
) -> (Option<ast::Module>, Diagnostics) {
    let mut builder = ModuleBuilder::new(source_id, version);
    let mut faults = Vec::new();
    let mut keywords = Keywords::of(version);
    let mut offset = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    let mut restarts = 0;
    while offset < text.len() && faults.len() < errors::MAX_SYNTAX_ERRORS {
        let chunk = Chunk::new(source_id, text, offset, keywords);
        match chunk.parse(Rule::statements) {
            Ok(pairs) => offset = builder.statements(&chunk, pairs),
            Err(error) => {
                let (place, diagnostic) = syntax_errors::syntax_error(&chunk, &error);
                faults.push(diagnostic);
                let kept = if recovery == Recovery::Keep && restarts < MAX_RESTARTS {
                    restarts += 1;
                    keep_statements(&mut builder, source_id, text, offset..place, keywords)
                } else {
                    None
                };
                builder.skip_statements();
                offset = next_statement(text, kept.unwrap_or(place).max(offset));
                continue;
            }
        }
        if offset < text.len() {
            offset = keyword_clause(&mut builder, source_id, text, offset, &mut keywords);
        }
    }
    builder.finish(text, comments, faults)
}

/// The treatment of the statements before one with a syntax error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recovery {
    /// Skip them, because the module is refused anyway.
    Skip,
    /// Keep them, for editors.
    Keep,
}

/// The number of statements before an error that may belong to the one with the error.
const MAX_RETRIES: usize = 4;

/// The number of statements with errors after which the parser continues. A brace that is not closed
/// makes it read the rest of the text.
const MAX_RESTARTS: usize = 20;

/// Adds the statements in a range of `text` except the last one, which has an error where the range
/// ends. Returns the start of the last one.
fn keep_statements(
    builder: &mut ModuleBuilder,
    source: SourceId,
    text: &str,
    range: Range<usize>,
    keywords: Keywords,
) -> Option<usize> {
    let mut end = range.end;
    for _ in 0..MAX_RETRIES {
        let start = last_statement(text, range.start, end)?;
        let chunk = Chunk::new(source, &text[..start], range.start, keywords);
        if let Ok(pairs) = chunk.parse(Rule::statements) {
            builder.statements(&chunk, pairs);
            return Some(start);
        }
        end = start - 1;
    }
    None
}

/// Returns the start of the last line between two offsets that begins with a word except `else`.
fn last_statement(text: &str, offset: usize, end: usize) -> Option<usize> {
    let mut end = end;
    while let Some(line) = text.get(offset..end)?.rfind('\n') {
        let start = offset + line + 1;
        if is_statement(&text[start..]) {
            return Some(start);
        }
        end = offset + line;
    }
    None
}

/// Reads the import at `offset`, which may change the keywords, and returns its end.
fn keyword_clause(
    builder: &mut ModuleBuilder,
    source: SourceId,
    text: &str,
    offset: usize,
    keywords: &mut Keywords,
) -> usize {
    let chunk = Chunk::new(source, text, offset, *keywords);
    match chunk.parse(Rule::keyword_clause) {
        Ok(pairs) => builder.keyword_clause(&chunk, pairs, keywords),
        Err(error) => {
            let (place, diagnostic) = syntax_errors::syntax_error(&chunk, &error);
            builder.push_error(diagnostic);
            next_statement(text, place.max(offset))
        }
    }
}

/// Parses one term of v1, such as a test's input.
///
/// # Errors
///
/// Returns the errors of [`module()`], or an error if the text is not exactly one term.
pub fn term(text: &str) -> Result<ast::Term, Diagnostics> {
    let source = SourceId::default();
    let scan = scan::scan(source, text).map_err(Diagnostics)?;
    let chunk = Chunk::new(source, text, 0, Keywords::of(RegoVersion::V1));
    let parse = || {
        let pairs = chunk
            .parse(Rule::single_term)
            .map_err(|error| syntax_errors::syntax_error(&chunk, &error).1)?;
        TermBuilder::new(&chunk, RegoVersion::V1).single(pairs)
    };
    with_stack_for(scan.depth, parse).map_err(Diagnostics::from)
}

/// Runs a function that recurses into brackets nested `depth` deep. If the thread's stack may be
/// too small, the function gets a stack of its own.
fn with_stack_for<T>(depth: usize, run: impl FnOnce() -> T) -> T {
    let need = STACK_PER_LEVEL * (depth + 1);
    stacker::maybe_grow(need, need, run)
}

/// Returns the offset at which parsing continues after an error at `offset`: the next line that
/// starts with a word except `else`.
fn next_statement(text: &str, offset: usize) -> usize {
    let mut start = offset;
    while let Some(length) = text.get(start..).and_then(|rest| rest.find('\n')) {
        start += length + 1;
        if is_statement(&text[start..]) {
            return start;
        }
    }
    text.len()
}

/// Returns `true` if a text begins with a word except `else`.
fn is_statement(text: &str) -> bool {
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    word && !text.starts_with("else")
}
