//! Parses Rego text to a syntax tree.
//!
//! `scan` checks characters and nesting, and the grammar (`grammar.pest`) reads the text. `to_ast`
//! makes the tree and rejects the constructs that OPA's parser rejects. `syntax_errors` words the
//! errors.

mod errors;
mod grammar;
mod keywords;
mod scan;
mod syntax_errors;
mod to_ast;

#[cfg(test)]
mod tests;

use crate::ast;
use crate::diagnostics::Diagnostics;
use crate::source::{RegoVersion, SourceId};

use grammar::{Chunk, Rule};
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
    with_stack_for(scan.depth, || scanned_module(source_id, text, version, scan.comments))
}

fn scanned_module(
    source_id: SourceId,
    text: &str,
    version: RegoVersion,
    comments: Vec<ast::Comment>,
) -> Result<ast::Module, Diagnostics> {
    let mut builder = ModuleBuilder::new(source_id, version);
    let mut faults = Vec::new();
    let mut keywords = Keywords::of(version);
    let mut offset = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    while offset < text.len() && faults.len() < errors::MAX_SYNTAX_ERRORS {
        let chunk = Chunk::new(source_id, text, offset, keywords);
        match chunk.parse(Rule::statements) {
            Ok(pairs) => offset = builder.statements(&chunk, pairs),
            Err(error) => {
                let (place, diagnostic) = syntax_errors::syntax_error(&chunk, &error);
                faults.push(diagnostic);
                builder.skip_statements();
                offset = next_statement(text, place.max(offset));
                continue;
            }
        }
        if offset < text.len() {
            offset = keyword_clause(&mut builder, source_id, text, offset, &mut keywords);
        }
    }
    builder.finish(text, comments, faults)
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
        let rest = &text[start..];
        let word = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if word && !rest.starts_with("else") {
            return start;
        }
    }
    text.len()
}
