//! A growable string in arena memory that respects the budget of the evaluation.

use core::fmt;
use core::ops::Deref;

use bumpalo::collections::String as BumpString;

use super::Arena;

/// The initial capacity of a string, reserved when its first text is added.
const FEW: usize = 32;

/// A growable string in arena memory.
///
/// A string that would exceed the budget of the evaluation does not grow. The evaluation fails then,
/// so nobody reads the string.
#[derive(Debug)]
pub struct ArenaText<'a> {
    text: BumpString<'a>,
    arena: &'a Arena,
}

impl<'a> ArenaText<'a> {
    #[inline]
    pub(super) fn new(arena: &'a Arena) -> Self {
        Self { text: BumpString::new_in(&arena.bump), arena }
    }

    #[inline]
    pub(super) fn with_capacity(arena: &'a Arena, capacity: usize) -> Self {
        if !arena.admits(capacity) {
            return Self::new(arena);
        }
        Self { text: BumpString::with_capacity_in(capacity, &arena.bump), arena }
    }

    /// Returns `true` if there is room for `more` bytes, after growing if need be.
    #[inline]
    fn has_room(&mut self, more: usize) -> bool {
        more <= self.text.capacity() - self.text.len() || self.grow(more)
    }

    #[inline(never)]
    fn grow(&mut self, more: usize) -> bool {
        let capacity = self.text.len().saturating_add(more).max(2 * self.text.len()).max(FEW);
        if !self.arena.admits(capacity) {
            return false;
        }
        self.text.reserve(capacity - self.text.len());
        true
    }

    /// Appends a text.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        if text.len() <= self.text.capacity() - self.text.len() {
            self.text.push_str(text);
        } else {
            self.push_beyond(text);
        }
    }

    /// Appends a text that is longer than the free room. It is a function of its own, so that
    /// `push_str` tests the room only once.
    #[inline(never)]
    fn push_beyond(&mut self, text: &str) {
        if self.grow(text.len()) {
            self.text.push_str(text);
        }
    }

    /// Appends a character.
    #[inline]
    pub fn push(&mut self, character: char) {
        if self.text.capacity() - self.text.len() >= char::MAX.len_utf8() {
            self.text.push(character);
        } else {
            self.push_str(character.encode_utf8(&mut [0; 4]));
        }
    }

    /// Removes the bytes after the first `length`, which must end a character.
    #[inline]
    pub fn truncate(&mut self, length: usize) {
        self.text.truncate(length);
    }

    /// Removes all bytes and keeps the room.
    #[inline]
    pub fn clear(&mut self) {
        self.text.clear();
    }

    /// Returns the text, which stays in the arena.
    #[inline]
    pub fn into_bump_str(self) -> &'a str {
        self.text.into_bump_str()
    }
}

impl Deref for ArenaText<'_> {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Write for ArenaText<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if !self.has_room(text.len()) {
            // Without the error, a value with shared parts would be written on for very long.
            return Err(fmt::Error);
        }
        self.text.push_str(text);
        Ok(())
    }
}

impl Extend<char> for ArenaText<'_> {
    fn extend<I: IntoIterator<Item = char>>(&mut self, characters: I) {
        for character in characters {
            self.push(character);
        }
    }
}

impl<'t> Extend<&'t str> for ArenaText<'_> {
    fn extend<I: IntoIterator<Item = &'t str>>(&mut self, texts: I) {
        for text in texts {
            self.push_str(text);
        }
    }
}
