//! A cache per thread of values compiled from texts, such as patterns that come at run time.

use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;
use std::rc::Rc;

use crate::internal::short_str;

/// The maximum number of entries in a cache, which is OPA's.
const SIZE: usize = 100;

/// The number of slots for recent lookups, which are indexed by a few bytes of the text.
const RECENT: usize = 8;

/// A cache of values compiled from texts, such as the programs of patterns.
pub(super) struct Cache<T> {
    kept: HashMap<Rc<str>, Handle, BuildHasherDefault<TextHasher>>,
    made: Vec<(Handle, Rc<T>)>,
    /// Some of the last lookups, because a policy tends to request the same few patterns
    /// repeatedly.
    recent: [Option<(Rc<str>, Handle)>; RECENT],
    /// The number of values made so far.
    count: u64,
}

/// The slot of a cached value, valid until another value takes the slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Handle {
    place: usize,
    /// The unique number of the value.
    number: u64,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        let recent = core::array::from_fn(|_| None);
        Self { kept: HashMap::default(), made: Vec::new(), recent, count: 0 }
    }
}

impl<T> Cache<T> {
    /// Returns the value cached under `key`. If there is none, makes the value with `make` and
    /// caches it.
    pub(super) fn get<E>(
        &mut self,
        key: &str,
        make: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Rc<T>, E> {
        self.find(key, make).map(|(_, made)| made)
    }

    /// Returns the value of `handle`, or `None` if the cache no longer holds that value.
    #[inline]
    pub(super) fn at(&self, handle: Handle) -> Option<&Rc<T>> {
        let (own, made) = self.made.get(handle.place)?;
        (own.number == handle.number).then_some(made)
    }

    /// Returns the value cached under `key` with its handle, like [`Cache::get`].
    pub(super) fn find<E>(
        &mut self,
        key: &str,
        make: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<(Handle, Rc<T>), E> {
        let place = place(key);
        if let Some(Some((text, handle))) = self.recent.get(place)
            && short_str::same(text, key)
            && let Some(made) = self.at(*handle)
        {
            return Ok((*handle, Rc::clone(made)));
        }
        let (text, handle, made) = self.keep(key, make)?;
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = Some((text, handle));
        }
        Ok((handle, made))
    }

    /// Looks `key` up by its full text, making the value if necessary. Returns the cached text too.
    fn keep<E>(
        &mut self,
        key: &str,
        make: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<(Rc<str>, Handle, Rc<T>), E> {
        if let Some((text, handle)) = self.kept.get_key_value(key)
            && let Some(made) = self.at(*handle)
        {
            return Ok((Rc::clone(text), *handle, Rc::clone(made)));
        }
        let made = Rc::new(make(key)?);
        let handle = Handle { place: self.free_place(), number: self.count };
        self.count += 1;
        match self.made.get_mut(handle.place) {
            Some(old) => *old = (handle, Rc::clone(&made)),
            None => self.made.push((handle, Rc::clone(&made))),
        }
        let text = Rc::from(key);
        self.kept.insert(Rc::clone(&text), handle);
        Ok((text, handle, made))
    }

    /// Returns the slot for the next value. If the cache is full, evicts any entry and returns its
    /// slot.
    fn free_place(&mut self) -> usize {
        let any = self.kept.keys().next().filter(|_| self.kept.len() >= SIZE).cloned();
        match any.and_then(|text| self.kept.remove(&text)) {
            Some(handle) => handle.place,
            None => self.made.len(),
        }
    }
}

/// Returns the index of the recent lookup that may hold `text`.
fn place(text: &str) -> usize {
    let bytes = text.as_bytes();
    let byte = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(*byte));
    (bytes.len() + 3 * byte(bytes.first()) + 5 * byte(bytes.last())) % RECENT
}

/// An odd multiplier about half of whose bits are set.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// A hasher for short texts that takes few steps. Texts chosen to collide do no harm, because a
/// cache holds few entries.
#[derive(Default)]
struct TextHasher(u64);

impl TextHasher {
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(FACTOR);
        #[expect(clippy::cast_possible_truncation, reason = "both halves are mixed")]
        let mixed = (product >> 64) as u64 ^ product as u64;
        self.0 = mixed;
    }
}

impl Hasher for TextHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        let rest = rest.iter().fold(0, |rest, byte| rest << 8 | u64::from(*byte));
        self.mix(rest ^ (bytes.len() as u64) << 56);
    }

    /// Ignores the terminator that `str` appends when hashed, because it is equal for all texts.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_made_once_until_there_are_too_many() {
        let mut cache = Cache::default();
        let mut made = 0;
        for _ in 0..2 {
            for number in 0..SIZE {
                let key = format!("a longer pattern {number}");
                let length = cache.get(&key, |key| {
                    made += 1;
                    Ok::<_, ()>(key.to_owned())
                });
                assert_eq!(length.as_deref(), Ok(&key));
            }
        }
        assert_eq!(made, SIZE);
        assert!(cache.get("one more", |_| Ok::<_, ()>(String::new())).is_ok());
        assert_eq!((cache.kept.len(), cache.made.len()), (SIZE, SIZE));
        assert_eq!(cache.get("none", |_| Err(7)), Err(7));
    }

    #[test]
    fn handles_lead_to_what_they_were_given_for_or_nowhere() {
        let mut cache = Cache::default();
        let mut handles = Vec::new();
        for number in 0..3 * SIZE {
            let key = format!("{number}");
            let handle = cache.find(&key, |key| Ok::<_, ()>(key.to_owned()));
            let (handle, _) = handle.expect("a handle");
            assert_eq!(cache.at(handle).map(|made| made.as_str()), Some(key.as_str()));
            handles.push((key, handle));
        }
        let still = |(key, handle): &&(String, Handle)| {
            let made = cache.at(*handle);
            assert!(made.is_none_or(|made| made.as_str() == key));
            made.is_some()
        };
        assert_eq!(handles.iter().filter(still).count(), SIZE);
    }
}
