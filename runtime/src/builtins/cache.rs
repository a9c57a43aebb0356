//! What a thread keeps of patterns that come at run time, by their text.

use core::hash::{BuildHasherDefault, Hasher};
use std::collections::HashMap;
use std::rc::Rc;

/// How many patterns a cache keeps, as OPA does.
const SIZE: usize = 100;

/// How many things are found by a few bytes of their texts.
const RECENT: usize = 8;

/// Things made of texts, such as programs of patterns.
pub(super) struct Cache<T> {
    kept: HashMap<Rc<str>, Rc<T>, BuildHasherDefault<TextHasher>>,
    /// Some of what was asked for last: a policy asks for the same patterns again and again.
    recent: [Option<Recent<T>>; RECENT],
}

struct Recent<T> {
    text: Rc<str>,
    made: Rc<T>,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { kept: HashMap::default(), recent: core::array::from_fn(|_| None) }
    }
}

impl<T> Cache<T> {
    /// What is kept under `key`, or what `make` makes of it, which is kept then.
    pub(super) fn get<E>(
        &mut self,
        key: &str,
        make: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Rc<T>, E> {
        let place = place(key);
        if let Some(Some(recent)) = self.recent.get(place)
            && *recent.text == *key
        {
            return Ok(Rc::clone(&recent.made));
        }
        let (text, made) = self.keep(key, make)?;
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = Some(Recent { text, made: Rc::clone(&made) });
        }
        Ok(made)
    }

    /// The same by the text itself, with the text that is kept.
    fn keep<E>(
        &mut self,
        key: &str,
        make: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<(Rc<str>, Rc<T>), E> {
        if let Some((text, known)) = self.kept.get_key_value(key) {
            return Ok((Rc::clone(text), Rc::clone(known)));
        }
        let made = Rc::new(make(key)?);
        if self.kept.len() >= SIZE
            && let Some(any) = self.kept.keys().next().cloned()
        {
            self.kept.remove(&any);
        }
        let text = Rc::from(key);
        self.kept.insert(Rc::clone(&text), Rc::clone(&made));
        Ok((text, made))
    }
}

/// Where a text may be found.
fn place(text: &str) -> usize {
    let bytes = text.as_bytes();
    let byte = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(*byte));
    (bytes.len() + 3 * byte(bytes.first()) + 5 * byte(bytes.last())) % RECENT
}

/// An odd number of which about half the bits are set.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hashes short texts in few steps. Texts that are chosen to collide do no harm, since a cache
/// keeps few.
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

    /// What the hash of a text ends with, and is the same for all.
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
        assert_eq!(cache.kept.len(), SIZE);
        assert_eq!(cache.get("none", |_| Err(7)), Err(7));
    }
}
