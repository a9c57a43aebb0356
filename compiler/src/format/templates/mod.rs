//! Rewrites the templates of a YAML file to v1.
//!
//! ```text
//! - target: admission.k8s.gatekeeper.sh       - target: admission.k8s.gatekeeper.sh
//!   rego: | # a comment                         code:
//!     package a                                 - engine: Rego
//!     violation[{"msg": "no"}] { … }     →        source:
//!                                                   version: v1
//!                                                   rego: | # a comment
//!                                                     package a
//!                                                     violation contains {"msg": "no"} if { … }
//! ```
//!
//! Gatekeeper reads v1 only in `code`, since 3.19. First the modules get their new text, then [`layout`] moves the
//! lines of `rego` and `libs`. After each step the document is read again: it must differ from the
//! source only in the Rego, and then only in the place of the two fields.

mod layout;

use super::document::{
    Change, Document, Formatted, add, code_sources, equal, for_each_document, targets, version_of,
};
use crate::diagnostics::Notice;
use crate::source::RegoVersion;
use crate::yaml::{Kind, Node};

use layout::{Edit, edits};

/// Rewrites the templates of the YAML file `name`, whose content is `text`, to v1. `change` rewrites
/// a module. A target whose YAML cannot be changed line by line stays as it is; a warning says so.
///
/// # Errors
///
/// Returns the errors of [`super::rewrite`].
pub fn upgrade_document(
    name: &str,
    text: &str,
    change: &mut Change<'_>,
) -> Result<Formatted, Vec<Notice>> {
    for_each_document(name, text, &mut |document| upgrade(document, change))
}

fn upgrade(document: &mut Document<'_>, change: &mut Change<'_>) -> Result<String, ()> {
    let part = document.part;
    let Some(root) = document.load()? else { return Ok(part.text.to_owned()) };
    let (mut changed, mut modules) = (Vec::new(), Vec::new());
    for (index, target) in targets(&root).into_iter().enumerate() {
        match edits(part.text, target) {
            Ok(edits) if edits.is_empty() => {}
            Ok(_) => {
                changed.push(index);
                add(target, RegoVersion::V0, &mut modules);
                for source in code_sources(target) {
                    add(source, version_of(source), &mut modules);
                }
            }
            Err(warning) => {
                let warning = document.notice(&warning).as_warning();
                document.warnings.push(warning);
            }
        }
    }
    modules.retain(|(_, version)| *version == RegoVersion::V0);
    let text = document.replace(&root, modules, change)?;
    let upgraded = match part.with_text(&text).load() {
        Ok(Some(root)) => moved(&text, &root, &changed),
        _ => None,
    };
    let equivalent = upgraded.filter(|(text, old, starts)| match part.with_text(text).load() {
        Ok(Some(new)) => is_upgraded(old, &new, starts),
        _ => false,
    });
    let Some((text, ..)) = equivalent else {
        document.differs(&root);
        return Err(());
    };
    Ok(text)
}

/// Changes the targets with the indexes `changed`. Returns the new text, the root before the
/// change, and the places of the changed targets in it.
fn moved(text: &str, root: &Node, changed: &[usize]) -> Option<(String, Node, Vec<u32>)> {
    let (mut all, mut starts): (Vec<Edit>, Vec<u32>) = (Vec::new(), Vec::new());
    for (index, target) in targets(root).into_iter().enumerate() {
        // An alias names a target that is changed once.
        if changed.contains(&index) && !starts.contains(&target.span.start) {
            all.extend(edits(text, target).ok()?);
            starts.push(target.span.start);
        }
    }
    all.sort_by_key(|edit| edit.range.start);
    let mut result = String::with_capacity(text.len() * 2);
    let mut end = 0;
    for edit in &all {
        result.push_str(text.get(end..edit.range.start)?);
        result.push_str(&edit.text);
        end = edit.range.end;
    }
    result.push_str(text.get(end..)?);
    Some((result, root.clone(), starts))
}

/// Returns `true` if the trees are equal, except that the targets at `starts` are upgraded.
fn is_upgraded(old: &Node, new: &Node, starts: &[u32]) -> bool {
    match (&old.kind, &new.kind) {
        (Kind::Mapping(_), Kind::Mapping(_)) if starts.contains(&old.span.start) => {
            is_moved(old, new).unwrap_or_else(|| has_version(old, new))
        }
        (Kind::Sequence(one), Kind::Sequence(other)) => {
            one.len() == other.len()
                && one.iter().zip(other.iter()).all(|(one, other)| is_upgraded(one, other, starts))
        }
        (Kind::Mapping(one), Kind::Mapping(other)) => {
            one.len() == other.len()
                && one.iter().zip(other.iter()).all(|(one, other)| {
                    equal(&one.0, &other.0, &[]) && is_upgraded(&one.1, &other.1, starts)
                })
        }
        _ => equal(old, new, &[]),
    }
}

type Pair = (Node, Node);

/// Returns the pairs of a mapping whose keys are, or are not, among `names`.
fn pairs<'n>(node: &'n Node, names: &[&str], among: bool) -> Vec<&'n Pair> {
    let Kind::Mapping(pairs) = &node.kind else { return Vec::new() };
    let is_among = |(key, _): &&Pair| key.as_str().is_some_and(|key| names.contains(&key)) == among;
    pairs.iter().filter(is_among).collect()
}

fn are_equal(old: &[&Pair], new: &[&Pair]) -> bool {
    old.len() == new.len()
        && old
            .iter()
            .zip(new)
            .all(|(old, new)| equal(&old.0, &new.0, &[]) && equal(&old.1, &new.1, &[]))
}

/// Returns `true` if `new` has the fields of `old`, with `rego` and `libs` in its `code`. Returns
/// `None` if `old` has `code` already.
fn is_moved(old: &Node, new: &Node) -> Option<bool> {
    const FIELDS: [&str; 2] = ["rego", "libs"];
    if old.get("code").is_some() {
        return None;
    }
    let [entry] = new.get("code").and_then(Node::items)? else { return Some(false) };
    let source = entry.get("source")?;
    let is = |node: &Node, key, value| node.get(key).and_then(Node::as_str) == Some(value);
    Some(
        is(entry, "engine", "Rego")
            && pairs(entry, &[], false).len() == 2
            && is(source, "version", "v1")
            && are_equal(&pairs(old, &FIELDS, true), &pairs(source, &["version"], false))
            && are_equal(&pairs(old, &FIELDS, false), &pairs(new, &["code"], false)),
    )
}

/// Returns `true` if the sources of `code` have the fields of those of `old`, and are v1.
fn has_version(old: &Node, new: &Node) -> bool {
    let entries = |node| {
        let code = Node::get(node, "code").and_then(Node::items);
        code.unwrap_or_default().iter().collect::<Vec<_>>()
    };
    let (before, after) = (entries(old), entries(new));
    before.len() == after.len()
        && are_equal(&pairs(old, &["code"], false), &pairs(new, &["code"], false))
        && before.iter().zip(&after).all(|(before, after)| {
            let rego = before.get("engine").and_then(Node::as_str) == Some("Rego");
            match (before.get("source"), after.get("source")) {
                (Some(one), Some(other)) if rego => {
                    version_of(other) == RegoVersion::V1
                        && are_equal(
                            &pairs(one, &["version"], false),
                            &pairs(other, &["version"], false),
                        )
                        && are_equal(
                            &pairs(before, &["source"], false),
                            &pairs(after, &["source"], false),
                        )
                }
                _ => equal(before, after, &[]),
            }
        })
}
