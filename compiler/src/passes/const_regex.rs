//! Translates literal regular expressions and globs at compile time into statics.
//!
//! ```text
//! regex.match("^v[0-9]+$", tag)   # before
//! regex.match(pattern 1, tag)     # after; pattern 1 is a static of the module
//! ```
//!
//! A pattern that Go refuses is left to the builtin, which fails at run time: OPA accepts such a
//! policy.

use std::sync::Arc;

use ferrego_runtime::builtins::{LiteralPattern, prepare};

use crate::hir::Constant;
use crate::ir::{Call, Callee, Expr, Pattern, PatternCall, PatternId, Program, visit};

/// Translates the literal patterns of `program`, each once, in the order of the calls.
pub(super) fn run(program: &mut Program) {
    let patterns = &mut program.patterns;
    for function in &mut program.functions {
        visit::change_block(&mut function.body, &mut |expr| {
            if let Expr::Call(call) = expr
                && let Some(call) = translated(call, patterns)
            {
                *expr = Expr::Pattern(Box::new(call));
            }
        });
    }
}

/// Returns the call with its pattern among `patterns`, if the pattern is a literal.
fn translated(call: &Call, patterns: &mut Vec<Pattern>) -> Option<PatternCall> {
    let Callee::Builtin(builtin) = call.callee else { return None };
    if call.mock.is_some() {
        return None;
    }
    let (pattern, arguments) = literal(call, builtin.pattern)?;
    let known = patterns.iter().position(|known| pattern.is_served_by(known));
    let pattern = if let Some(known) = known {
        known
    } else {
        patterns.push(pattern.translate()?);
        patterns.len() - 1
    };
    let (context, at) = (call.context, call.at);
    let pattern = PatternId(pattern);
    Some(PatternCall { pattern, builtin, arguments, context, at })
}

/// A literal pattern of a call.
enum Source {
    /// A regular expression that is only tested for a match.
    Match(Arc<str>),
    /// A regular expression whose matches are used.
    Search(Arc<str>),
    /// A glob.
    Glob(Arc<str>, Vec<char>),
}

impl Source {
    fn translate(&self) -> Option<Pattern> {
        match self {
            Source::Match(source) => Pattern::matching(source),
            Source::Search(source) => Pattern::searching(source),
            Source::Glob(source, delimiters) => Pattern::glob(source, delimiters.clone()),
        }
    }

    fn is_served_by(&self, pattern: &Pattern) -> bool {
        match (pattern, self) {
            (Pattern::Texts { source, .. }, Source::Match(wanted))
            | (Pattern::Regex { source, .. }, Source::Match(wanted) | Source::Search(wanted)) => {
                source == wanted
            }
            (Pattern::Glob { source, delimiters }, Source::Glob(wanted, between)) => {
                source == wanted && delimiters == between
            }
            _ => false,
        }
    }
}

/// Returns the literal pattern of a call, and the operands other than the pattern.
fn literal(call: &Call, pattern: LiteralPattern) -> Option<(Source, Vec<Expr>)> {
    match (pattern, call.arguments.as_slice()) {
        (LiteralPattern::Match, [pattern, text]) => {
            Some((Source::Match(string(pattern)?.clone()), vec![text.clone()]))
        }
        (LiteralPattern::Template, [template, text, start, end]) => {
            let pattern = prepare::template(string(template)?, string(start)?, string(end)?)?;
            Some((Source::Match(pattern.into()), vec![text.clone()]))
        }
        (LiteralPattern::Search(index), operands) => {
            let source = Source::Search(string(operands.get(index)?)?.clone());
            let mut others = operands.to_vec();
            others.remove(index);
            Some((source, others))
        }
        (LiteralPattern::Glob, [pattern, delimiters, text]) => {
            let source = Source::Glob(string(pattern)?.clone(), characters(delimiters)?);
            Some((source, vec![text.clone()]))
        }
        _ => None,
    }
}

fn string(expr: &Expr) -> Option<&Arc<str>> {
    match expr {
        Expr::Constant(Constant::String(text)) => Some(text),
        _ => None,
    }
}

/// Returns the delimiters that a literal denotes: none for `null`, and `.` for an empty array.
fn characters(expr: &Expr) -> Option<Vec<char>> {
    match expr {
        Expr::Constant(Constant::Null) => Some(Vec::new()),
        Expr::Constant(Constant::Array(items)) if items.is_empty() => Some(vec!['.']),
        Expr::Constant(Constant::Array(items)) => items.iter().map(character).collect(),
        _ => None,
    }
}

fn character(constant: &Constant) -> Option<char> {
    let Constant::String(text) = constant else { return None };
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}
