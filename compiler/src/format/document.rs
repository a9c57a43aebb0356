//! Formats the Rego in the templates of a YAML file.
//!
//! Only the lines of literal block scalars change. Everything else in the file stays byte for byte:
//! comments, indentation, other documents, line ends. Each changed document is read again: it must
//! differ from the source only in the Rego.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Notice};
use crate::source::{RegoVersion, Source, SourceId};
use crate::template;
use crate::yaml::{self, Block, Kind, Node, Part, Parts};

/// A file with formatted Rego.
#[derive(Clone, Debug)]
pub struct Formatted {
    /// The text of the file.
    pub text: String,
    /// Warnings about Rego that stays as it is.
    pub warnings: Vec<Notice>,
}

/// Formats the Rego of all templates in the YAML file `name`, whose content is `text`. Rego in a
/// scalar that is not a literal block stays as it is; a warning says so.
///
/// # Errors
///
/// Returns the faults of documents that seem to hold a template and are not YAML, and those of
/// [`super::format()`].
pub fn format_document(name: &str, text: &str) -> Result<Formatted, Vec<Notice>> {
    rewrite(name, text, &mut |source| super::format(source))
}

/// A change of one module.
pub type Change<'c> = dyn FnMut(&Source) -> Result<String, Diagnostics> + 'c;

/// Replaces the text of each module in the templates of a file by the result of `change`.
///
/// # Errors
///
/// Returns the errors of `change` and those of [`format_document`].
pub fn rewrite(name: &str, text: &str, change: &mut Change<'_>) -> Result<Formatted, Vec<Notice>> {
    for_each_document(name, text, &mut |document| document.rewrite(change))
}

/// A change of a document, whose error is among the faults of the document.
pub(super) type DocumentChange<'c> = dyn FnMut(&mut Document<'_>) -> Result<String, ()> + 'c;

/// Replaces the text of each document that may hold a template by the result of `change`.
pub(super) fn for_each_document(
    name: &str,
    text: &str,
    change: &mut DocumentChange<'_>,
) -> Result<Formatted, Vec<Notice>> {
    let mut result = String::with_capacity(text.len());
    let (mut warnings, mut faults) = (Vec::new(), Vec::new());
    let mut end = 0;
    for part in Parts::new(text) {
        result.push_str(text.get(end..part.start).unwrap_or_default());
        end = part.start + part.text.len();
        if !part.text.contains("ConstraintTemplate") {
            result.push_str(part.text);
            continue;
        }
        let mut document = Document::new(name, &part);
        match change(&mut document) {
            Ok(text) => result.push_str(&text),
            Err(()) => faults.append(&mut document.faults),
        }
        warnings.append(&mut document.warnings);
    }
    result.push_str(text.get(end..).unwrap_or_default());
    if faults.is_empty() { Ok(Formatted { text: result, warnings }) } else { Err(faults) }
}

/// A document of the file.
pub(super) struct Document<'t> {
    pub(super) part: &'t Part<'t>,
    name: Arc<str>,
    text: Arc<str>,
    pub(super) warnings: Vec<Notice>,
    faults: Vec<Notice>,
}

/// The new text of a scalar, which begins at `start`.
pub(super) struct Replacement {
    start: u32,
    body: Range<usize>,
    lines: String,
    content: String,
}

impl<'t> Document<'t> {
    fn new(name: &str, part: &'t Part<'t>) -> Self {
        let (warnings, faults) = (Vec::new(), Vec::new());
        Self { part, name: name.into(), text: part.text.into(), warnings, faults }
    }

    /// Returns the new text. In case of an error, `faults` says why.
    fn rewrite(&mut self, change: &mut Change<'_>) -> Result<String, ()> {
        let Some(root) = self.load()? else { return Ok(self.part.text.to_owned()) };
        self.replace(&root, modules(&root), change)
    }

    /// Returns the root of the document, if it has one.
    pub(super) fn load(&mut self) -> Result<Option<Node>, ()> {
        self.part.load().map_err(|fault| self.fault(&fault))
    }

    /// Returns the text of the document with other texts for `modules`.
    pub(super) fn replace(
        &mut self,
        root: &Node,
        modules: Vec<(&Node, RegoVersion)>,
        change: &mut Change<'_>,
    ) -> Result<String, ()> {
        let mut replacements: Vec<Replacement> = Vec::new();
        for (node, version) in modules {
            // An alias names a scalar that is changed once.
            let changed = replacements.iter().any(|change| change.start == node.span.start);
            if !changed && let Some(replacement) = self.module(node, version, change) {
                replacements.push(replacement);
            }
        }
        if !self.faults.is_empty() {
            return Err(());
        }
        replacements.sort_by_key(|replacement| replacement.start);
        let mut text = String::with_capacity(self.part.text.len());
        let mut end = 0;
        for Replacement { body, lines, .. } in &replacements {
            text.push_str(&self.part.text[end..body.start]);
            text.push_str(lines);
            end = body.end;
        }
        text.push_str(&self.part.text[end..]);
        self.check(root, &text, &replacements)?;
        Ok(text)
    }

    /// Changes one module. Returns `None` if it stays as it is.
    fn module(
        &mut self,
        node: &Node,
        version: RegoVersion,
        change: &mut Change<'_>,
    ) -> Option<Replacement> {
        let content = node.as_str()?;
        let mut origin = yaml::origin(&self.name, &self.text, node)?;
        origin.lines_before = self.part.lines_before;
        let source =
            Source { name: "template".into(), text: content.into(), version, origin: Some(origin) };
        let changed = match change(&source) {
            Ok(changed) => changed,
            Err(found) => {
                let sources = [source];
                self.faults.extend(found.0.iter().map(|fault| Notice::of(fault, &sources)));
                return None;
            }
        };
        if changed.trim_end_matches('\n') == content.trim_end_matches('\n') {
            return None;
        }
        let Some(block) = Block::of(self.part.text, node) else {
            let message = "the Rego in this scalar is left as it is";
            let warning = Diagnostic::new(Code::Unsupported, node.place(), message)
                .with_help("write the Rego as a literal block, which begins with `|`");
            self.warnings.push(self.notice(&warning).as_warning());
            return None;
        };
        let lines = block.with(&changed);
        let blank = content.len() - content.trim_end_matches('\n').len();
        let content = changed.trim_end_matches('\n').to_owned() + &"\n".repeat(blank);
        let unchanged = self.part.text.get(block.body.clone()) == Some(&*lines);
        let start = node.span.start;
        (!unchanged).then_some(Replacement { start, body: block.body, lines, content })
    }

    /// Checks that `text` has the nodes of `root`, except for the replaced scalars.
    fn check(&mut self, root: &Node, text: &str, replaced: &[Replacement]) -> Result<(), ()> {
        match self.part.with_text(text).load() {
            Ok(Some(found)) if equal(root, &found, replaced) => Ok(()),
            _ => {
                self.differs(root);
                Err(())
            }
        }
    }

    /// Reports that the changed document is not that of the source.
    pub(super) fn differs(&mut self, root: &Node) {
        let message = "internal error: the changed document is not that of the source";
        let fault = Diagnostic::new(Code::Internal, root.start(), message)
            .with_help("the source is unchanged; please report it as an issue");
        self.fault(&fault);
    }

    fn fault(&mut self, fault: &Diagnostic) {
        let notice = self.notice(fault);
        self.faults.push(notice);
    }

    /// Returns a fault of the document with its place in the file.
    pub(super) fn notice(&self, fault: &Diagnostic) -> Notice {
        let mut document = template::document(&self.name, &self.text);
        document.origin = Some(crate::source::Origin {
            name: Arc::clone(&self.name),
            text: Arc::clone(&self.text),
            lines_before: self.part.lines_before,
            line_offsets: line_offsets(&self.text),
        });
        let mut fault = fault.clone();
        fault.span.source = SourceId(0);
        Notice::of(&fault, &[document])
    }
}

fn line_offsets(text: &str) -> Arc<[usize]> {
    let after = text.match_indices('\n').map(|(offset, _)| offset + 1);
    std::iter::once(0).chain(after).collect()
}

/// Returns `true` if the trees are equal, except that the replaced scalars have their new text.
pub(super) fn equal(old: &Node, new: &Node, replaced: &[Replacement]) -> bool {
    match (&old.kind, &new.kind) {
        (Kind::Scalar(one), Kind::Scalar(other)) => {
            let replacement = replaced.iter().find(|change| change.start == old.span.start);
            let text = replacement.map_or(&*one.text, |change| &*change.content);
            *other.text == *text && one.style == other.style && one.tag == other.tag
        }
        (Kind::Sequence(one), Kind::Sequence(other)) => {
            one.len() == other.len()
                && one.iter().zip(other.iter()).all(|(one, other)| equal(one, other, replaced))
        }
        (Kind::Mapping(one), Kind::Mapping(other)) => {
            one.len() == other.len()
                && one.iter().zip(other.iter()).all(|(one, other)| {
                    equal(&one.0, &other.0, replaced) && equal(&one.1, &other.1, replaced)
                })
        }
        _ => false,
    }
}

/// Returns the scalars with Rego of the templates in a document, with their versions. Other
/// documents have none.
fn modules(root: &Node) -> Vec<(&Node, RegoVersion)> {
    let mut found = Vec::new();
    for target in targets(root) {
        add(target, RegoVersion::V0, &mut found);
        for source in code_sources(target) {
            add(source, version_of(source), &mut found);
        }
    }
    found
}

/// Returns the targets of the template in a document, or of the templates in its list.
pub(super) fn targets(root: &Node) -> Vec<&Node> {
    let kind = root.get("kind").and_then(Node::as_str).unwrap_or_default();
    if kind == "ConstraintTemplate" {
        let targets = root.get("spec").and_then(|spec| spec.get("targets")).and_then(Node::items);
        return targets.unwrap_or_default().iter().collect();
    }
    let items = root.get("items").filter(|_| kind.ends_with("List")).and_then(Node::items);
    items.unwrap_or_default().iter().flat_map(targets).collect()
}

/// Returns the sources of the `code` of a target that are Rego.
pub(super) fn code_sources(target: &Node) -> impl Iterator<Item = &Node> {
    let entries = target.get("code").and_then(Node::items).unwrap_or_default().iter();
    let is_rego = |entry: &&Node| entry.get("engine").and_then(Node::as_str) == Some("Rego");
    entries.filter(is_rego).filter_map(|entry| entry.get("source"))
}

/// Returns the version of the Rego in a source of `code`.
pub(super) fn version_of(source: &Node) -> RegoVersion {
    let v1 = source.get("version").and_then(Node::as_str) == Some("v1");
    if v1 { RegoVersion::V1 } else { RegoVersion::V0 }
}

pub(super) fn add<'n>(
    holder: &'n Node,
    version: RegoVersion,
    found: &mut Vec<(&'n Node, RegoVersion)>,
) {
    let libs = holder.get("libs").and_then(Node::items).unwrap_or_default();
    let nodes = holder.get("rego").into_iter().chain(libs);
    let is_module = |node: &&Node| node.as_str().is_some_and(|text| !text.is_empty());
    found.extend(nodes.filter(is_module).map(|node| (node, version)));
}
