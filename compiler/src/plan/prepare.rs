//! Patterns of regular expressions and globs that are literals are checked and translated now, and
//! become statics of the Rust.
//!
//! What Go refuses is left to the builtin, which fails at run time: OPA accepts such a policy.

use std::sync::Arc;

use ferrego_runtime::builtins::prepare;

use crate::hir::Constant;
use crate::plan::{Call, Callee, Expr, Program, visit};

/// Index of a pattern in [`Program::patterns`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternId(pub usize);

/// A literal pattern with what stands for it in the Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// A regular expression that only has to match, as comparisons with texts.
    Texts {
        /// Go's pattern.
        source: Arc<str>,
        /// The texts.
        texts: prepare::Texts,
    },
    /// A regular expression as one of the `regex` crate.
    Regex {
        /// Go's pattern.
        source: Arc<str>,
        /// Its translation.
        regex: prepare::Regex,
    },
    /// A glob.
    Glob {
        /// The pattern.
        source: Arc<str>,
        /// What its stars stop at.
        delimiters: Vec<char>,
    },
}

/// A call with a prepared pattern.
#[derive(Clone, Debug)]
pub struct Prepared<'p> {
    /// The pattern.
    pub pattern: PatternId,
    /// The function that takes it, below `ferrego_runtime::builtins`.
    pub function: &'static str,
    /// The other arguments, in order.
    pub arguments: Vec<&'p Expr>,
}

/// Notes in `program` the literal patterns that are prepared, each once, in the order of the
/// calls.
pub fn patterns(program: &mut Program) {
    let mut patterns = std::mem::take(&mut program.patterns);
    for function in &program.functions {
        visit::expressions(&function.body, &mut |expr| {
            if let Expr::Call(call) = expr
                && let Some(wanted) = wanted(call)
                && find(&patterns, &wanted.literal).is_none()
            {
                patterns.extend(wanted.literal.prepared());
            }
        });
    }
    program.patterns = patterns;
}

impl Program {
    /// The call as one with a prepared pattern, if it is.
    pub fn prepared<'p>(&self, call: &'p Call) -> Option<Prepared<'p>> {
        if self.patterns.is_empty() {
            return None;
        }
        let Wanted { literal, function, arguments } = wanted(call)?;
        let pattern = find(&self.patterns, &literal)?;
        Some(Prepared { pattern, function, arguments })
    }
}

/// The pattern of a literal.
fn find(patterns: &[Pattern], literal: &Literal) -> Option<PatternId> {
    patterns.iter().position(|pattern| pattern.stands_for(literal)).map(PatternId)
}

/// A pattern as a call has it.
#[derive(Clone, Debug)]
enum Literal {
    /// A regular expression that only has to match.
    Match(Arc<str>),
    Regex(Arc<str>),
    Glob(Arc<str>, Vec<char>),
}

impl Literal {
    /// The pattern that stands for it; `None` where it is invalid.
    fn prepared(self) -> Option<Pattern> {
        match self {
            Literal::Match(source) => match prepare::texts(&source) {
                Some(texts) => Some(Pattern::Texts { source, texts }),
                None => Literal::Regex(source).prepared(),
            },
            Literal::Regex(source) => {
                prepare::regex(&source).map(|regex| Pattern::Regex { source, regex })
            }
            Literal::Glob(source, delimiters) => {
                prepare::is_glob(&source).then_some(Pattern::Glob { source, delimiters })
            }
        }
    }
}

impl Pattern {
    fn stands_for(&self, literal: &Literal) -> bool {
        match (self, literal) {
            (Pattern::Texts { source, .. }, Literal::Match(asked))
            | (Pattern::Regex { source, .. }, Literal::Match(asked) | Literal::Regex(asked)) => {
                source == asked
            }
            (Pattern::Glob { source, delimiters }, Literal::Glob(asked, between)) => {
                source == asked && delimiters == between
            }
            _ => false,
        }
    }

    /// Whether it is what its literal gives.
    pub(super) fn is_sound(&self) -> bool {
        let literal = match self {
            Pattern::Texts { source, .. } => Literal::Match(source.clone()),
            Pattern::Regex { source, .. } => Literal::Regex(source.clone()),
            Pattern::Glob { source, delimiters } => {
                Literal::Glob(source.clone(), delimiters.clone())
            }
        };
        literal.prepared().as_ref() == Some(self)
    }
}

/// What a call would have prepared.
struct Wanted<'c> {
    literal: Literal,
    function: &'static str,
    arguments: Vec<&'c Expr>,
}

fn wanted(call: &Call) -> Option<Wanted<'_>> {
    let Callee::Builtin(builtin) = call.callee else { return None };
    if call.mock.is_some() {
        return None;
    }
    match (builtin.name, call.arguments.as_slice()) {
        ("regex.match" | "re_match", [pattern, text]) => Some(Wanted {
            literal: Literal::Match(string(pattern)?.clone()),
            function: "regex::prepared::matches",
            arguments: vec![text],
        }),
        ("regex.template_match", [template, text, start, end]) => {
            let pattern = prepare::template(string(template)?, string(start)?, string(end)?)?;
            Some(Wanted {
                literal: Literal::Match(pattern.into()),
                function: "regex::prepared::matches",
                arguments: vec![text],
            })
        }
        ("regex.split", [pattern, text]) => {
            searching(pattern, "regex::prepared::split", vec![text])
        }
        ("regex.find_n", [pattern, text, count]) => {
            searching(pattern, "regex::prepared::find_n", vec![text, count])
        }
        ("regex.find_all_string_submatch_n", [pattern, text, count]) => {
            let function = "regex::prepared::find_all_string_submatch_n";
            searching(pattern, function, vec![text, count])
        }
        ("regex.replace", [text, pattern, template]) => {
            searching(pattern, "regex::prepared::replace", vec![text, template])
        }
        ("glob.match", [pattern, delimiters, text]) => Some(Wanted {
            literal: Literal::Glob(string(pattern)?.clone(), characters(delimiters)?),
            function: "glob::prepared::matches",
            arguments: vec![text],
        }),
        _ => None,
    }
}

fn searching<'c>(
    pattern: &Expr,
    function: &'static str,
    arguments: Vec<&'c Expr>,
) -> Option<Wanted<'c>> {
    let literal = Literal::Regex(string(pattern)?.clone());
    Some(Wanted { literal, function, arguments })
}

fn string(expr: &Expr) -> Option<&Arc<str>> {
    match expr {
        Expr::Constant(Constant::String(text)) => Some(text),
        _ => None,
    }
}

/// The delimiters that a literal means: none for null, and the point for an empty array.
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
