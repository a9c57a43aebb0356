//! Comments that allow findings: `# ferrego: allow(unused-import) the reason`.
//!
//! A comment applies to its own line or, if nothing else is on the line, to the next statement: a
//! literal, or a whole rule, import or package. Above `package` it applies to the whole module.

use std::ops::Range;

use super::levels::UnknownLint;
use super::subject::Subject;
use crate::ast::{Comment, Module};
use crate::diagnostics::{Code, Diagnostic, Group, Lint};
use crate::source::{Source, Span};

/// A comment names a lint that does not exist.
pub(super) static UNKNOWN_LINT: Lint = Lint {
    name: "unknown-lint",
    group: Group::Correctness,
    summary: "a comment allows a lint that does not exist",
    page: include_str!("pages/unknown-lint.md"),
};

/// A comment allows what is not found.
pub(super) static UNUSED_ALLOW: Lint = Lint {
    name: "unused-allow",
    group: Group::Style,
    summary: "a comment allows a lint that finds nothing there",
    page: include_str!("pages/unused-allow.md"),
};

/// A comment does not say why.
pub(super) static ALLOW_WITHOUT_REASON: Lint = Lint {
    name: "allow-without-reason",
    group: Group::Style,
    summary: "a comment allows a lint and gives no reason",
    page: include_str!("pages/allow-without-reason.md"),
};

/// A name in a comment.
struct Allowance<'p> {
    name: &'p str,
    name_span: Span,
    /// The allowed range of the source, in bytes.
    range: Range<usize>,
    used: bool,
}

/// Removes the findings that comments allow, and adds findings about the comments themselves.
pub(super) fn apply(subject: &Subject<'_>, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut own = Vec::new();
    let mut allowances = Vec::new();
    for (source, module) in subject.sources.iter().zip(subject.modules) {
        for comment in &module.comments {
            allowances.extend(read(source, module, comment, &mut own));
        }
    }
    let mut kept = Vec::with_capacity(found.len());
    for finding in found {
        let Code::Lint(lint) = finding.code else {
            kept.push(finding);
            continue;
        };
        let mut allowed = false;
        for allowance in &mut allowances {
            let place = finding.span;
            if place.source == allowance.name_span.source
                && allowance.range.contains(&(place.start as usize))
                && (allowance.name == lint.name || allowance.name == lint.group.as_str())
            {
                allowance.used = true;
                allowed = true;
            }
        }
        if !allowed {
            kept.push(finding);
        }
    }
    for Allowance { name, name_span, .. } in allowances.iter().filter(|allowance| !allowance.used) {
        let known = super::all().any(|lint| lint.name == *name)
            || Group::ALL.iter().any(|group| group.as_str() == *name);
        own.push(if known {
            let message = format!("expected a finding of `{name}` here, found none");
            Diagnostic::warning(&UNUSED_ALLOW, *name_span, message).with_help("remove the comment")
        } else {
            let error = UnknownLint::of(name);
            let warning = Diagnostic::warning(&UNKNOWN_LINT, *name_span, error.to_string());
            match error.closest {
                Some(closest) => warning.with_fix(false, *name_span, closest),
                None => warning,
            }
        });
    }
    kept.append(&mut own);
    kept
}

/// Reads a comment. Returns the lints that it allows, if it is one that does.
fn read<'p>(
    source: &Source,
    module: &Module,
    comment: &'p Comment,
    found: &mut Vec<Diagnostic>,
) -> Vec<Allowance<'p>> {
    let text = &*comment.text;
    let list = text.trim_start().strip_prefix("ferrego:").map(str::trim_start);
    let Some(list) = list.and_then(|rest| rest.strip_prefix("allow(")) else { return Vec::new() };
    let Some((names, reason)) = list.split_once(')') else { return Vec::new() };
    if reason.trim().is_empty() {
        let message = "expected a reason after the names, found none";
        found.push(
            Diagnostic::warning(&ALLOW_WITHOUT_REASON, comment.span, message)
                .with_help("`# ferrego: allow(unused-import) kept for the next rule` gives one"),
        );
    }
    let range = range_of(source, module, comment);
    let offset = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| {
            let start = comment.span.start + 1 + u32::try_from(offset(name)).unwrap_or(0);
            let end = start + u32::try_from(name.len()).unwrap_or(0);
            let name_span = Span { start, end, ..comment.span };
            Allowance { name, name_span, range: range.clone(), used: false }
        })
        .collect()
}

/// Returns the range of the source to which a comment applies.
fn range_of(source: &Source, module: &Module, comment: &Comment) -> Range<usize> {
    let text = &*source.text;
    let (start, end) = (comment.span.start as usize, comment.span.end as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    if !text[line_start..start].trim().is_empty() {
        return line_start..end;
    }
    let next = next_statement(text, end);
    if module.package.span.start as usize == next {
        return 0..text.len() + 1;
    }
    let spans = module.rules.iter().map(|rule| rule.span);
    let whole = spans.chain(module.imports.iter().map(|import| import.span));
    let item = whole.into_iter().find(|span| span.start as usize == next);
    let line_end = text[next..].find('\n').map_or(text.len(), |length| next + length);
    next..item.map_or(line_end, |span| (span.end as usize).max(line_end))
}

/// Returns the offset of the first text after `from` that is neither white space nor a comment.
fn next_statement(text: &str, from: usize) -> usize {
    let mut offset = from;
    while let Some(rest) = text.get(offset..) {
        let trimmed = rest.trim_start();
        let start = text.len() - trimmed.len();
        if !trimmed.starts_with('#') {
            return start;
        }
        offset = start + trimmed.find('\n').unwrap_or(trimmed.len());
    }
    text.len()
}
