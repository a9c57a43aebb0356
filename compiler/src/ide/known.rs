//! The types of the last text that compiled.

use std::rc::Rc;
use std::sync::Arc;

use crate::lints::{Facts, ShapeId};
use crate::pipeline::Options;
use crate::source::{Source, SourceId};

/// Types, and the texts for which they hold.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) facts: Rc<Facts>,
    texts: Vec<Arc<str>>,
}

impl Known {
    /// Returns the types of `sources`.
    pub(super) fn of(facts: Facts, sources: &[Source]) -> Self {
        let texts = sources.iter().map(|source| source.text.clone()).collect();
        Self { facts: Rc::new(facts), texts }
    }

    /// Returns the types of an earlier text, or those of the input alone.
    pub(super) fn after(before: Option<&Known>, options: &Options) -> Self {
        before.cloned().unwrap_or_else(|| {
            let constraints = options.constraints.as_ref();
            let facts = Facts::of_input(constraints, &options.surroundings, options.template);
            Self { facts: Rc::new(facts), texts: Vec::new() }
        })
    }

    /// Returns the field at a byte of a source whose text is now `text`.
    pub(super) fn field_at(
        &self,
        source: SourceId,
        text: &str,
        offset: usize,
    ) -> Option<(ShapeId, &str, ShapeId)> {
        self.facts.field_at(source.0, self.old(source, text, offset)?)
    }

    /// Returns the shape of a variable at a byte of a source whose text is now `text`.
    pub(super) fn variable(
        &self,
        source: SourceId,
        text: &str,
        offset: usize,
        name: &str,
    ) -> Option<ShapeId> {
        self.facts.variable(source.0, self.old(source, text, offset)?, name)
    }

    /// Returns the offset in the earlier text.
    fn old(&self, source: SourceId, text: &str, offset: usize) -> Option<u32> {
        let old = self.texts.get(source.0 as usize)?;
        shifted(text, old, offset).and_then(|offset| u32::try_from(offset).ok())
    }
}

/// Returns the offset in `old` of a byte of `new`. An edit changed the part between their common
/// beginning and their common end; an offset in it counts as its beginning.
pub(super) fn shifted(new: &str, old: &str, offset: usize) -> Option<usize> {
    let (new, old) = (new.as_bytes(), old.as_bytes());
    let prefix = new.iter().zip(old).take_while(|(one, other)| one == other).count();
    let rest = new.len().min(old.len()) - prefix;
    let ends = new.iter().rev().zip(old.iter().rev()).take(rest);
    let suffix = ends.take_while(|(one, other)| one == other).count();
    if offset <= prefix {
        Some(offset)
    } else if offset >= new.len() - suffix {
        (offset + old.len()).checked_sub(new.len())
    } else {
        Some(prefix)
    }
}
