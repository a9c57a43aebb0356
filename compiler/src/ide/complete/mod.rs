//! Completion: the names that can follow at a place.
//!
//! The statement at the place is usually incomplete, so the text before it decides: after
//! `input.review.object.`, the fields of the object; after a name without a dot, everything in
//! scope.

mod candidates;
mod context;

use std::ops::Range;

use super::{Analysis, Policy};
use crate::source::SourceId;

use context::Context;

/// A name that can follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The name.
    pub label: String,
    /// The text in place of `replaced`.
    pub text: String,
    /// The kind of its definition.
    pub kind: CompletionKind,
    /// The type or signature.
    pub detail: Option<String>,
    /// More about it, in Markdown.
    pub documentation: Option<String>,
    /// The part of the file that `text` replaces, in bytes.
    pub replaced: Range<usize>,
}

/// The kinds of definitions, in the order in which they are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CompletionKind {
    /// A variable.
    Variable,
    /// A field of a value.
    Field,
    /// A rule.
    Rule,
    /// A function of the policy.
    Function,
    /// An import, a package, `input` or `data`.
    Package,
    /// A keyword.
    Keyword,
    /// A builtin.
    Builtin,
}

/// The place of a completion.
struct At<'p> {
    policy: &'p Policy,
    source: SourceId,
    /// The text of the module.
    text: &'p str,
    /// The place in the module.
    offset: usize,
}

impl Analysis {
    /// Returns the names that can follow at a byte of the file, in the order of their kinds and
    /// labels. There are none in comments, strings and outside the Rego.
    pub fn complete(&self, offset: usize) -> Vec<Completion> {
        if let Some(before) = &self.before {
            let Some(old) = super::known::shifted(&self.text, &before.text, offset) else {
                return Vec::new();
            };
            let mut found = before.complete(old);
            // The text around the place is the same, so the lengths are too.
            for one in &mut found {
                let length = one.replaced.end - one.replaced.start;
                one.replaced = offset.saturating_sub(length)..offset;
            }
            return found;
        }
        let Some((policy, source, at)) = self.locate_or_end(offset) else { return Vec::new() };
        let Some(text) = policy.source(source).map(|source| &*source.text) else {
            return Vec::new();
        };
        let Some(before) = text.get(..at) else { return Vec::new() };
        let Some(context) = Context::of(before) else { return Vec::new() };
        let place = At { policy, source, text, offset: at };
        let mut found = candidates::all(&place, &context);
        for one in &mut found {
            let start = offset.saturating_sub(one.replaced.end - one.replaced.start);
            one.replaced = start..offset;
        }
        found.sort_by(|one, other| (one.kind, &one.label).cmp(&(other.kind, &other.label)));
        found.dedup_by(|later, earlier| later.label == earlier.label && later.kind == earlier.kind);
        found
    }

    /// Returns the policy at a byte of the file. White space after a module counts as its end,
    /// because YAML cuts it off.
    fn locate_or_end(&self, offset: usize) -> Option<(&Policy, SourceId, usize)> {
        self.locate(offset).or_else(|| {
            self.policies.iter().find_map(|policy| {
                policy.maps.iter().enumerate().find_map(|(index, map)| {
                    let source = policy.sources.get(index)?;
                    let between = self.text.get(map.end()..offset)?;
                    let is_end = source.origin.is_some() && between.trim().is_empty();
                    let id = SourceId(u32::try_from(index).ok()?);
                    is_end.then_some((policy, id, source.text.len()))
                })
            })
        })
    }
}
