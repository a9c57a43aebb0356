//! Imports that are never used.

use std::collections::HashSet;

use crate::ast::{self, HeadKind, Import, LiteralKind, Module, TermKind};
use crate::diagnostics::{Diagnostic, Group, Lint};
use crate::lints::Findings;
use crate::source::Span;

/// An import is never used.
pub(in crate::lints) static UNUSED_IMPORT: Lint = Lint {
    name: "unused-import",
    group: Group::Style,
    summary: "an import is never used",
    page: include_str!("../pages/unused-import.md"),
};

/// Reports imports whose name no term begins with. A local variable of that name counts as a use.
/// `v0` is `true` in the version in which keywords must be imported.
pub(super) fn check(module: &Module, text: &str, v0: bool, findings: &mut Findings) {
    let mut used: HashSet<&str> = HashSet::new();
    for rule in &module.rules {
        ast::walk::terms(rule, &mut |term| {
            let head = match &term.kind {
                TermKind::Ref(reference) => &reference.head.kind,
                kind => kind,
            };
            if let TermKind::Var(name) = head {
                used.insert(name);
            }
        });
    }
    for import in &module.imports {
        if is_language(import) {
            if v0 && let Some(keyword) = unused_keyword(import, module) {
                let message = format!("import of the keyword `{keyword}`, which is never used");
                findings.report(finding(text, import.span, message));
            }
            continue;
        }
        let Some(name) = import.alias.as_ref().map(|alias| &alias.text).or(import.path.last())
        else {
            continue;
        };
        if !used.contains(&**name) {
            let message = format!("import `{name}` is never used");
            findings.report(finding(text, import.span, message));
        }
    }
}

fn finding(text: &str, import: Span, message: String) -> Diagnostic {
    Diagnostic::warning(&UNUSED_IMPORT, import, message).with_help("remove the import").with_fix(
        true,
        with_comments(text, import),
        "",
    )
}

/// Returns the keyword that an import names, if the module never uses it. The import of
/// `every` makes `in` a keyword, too.
fn unused_keyword<'i>(import: &'i Import, module: &Module) -> Option<&'i str> {
    let [future, keywords, keyword] = &import.path[..] else { return None };
    if [&**future, &**keywords] != ["future", "keywords"] {
        return None;
    }
    let mut used = false;
    for rule in &module.rules {
        match &**keyword {
            "if" => {
                used |= rule.head.uses_if || rule.branches.iter().any(|branch| branch.uses_if);
            }
            "contains" => used |= matches!(rule.head.kind, HeadKind::Set { contains: true, .. }),
            "in" | "every" => {
                ast::walk::bodies(rule, &mut |body| {
                    used |= body.literals.iter().any(|literal| match literal.kind {
                        LiteralKind::Every { .. } => true,
                        LiteralKind::SomeIn { .. } => &**keyword == "in",
                        _ => false,
                    });
                });
                ast::walk::terms(rule, &mut |term| {
                    used |= &**keyword == "in" && matches!(term.kind, TermKind::In(_));
                });
            }
            _ => used = true,
        }
    }
    (!used).then_some(&**keyword)
}

/// Returns the place of an import with the comments that belong to it: one on its own line, and those
/// directly above. Comments above a group of imports belong to the group, so they are not included if
/// another import is on the next line or on the line before the comments.
fn with_comments(text: &str, import: Span) -> Span {
    let (start, end) = (import.start as usize, import.end as usize);
    let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return import };
    let line = after.split('\n').next().unwrap_or_default();
    let is_comment = |line: &str| line.trim_start().starts_with('#');
    let is_blank = |line: &str| line.trim().is_empty();
    if !is_blank(before.rsplit('\n').next().unwrap_or_default())
        || !(is_blank(line) || is_comment(line))
    {
        return import;
    }
    let stop = if is_comment(line) { end + line.trim_end().len() } else { end };
    let is_import = |line: &str| line.trim_start().starts_with("import");
    let next = after.split('\n').nth(1).unwrap_or_default();
    let above = before.rsplit('\n').skip(1).take_while(|line| is_comment(line)).count();
    let head = before.rsplit('\n').nth(above + 1).unwrap_or_default();
    let own = above > 0 && !is_import(next) && !is_import(head);
    let length: usize =
        before.rsplit('\n').take(above + 1).map(|line| line.len() + 1).sum::<usize>() - 1;
    let first = if own { before.len() - length } else { start };
    let offset = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    Span { start: offset(first), end: offset(stop), ..import }
}

/// Returns `true` if the import is of a part of the language: `rego.v1`, `future.keywords`.
fn is_language(import: &Import) -> bool {
    import.path.first().is_some_and(|root| matches!(&**root, "future" | "rego"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_of_an_import_are_removed_with_it() {
        for (text, rest) in [
            ("package p\n\n# a\n# b\nimport data.x # c\n\nq = 1", "package p\n\n\n\nq = 1"),
            ("package p\n# a\n\nimport data.x\nq = 1", "package p\n# a\n\n\nq = 1"),
            ("package p\n# all\nimport data.x\nimport data.y", "package p\n# all\n\nimport data.y"),
            ("package p\nimport data.y\n# a\nimport data.x", "package p\nimport data.y\n# a\n"),
            ("package p; import data.x # both", "package p;  # both"),
        ] {
            let start = text.find("import data.x").expect("an import");
            let offset = |offset| u32::try_from(offset).expect("a short text");
            let source = crate::source::SourceId(0);
            let span = Span { source, start: offset(start), end: offset(start + 13) };
            let Span { start, end, .. } = with_comments(text, span);
            let found = [&text[..start as usize], &text[end as usize..]].concat();
            assert_eq!(found, rest, "{text}");
        }
    }
}
