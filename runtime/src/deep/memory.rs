//! The destinations of copies.

use core::cell::RefCell;
use std::collections::HashSet;

use bumpalo_herd::Member;

use crate::arena::{Arena, Shared};
use crate::value::Value;

/// The destination of copies.
pub(crate) trait Memory<'m> {
    /// Returns the value that replaces the copy of `value`, if there is one.
    fn shared(&self, value: &Value<'_>) -> Option<Value<'m>> {
        let _ = value;
        None
    }

    /// Notes the copy of `value`.
    fn note(&self, value: &Value<'_>, copy: Value<'m>) {
        let _ = (value, copy);
    }

    fn string(&self, text: &str) -> &'m str;
    fn slice<T>(&self, length: usize, make: impl FnMut(usize) -> T) -> &'m [T];
}

impl<'m> Memory<'m> for &'m Arena {
    fn string(&self, text: &str) -> &'m str {
        (*self).string(text)
    }

    fn slice<T>(&self, length: usize, make: impl FnMut(usize) -> T) -> &'m [T] {
        self.slice_with(length, make)
    }
}

/// An arena that holds some parts of the values already.
pub(crate) struct Sharing<'s, 'm> {
    pub(crate) arena: &'m Arena,
    pub(crate) shared: &'s dyn Shared<'m>,
}

impl<'m> Memory<'m> for Sharing<'_, 'm> {
    fn shared(&self, value: &Value<'_>) -> Option<Value<'m>> {
        self.shared.find(value)
    }

    fn note(&self, value: &Value<'_>, copy: Value<'m>) {
        self.shared.note(value, copy);
    }

    fn string(&self, text: &str) -> &'m str {
        self.arena.string(text)
    }

    fn slice<T>(&self, length: usize, make: impl FnMut(usize) -> T) -> &'m [T] {
        self.arena.slice_with(length, make)
    }
}

impl<'m> Memory<'m> for Member<'m> {
    fn string(&self, text: &str) -> &'m str {
        self.alloc_str(text)
    }

    fn slice<T>(&self, length: usize, make: impl FnMut(usize) -> T) -> &'m [T] {
        self.alloc_slice_fill_with(length, make)
    }
}

/// The longest string, in bytes, that is looked up among those that are there.
const SHORT: usize = 64;

/// Memory in which equal short strings are stored once.
pub(crate) struct Interning<'m> {
    memory: Member<'m>,
    strings: RefCell<HashSet<&'m str>>,
}

impl<'m> Interning<'m> {
    pub(crate) fn new(memory: Member<'m>) -> Self {
        Self { memory, strings: RefCell::default() }
    }

    /// Returns the number of bytes that the copies take.
    pub(crate) fn used(&self) -> usize {
        let bump = self.memory.as_bump();
        bump.allocated_bytes() - bump.chunk_capacity()
    }
}

impl<'m> Memory<'m> for Interning<'m> {
    fn string(&self, text: &str) -> &'m str {
        if text.len() > SHORT {
            return self.memory.string(text);
        }
        let mut strings = self.strings.borrow_mut();
        if let Some(known) = strings.get(text) {
            return known;
        }
        let text = self.memory.string(text);
        strings.insert(text);
        text
    }

    fn slice<T>(&self, length: usize, make: impl FnMut(usize) -> T) -> &'m [T] {
        self.memory.slice(length, make)
    }
}
