//! Formats Rego as `opa fmt` does.
//!
//! ```text
//! package a                           package a
//!
//! p[x]{x:=input["y"][_]  #c    →      p[x] { #c
//!   x>1}                                  x := input.y[_]
//!                                         x > 1
//!                                     }
//! ```
//!
//! `tree` builds OPA's syntax tree of the module, with the places of its nodes, and `writer` writes it.
//! The result is read again: its tree must be equal to that of the source, and it must have the same
//! comments. Therefore a formatted module has the answers of its source.

mod comments;
mod document;
mod location;
mod templates;
mod tree;
mod upgrade;
mod writer;

#[cfg(test)]
mod tests;

use crate::ast::Module;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::parse;
use crate::source::{RegoVersion, Source, SourceId, Span};

pub use document::{Change, Formatted, format_document, rewrite};
pub use templates::upgrade_document;
pub(crate) use upgrade::keyword_names;
pub use upgrade::upgrade;

use comments::Comment;
use location::Text;
use writer::{Directives, Target};

/// The stack that formatting may take: it recurses into brackets and operators, whose numbers the
/// parser bounds.
const STACK: usize = 64 << 20;

/// The maximum number of times that a module is formatted until formatting changes nothing.
const ROUNDS: usize = 8;

/// Formats a module. The result has the version of Rego of the source, and formatting it again
/// changes nothing.
///
/// # Errors
///
/// Returns the errors of [`parse::module`]. If the result would not be equivalent to the source,
/// returns `Code::Internal`.
pub fn format(source: &Source) -> Result<String, Diagnostics> {
    stacker::maybe_grow(STACK / 2, STACK, || {
        let mut text = once(&source.text, source.version)?;
        for _ in 1..ROUNDS {
            let again = once(&text, source.version)?;
            if again == text {
                return Ok(text);
            }
            text = again;
        }
        Err(unstable())
    })
}

/// Formats a module once, as `opa fmt` does.
///
/// # Errors
///
/// Returns the errors of [`format()`].
pub fn once(text: &str, version: RegoVersion) -> Result<String, Diagnostics> {
    let module = parse::module(SourceId(0), text, version)?;
    let target = target(version);
    let index = Text::new(text);
    let tree = tree::module(&index, &module);
    let write = |verbatim: &[usize]| {
        let comments = Comment::all(&index, &module.comments);
        writer::write(&index, &tree, comments, (&target, verbatim))
    };
    let output = write(&[]);
    let Some(fault) = difference(&output.text, &target, &module, &tree) else {
        return Ok(output.text);
    };
    // Comments at unusual places can break a rule. Such a rule stays as it is.
    let commented = rules_with_comments(&index, &tree, &module);
    for verbatim in [output.unexpected, commented] {
        let output = write(&verbatim);
        if difference(&output.text, &target, &module, &tree).is_none() {
            return Ok(output.text);
        }
    }
    Err(internal(fault))
}

fn target(version: RegoVersion) -> Target {
    match version {
        RegoVersion::V0 => Target::V0,
        RegoVersion::V1 => Target::V1,
    }
}

/// Returns the indexes of the rules with a comment in their lines.
fn rules_with_comments(index: &Text<'_>, tree: &tree::Module, module: &Module) -> Vec<usize> {
    let rows: Vec<usize> =
        module.comments.iter().map(|comment| index.row(comment.span.start as usize)).collect();
    let commented = |rule: &tree::Rule| {
        let last = index.row(rule.location.end);
        let first = rows.partition_point(|&row| row < rule.location.row);
        rows.get(first).is_some_and(|&row| row <= last)
    };
    (0..tree.rules.len()).filter(|&number| commented(&tree.rules[number])).collect()
}

/// Returns `true` if `text` is a module with the syntax tree and the comments of `source`.
pub fn same(source: &Source, text: &str) -> bool {
    let Ok(module) = parse::module(SourceId(0), &source.text, source.version) else { return false };
    let tree = tree::module(&Text::new(&source.text), &module);
    difference(text, &target(source.version), &module, &tree).is_none()
}

/// Returns the difference between a module and its formatted text, if there is one.
fn difference(
    text: &str,
    target: &Target,
    module: &Module,
    expected: &tree::Module,
) -> Option<&'static str> {
    let version = if *target == Target::V0 { RegoVersion::V0 } else { RegoVersion::V1 };
    let Ok(formatted) = parse::module(SourceId(0), text, version) else {
        return Some("it does not parse");
    };
    let index = Text::new(text);
    let found = tree::module(&index, &formatted);
    if found.rules != expected.rules || found.package != expected.package {
        return Some("its syntax tree differs");
    }
    if imports(&found, target) != imports(expected, target) {
        return Some("its imports differ");
    }
    if comments(&formatted) != comments(module) {
        return Some("its comments differ");
    }
    None
}

/// Returns the imports in a canonical order, without redundant ones.
fn imports<'m>(module: &'m tree::Module, target: &Target) -> Vec<(Vec<&'m str>, Option<&'m str>)> {
    let directives = Directives::of(module, target);
    let mut imports: Vec<_> = module
        .imports
        .iter()
        .filter(|import| !directives.make_redundant(import))
        .map(|import| {
            let names: Vec<&str> = import.names.iter().map(AsRef::as_ref).collect();
            (names, import.alias.as_deref())
        })
        .collect();
    imports.sort();
    imports
}

/// Returns the texts of the comments, sorted: an import takes its comment along.
fn comments(module: &Module) -> Vec<&str> {
    let mut texts: Vec<&str> =
        module.comments.iter().map(|comment| comment.text.trim_end()).collect();
    texts.sort_unstable();
    texts
}

fn internal(fault: &str) -> Diagnostics {
    let message =
        format!("internal error: the formatted module is not that of the source: {fault}");
    Diagnostic::new(Code::Internal, Span::default(), message)
        .with_help("the source is unchanged; please report it as an issue")
        .into()
}

fn unstable() -> Diagnostics {
    let message = "internal error: formatting does not come to an end";
    Diagnostic::new(Code::Internal, Span::default(), message).into()
}
