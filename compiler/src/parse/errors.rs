//! The errors of the parser, its limits, and the spans of both.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{SourceId, Span};

/// The maximum nesting of brackets, and of terms in general. OPA limits the recursion of its
/// parser, with a far higher limit; no policy comes near either limit.
pub(super) const MAX_DEPTH: usize = 256;

/// The maximum nesting of bodies: those of rules, comprehensions, `every` and `not`. Most stages visit
/// the inner bodies again for each body around them.
pub(super) const MAX_BODIES: usize = 64;

/// The maximum number of operators between a term and the top of its expression. Each operator of a
/// chain makes the tree one level deeper, and every stage recurses into the tree.
pub(super) const MAX_OPERATORS: usize = 1024;

/// The maximum size of a source, in bytes. A cluster does not store larger templates: etcd refuses
/// objects over 1.5 MiB.
pub(super) const MAX_SOURCE: usize = 2 << 20;

/// The maximum number of terms in a definition with its `else` branches.
pub(super) const MAX_TERMS: usize = 100_000;

/// The maximum number of statements with syntax errors. For each, the parser copies the rest of the
/// source.
pub(super) const MAX_SYNTAX_ERRORS: usize = 1000;

/// Returns the span of the bytes `start..end` of a source.
pub(super) fn span(source: SourceId, start: usize, end: usize) -> Span {
    let byte = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    Span { source, start: byte(start), end: byte(end) }
}

/// Returns an error that OPA's parser reports.
pub(super) fn parse_error(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::Parse, span, message)
}

/// Returns the error for a source of `size` bytes, more than [`MAX_SOURCE`]. The place of the error
/// names the source.
pub(super) fn too_long(source: SourceId, size: usize) -> Diagnostic {
    let message = format!("the source has {size} bytes, over the limit of {MAX_SOURCE}");
    Diagnostic::new(Code::Unsupported, span(source, 0, 0), message)
        .with_help("move rules to a module of their own, or data out of the policy")
}

/// Returns the error for a rule of `count` terms, more than [`MAX_TERMS`].
pub(super) fn too_large(span: Span, rule: &str, count: usize) -> Diagnostic {
    let message = format!("the rule `{rule}` has {count} terms, over the limit of {MAX_TERMS}");
    Diagnostic::new(Code::Unsupported, span, message)
        .with_help("split the rule, or move data out of the policy")
}

/// Returns the error for more operators than [`MAX_OPERATORS`].
pub(super) fn too_many_operators(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Parse, span, "max parsing recursion depth exceeded").with_help(format!(
        "give a part of the expression a name; an expression may have {MAX_OPERATORS} operators"
    ))
}

/// Returns the error for bodies nested deeper than [`MAX_BODIES`].
pub(super) fn too_many_bodies(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Parse, span, "max parsing recursion depth exceeded").with_help(format!(
        "make a rule or a function of a part of the body; bodies may nest {MAX_BODIES} deep"
    ))
}

/// Returns the error for brackets nested deeper than [`MAX_DEPTH`].
pub(super) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Parse, span, "max parsing recursion depth exceeded")
        .with_help(format!("give a part of the term a name; terms may nest {MAX_DEPTH} deep"))
}
