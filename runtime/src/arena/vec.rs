//! A growable vector in arena memory that respects the budget of the evaluation.

use core::ops::{Deref, DerefMut};

use bumpalo::collections::Vec as BumpVec;

use super::Arena;

/// The initial capacity of a vector, reserved when its first item is added.
const FEW: usize = 4;

/// A growable vector in arena memory.
///
/// A vector that would exceed the budget of the evaluation does not grow, and drops the items that
/// have no place. The evaluation fails then, so nobody reads the vector.
#[derive(Debug)]
pub struct ArenaVec<'a, T> {
    items: BumpVec<'a, T>,
    arena: &'a Arena,
}

impl<'a, T> ArenaVec<'a, T> {
    #[inline]
    pub(super) fn new(arena: &'a Arena) -> Self {
        Self { items: BumpVec::new_in(&arena.bump), arena }
    }

    /// Creates a vector with room for `capacity` items, whatever the budget says.
    pub(super) fn scratch(arena: &'a Arena, capacity: usize) -> Self {
        Self { items: BumpVec::with_capacity_in(capacity, &arena.bump), arena }
    }

    #[inline]
    pub(super) fn with_capacity(arena: &'a Arena, capacity: usize) -> Self {
        if !arena.admits_items::<T>(capacity) {
            return Self::new(arena);
        }
        Self { items: BumpVec::with_capacity_in(capacity, &arena.bump), arena }
    }

    /// Appends an item. If the vector is full, it first doubles its capacity.
    #[inline]
    pub fn push(&mut self, item: T) {
        if self.items.len() < self.items.capacity() {
            self.items.push(item);
        } else {
            self.push_beyond(item);
        }
    }

    /// Appends an item to a full vector. Apart from `push`, so that the compiler sees there that an
    /// item with room needs no second test.
    #[inline(never)]
    fn push_beyond(&mut self, item: T) {
        if self.grow(1) {
            self.items.push(item);
        }
    }

    /// Makes room for `more` items. Returns `false` if that exceeds the budget.
    #[cold]
    fn grow(&mut self, more: usize) -> bool {
        let capacity = self.items.len().saturating_add(more).max(2 * self.items.len()).max(FEW);
        if !self.arena.admits_items::<T>(capacity) {
            return false;
        }
        if self.items.capacity() == 0 {
            self.items = BumpVec::with_capacity_in(capacity, &self.arena.bump);
        } else {
            self.items.reserve_exact(capacity - self.items.len());
        }
        true
    }

    /// Returns `true` if there is room for `more` items, after growing if need be.
    #[inline]
    fn has_room(&mut self, more: usize) -> bool {
        more <= self.items.capacity() - self.items.len() || self.grow(more)
    }

    /// Appends a copy of `items`.
    #[inline]
    pub fn extend_from_slice_copy(&mut self, items: &[T])
    where
        T: Copy,
    {
        if self.has_room(items.len()) {
            self.items.extend_from_slice_copy(items);
        }
    }

    /// Appends copies of `item` up to a length.
    pub fn resize(&mut self, length: usize, item: T)
    where
        T: Copy,
    {
        if self.has_room(length.saturating_sub(self.items.len())) {
            self.items.resize(length, item);
        }
    }

    /// Inserts an item at `index`, which must not be past the end.
    pub fn insert(&mut self, index: usize, item: T) {
        if self.has_room(1) {
            self.items.insert(index, item);
        }
    }

    /// Removes the last item and returns it.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }

    /// Removes all items and keeps the room.
    #[inline]
    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// Removes the items after the first `length`.
    #[inline]
    pub fn truncate(&mut self, length: usize) {
        self.items.truncate(length);
    }

    /// Removes each item for which `same` returns `true` with the item before it.
    pub fn dedup_by(&mut self, same: impl FnMut(&mut T, &mut T) -> bool) {
        self.items.dedup_by(same);
    }

    /// Returns the items, which stay in the arena.
    #[inline]
    pub fn into_bump_slice(self) -> &'a [T] {
        self.items.into_bump_slice()
    }

    /// Returns the items, which stay in the arena and may be changed.
    pub fn into_bump_slice_mut(self) -> &'a mut [T] {
        self.items.into_bump_slice_mut()
    }
}

impl<T> Deref for ArenaVec<'_, T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> DerefMut for ArenaVec<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

impl<T> Extend<T> for ArenaVec<'_, T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.push(item);
        }
    }
}

impl<'a, T> IntoIterator for ArenaVec<'a, T> {
    type Item = T;
    type IntoIter = bumpalo::collections::vec::IntoIter<'a, T>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'v, T> IntoIterator for &'v ArenaVec<'_, T> {
    type Item = &'v T;
    type IntoIter = core::slice::Iter<'v, T>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
