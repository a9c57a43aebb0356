//! The patterns that an evaluation has used.

use core::cell::Cell;
use core::ptr;

use super::machine::Needs;
use crate::builtins::cache::Handle;
use crate::codegen_support::memo::Identity;

/// The number of patterns that the cache holds.
pub(super) const PLACES: usize = 8;

/// The first patterns of an evaluation. Texts that live as long as the evaluation and have equal
/// addresses and lengths are equal.
#[derive(Debug, Default)]
pub(crate) struct EvaluationCache<'a> {
    places: [Cell<Option<(&'a str, &'a Entry)>>; PLACES],
    /// The last requested collection of patterns, with the necessary conditions for a match of any
    /// of them.
    pub(super) together: Cell<Option<(Identity, &'a Needs)>>,
}

/// A cached pattern.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) needs: Needs,
    /// The handle of the pattern in the thread's cache.
    pub(super) handle: Handle,
}

impl<'a> EvaluationCache<'a> {
    #[inline]
    pub(super) fn find(&self, pattern: &'a str) -> Option<&'a Entry> {
        let mut places = self.places.iter().map_while(Cell::get);
        places.find(|(own, _)| ptr::eq(*own, pattern)).map(|(_, entry)| entry)
    }

    /// Caches a pattern if there is room.
    pub(super) fn keep(&self, pattern: &'a str, entry: impl FnOnce() -> &'a Entry) {
        let mut places = self.places.iter();
        let is_its = |kept: (&'a str, _)| ptr::eq(kept.0, pattern);
        if let Some(place) = places.find(|place| place.get().is_none_or(is_its)) {
            place.set(Some((pattern, entry())));
        }
    }
}
