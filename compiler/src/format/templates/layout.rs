//! Moves the lines of a target's `rego` and `libs` below `code`, or adds a version to its `code`.

use std::ops::Range;

use super::super::document::{code_sources, version_of};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::RegoVersion;
use crate::yaml::{Block, Kind, Node};

/// Another text for a range of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// Returns the edits that make the Rego of a target v1. There are none if it is v1 already.
///
/// # Errors
///
/// Returns a diagnostic at a part of the target that cannot be changed line by line.
pub(super) fn edits(text: &str, target: &Node) -> Result<Vec<Edit>, Diagnostic> {
    let has_text = |node: &&Node| node.as_str().is_some_and(|text| !text.is_empty());
    if let Some(rego) = target.get("rego").filter(has_text) {
        return match target.get("code") {
            Some(_) => {
                Err(stays(rego, "a target that has `rego` and `code`", "remove one of them"))
            }
            None => moved(text, target),
        };
    }
    let old = code_sources(target).filter(|source| version_of(source) == RegoVersion::V0);
    old.map(|source| with_version(text, source)).collect()
}

/// Returns the warning about a part that stays as it is.
fn stays(node: &Node, found: &str, help: &str) -> Diagnostic {
    let message = format!("the Rego of this target is not rewritten to v1: found {found}");
    Diagnostic::new(Code::Unsupported, node.place(), message).with_help(help)
}

fn irregular(node: &Node) -> Diagnostic {
    stays(
        node,
        "YAML other than a block mapping without anchors and aliases",
        "write `rego` and `libs` on lines of their own in block style",
    )
}

fn other_scalar(node: &Node) -> Diagnostic {
    stays(
        node,
        "Rego that is not a literal block",
        "write the Rego as a literal block, which begins with `|`",
    )
}

/// A field whose lines are moved: from its key to the end of its last line with content.
struct Field {
    key: usize,
    end: usize,
}

/// Returns the edits that move `rego` and `libs` of a target below `code`.
fn moved(text: &str, target: &Node) -> Result<Vec<Edit>, Diagnostic> {
    let Kind::Mapping(pairs) = &target.kind else { return Err(irregular(target)) };
    let column = block_column(text, target).ok_or_else(|| irregular(target))?;
    let mut fields = Vec::new();
    for (index, (key, value)) in pairs.iter().enumerate() {
        if matches!(key.as_str(), Some("rego" | "libs")) {
            fields.push((index, field(text, key, value)?));
        }
    }
    let Some((_, first)) = fields.first() else { return Ok(Vec::new()) };
    let dashes = line_start(text, target.span.start as usize);
    let line_end =
        if text[..line_after(text, first.key)].ends_with("\r\n") { "\r\n" } else { "\n" };
    let indent = |levels: usize| " ".repeat(column + levels);
    let inset = list_inset(text, dashes);
    let mut new = format!(
        "code:{line_end}{}- engine: Rego{line_end}{}source:{line_end}{}version: v1{line_end}",
        indent(inset),
        indent(inset + 2),
        indent(inset + 4)
    );
    let shift = inset + 4;
    let mut edits = Vec::new();
    let mut end = first.key;
    new.push_str(&" ".repeat(column));
    for (position, (index, field)) in fields.iter().enumerate() {
        let follows = position == 0 || fields[position - 1].0 + 1 == *index;
        let begin = if follows { end } else { comments_before(text, line_start(text, field.key)) };
        let lines = text.get(begin..field.end).unwrap_or_default();
        if !follows && !lines.ends_with('\n') {
            let help = "end the last line of the file";
            return Err(stays(&pairs[*index].0, "a field that cannot be moved", help));
        }
        shifted(lines, shift, &mut new);
        if follows {
            end = field.end;
        } else {
            edits.push(Edit { range: begin..field.end, text: String::new() });
        }
    }
    edits.insert(0, Edit { range: first.key..end, text: new });
    Ok(edits)
}

/// Returns the edit that makes the version of a source of `code` v1.
fn with_version(text: &str, source: &Node) -> Result<Edit, Diagnostic> {
    let Kind::Mapping(pairs) = &source.kind else { return Err(irregular(source)) };
    let column = block_column(text, source).ok_or_else(|| irregular(source))?;
    for (key, value) in pairs.iter() {
        if matches!(key.as_str(), Some("rego" | "libs")) {
            field(text, key, value)?;
        }
    }
    let version = pairs.iter().find(|(key, _)| key.as_str() == Some("version"));
    if let Some((key, value)) = version {
        let range = value.span.start as usize..value.span.end as usize;
        let between = text.get(key.span.end as usize..range.start).unwrap_or_default();
        let plain = between.strip_prefix(':').is_some_and(|rest| rest.trim_matches(' ').is_empty());
        if !plain || range.is_empty() || text[range.clone()].contains('\n') {
            return Err(irregular(value));
        }
        return Ok(Edit { range, text: "v1".to_owned() });
    }
    let start = source.span.start as usize;
    let line = line_start(text, start);
    if start - line != column || !text[line..start].bytes().all(|byte| byte == b' ') {
        return Err(irregular(source));
    }
    let line_end = if text[..line_after(text, start)].ends_with("\r\n") { "\r\n" } else { "\n" };
    Ok(Edit { range: start..start, text: format!("version: v1{line_end}{}", " ".repeat(column)) })
}

/// Returns the column of the keys of a block mapping. Each key must begin its line, except that the
/// dashes of lists may precede the first one.
fn block_column(text: &str, mapping: &Node) -> Option<usize> {
    let Kind::Mapping(pairs) = &mapping.kind else { return None };
    let mut column = None;
    let mut last = mapping.span.start as usize;
    for (index, (key, _)) in pairs.iter().enumerate() {
        let start = key.span.start as usize;
        let line = line_start(text, start);
        let before = text.get(line..start)?;
        let allowed = |byte: u8| byte == b' ' || index == 0 && byte == b'-';
        let begins = if index == 0 { start == last } else { start > last };
        if !begins
            || !before.bytes().all(allowed)
            || column.is_some_and(|column| column != before.len())
        {
            return None;
        }
        column = Some(before.len());
        last = start;
    }
    column
}

/// Returns the number of columns by which the dash of a list's first item is to the right of the
/// key before it, so that another list has the same style. `line` is the start of the item's line.
fn list_inset(text: &str, line: usize) -> usize {
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_key = |line: &&str| {
        let content = line.trim();
        !content.is_empty() && !content.starts_with('#') && !content.starts_with('-')
    };
    let before = text[..line].lines().rev().find(is_key);
    let dash = indentation(&text[line..]);
    match before {
        Some(before) if before.trim_end().ends_with(':') => {
            dash.saturating_sub(indentation(before)).min(4)
        }
        _ => 0,
    }
}

/// Returns the lines of the field `rego` or `libs`.
fn field(text: &str, key: &Node, value: &Node) -> Result<Field, Diagnostic> {
    let start = key.span.start as usize;
    let rest = text.get(key.span.end as usize..).and_then(|rest| rest.strip_prefix(':'));
    let after_key = key.span.end as usize + 1;
    if rest.is_none() {
        return Err(irregular(key));
    }
    let Some(items) = value.items() else {
        return Ok(Field { key: start, end: literal_end(text, after_key, value, "")? });
    };
    let mut end = after_key;
    for item in items {
        end = literal_end(text, end, item, "-")?;
    }
    if items.is_empty() {
        end = line_after(text, after_key);
        if text[after_key..end].trim() != "[]" {
            return Err(irregular(value));
        }
    }
    Ok(Field { key: start, end })
}

/// Returns the end of the literal block `node`. Between `start` and the block there may only be
/// blank lines, comments and `dash`.
fn literal_end(text: &str, start: usize, node: &Node, dash: &str) -> Result<usize, Diagnostic> {
    let begin = node.span.start as usize;
    let Some(between) = text.get(start..begin) else { return Err(irregular(node)) };
    let content = between.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut content = content.filter(|line| !line.starts_with('#'));
    if content.next().unwrap_or_default() != dash || content.next().is_some() {
        return Err(irregular(node));
    }
    let block = Block::of(text, node).ok_or_else(|| other_scalar(node))?;
    Ok(line_after(text, block.body.end))
}

/// Returns the start of the comment lines directly before the line that begins at `line`.
fn comments_before(text: &str, line: usize) -> usize {
    let mut begin = line;
    while begin > 0 {
        let before = line_start(text, begin - 1);
        if !text[before..begin].trim_start().starts_with('#') {
            break;
        }
        begin = before;
    }
    begin
}

/// Appends lines with `shift` more spaces before each that is not empty.
fn shifted(lines: &str, shift: usize, to: &mut String) {
    for line in lines.split_inclusive('\n') {
        if !line.trim_end_matches(['\r', '\n']).is_empty() {
            to.extend(std::iter::repeat_n(' ', shift));
        }
        to.push_str(line);
    }
}

/// Returns the offset at which the line of a byte begins.
fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Returns the offset after the line of a byte, with its line end.
fn line_after(text: &str, offset: usize) -> usize {
    text[offset..].find('\n').map_or(text.len(), |newline| offset + newline + 1)
}
