//! The members of a slice, with looks at the clock if the slice is long.
//!
//! A loop charges all members when it begins. A body that charges nothing would then run a million
//! times between two looks at the clock. So a long slice is iterated in chunks of
//! [`CHUNK`] members, with a look before each chunk but the first. An iterator cannot fail: if the
//! evaluation exceeds its budget, the slice ends early, and the evaluation fails at its end.

use core::cell::Cell;
use core::slice;

use crate::arena::Arena;
use crate::budget::CHUNK;
use crate::location::{LineColumn, Rule};

/// An iterator over the members of a slice.
#[derive(Debug)]
pub struct Chunks<'c, 'v, T> {
    items: slice::Iter<'v, T>,
    /// The members after this chunk, if the slice is long.
    rest: Option<&'c Rest<'c, 'v, T>>,
}

/// The members after a chunk.
#[derive(Debug)]
struct Rest<'c, 'v, T> {
    items: Cell<&'v [T]>,
    arena: &'c Arena,
    rule: &'c Rule,
    at: LineColumn,
}

impl<'v, T> Chunks<'_, 'v, T> {
    /// Returns the next member of this chunk.
    #[inline]
    pub(super) fn next_in_chunk(&mut self) -> Option<&'v T> {
        self.items.next()
    }

    /// Returns `true` if the slice has more than one chunk.
    #[inline]
    pub(super) fn is_long(&self) -> bool {
        self.rest.is_some()
    }

    /// Returns an iterator over a slice that looks at no clock.
    #[inline]
    pub(crate) fn whole(items: &'v [T]) -> Self {
        Self { items: items.iter(), rest: None }
    }
}

impl<'c, 'v, T> Chunks<'c, 'v, T> {
    /// Returns an iterator over a slice that was charged, for a loop at a line of `rule`.
    #[inline]
    pub(crate) fn new(arena: &'c Arena, rule: &'c Rule, at: LineColumn, items: &'v [T]) -> Self {
        if items.len() <= CHUNK { Self::whole(items) } else { Self::long(arena, rule, at, items) }
    }

    #[cold]
    #[inline(never)]
    fn long(arena: &'c Arena, rule: &'c Rule, at: LineColumn, items: &'v [T]) -> Self {
        let (first, rest) = items.split_at(CHUNK.min(items.len()));
        let rest = arena.place(Rest { items: Cell::new(rest), arena, rule, at });
        Self { items: first.iter(), rest: Some(rest) }
    }
}

impl<'v, T> Iterator for Chunks<'_, 'v, T> {
    type Item = &'v T;

    #[inline]
    fn next(&mut self) -> Option<&'v T> {
        let next = self.next_in_chunk();
        if next.is_some() {
            return next;
        }
        let rest = self.rest?;
        self.items = rest.chunk().iter();
        self.items.next()
    }
}

impl<'v, T> Rest<'_, 'v, T> {
    /// Returns the next chunk, which is empty at the end or if the budget is exceeded.
    #[cold]
    #[inline(never)]
    fn chunk(&self) -> &'v [T] {
        let items = self.items.get();
        if items.is_empty() {
            return items;
        }
        if self.arena.look().is_err() {
            self.arena.note(self.rule.at(self.at));
            self.items.set(&[]);
            return &[];
        }
        let (chunk, rest) = items.split_at(CHUNK.min(items.len()));
        self.items.set(rest);
        chunk
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::{Budget, Exceeded, looks};

    const RULE: Rule = Rule { path: "data.p.r", file: "p.rego" };

    #[test]
    fn a_long_slice_looks_before_each_chunk_but_the_first() {
        for (length, expected) in [(0, 0), (1, 0), (256, 0), (257, 1), (512, 1), (10_000, 39)] {
            let arena = Arena::new();
            let running = arena.begin(Budget::DEFAULT);
            let items: Vec<usize> = (0..length).collect();
            let before = looks();
            let seen: Vec<usize> = Chunks::new(&arena, &RULE, (7, 3), &items).copied().collect();
            assert_eq!(seen, items);
            assert_eq!(looks() - before, expected, "{length}");
            assert_eq!(running.finish(), None);
        }
    }

    #[test]
    fn a_slice_ends_early_beyond_the_budget() {
        let arena = Arena::new();
        let running = arena.begin(Budget::DEFAULT.memory(1 << 10));
        let mut seen = 0;
        for _ in Chunks::new(&arena, &RULE, (7, 3), &[0_u8; 1000]) {
            seen += 1;
            arena.slice(&[0_u8; 8]);
        }
        assert_eq!(seen, CHUNK);
        assert_eq!(running.finish(), Some((Exceeded::Memory, Some(RULE.at((7, 3))))));
    }
}
