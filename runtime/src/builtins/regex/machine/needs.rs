//! Necessary conditions for a match, which reject most texts without running the pattern.

use core::array;

use super::{DEAD, FOUND, LONGEST, Machine};

/// The byte 1 in each of eight bytes, for testing eight bytes at once.
const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = ONES << 7;

/// The necessary conditions for a text to match a pattern.
#[derive(Clone, Copy, Debug)]
pub(in crate::builtins::regex) struct Needs {
    /// The minimum number of bytes.
    least: usize,
    /// The bytes with which a match may begin, as a bit set.
    first: [u64; 4],
    /// A byte that must appear somewhere in the text.
    somewhere: Option<Letter>,
}

/// A byte, or two bytes that differ in one bit, as the cases of a letter do.
#[derive(Clone, Copy, Debug)]
struct Letter {
    /// The differing bit, in each of eight bytes; zero for a single byte.
    fold: u64,
    /// The byte with the differing bit set, in each of eight bytes.
    bytes: u64,
}

impl Needs {
    /// No conditions.
    pub(in crate::builtins::regex) const NONE: Self =
        Self { least: 0, first: [u64::MAX; 4], somewhere: None };

    /// Returns `true` if the text is too short or its first byte cannot begin a match.
    #[inline]
    pub(in crate::builtins::regex) fn refuse_at_once(&self, text: &[u8]) -> bool {
        let Some(first) = text.first() else { return self.least > 0 };
        text.len() < self.least || self.first[usize::from(first >> 6)] >> (first & 63) & 1 == 0
    }

    /// Returns `true` if the text fails a condition, so that the pattern does not match it.
    #[inline]
    pub(in crate::builtins::regex) fn refuse(&self, text: &[u8]) -> bool {
        // The engine scans long texts as fast.
        let lacks = |letter: Letter| text.len() <= LONGEST && !letter.stands_in(text);
        self.refuse_at_once(text) || self.somewhere.is_some_and(lacks)
    }
}

impl Needs {
    /// Returns the conditions for a match of at least one of the two patterns.
    pub(in crate::builtins::regex) fn or(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            first: array::from_fn(|word| self.first[word] | other.first[word]),
            somewhere: None,
        }
    }
}

impl Letter {
    fn new(letter: &[u8]) -> Option<Self> {
        let (fold, byte) = match *letter {
            [byte] => (0, byte),
            [one, other] if (one ^ other).is_power_of_two() => (one ^ other, one | other),
            _ => return None,
        };
        Some(Self { fold: ONES * u64::from(fold), bytes: ONES * u64::from(byte) })
    }

    #[inline]
    fn stands_in(&self, text: &[u8]) -> bool {
        let Some(last) = text.last_chunk() else {
            let among = |&byte: &u8| ((ONES * u64::from(byte)) | self.fold) == self.bytes;
            return text.iter().any(among);
        };
        let (chunks, _) = text.as_chunks();
        let found =
            chunks.iter().fold(self.marks(*last), |found, chunk| found | self.marks(*chunk));
        found != 0
    }

    /// Returns a value other than zero if one of eight bytes is the letter.
    #[inline]
    fn marks(&self, chunk: [u8; 8]) -> u64 {
        let differing = (u64::from_ne_bytes(chunk) | self.fold) ^ self.bytes;
        differing.wrapping_sub(ONES) & !differing & HIGH
    }
}

impl Machine {
    /// Returns the necessary conditions for a text to match the machine.
    pub(in crate::builtins::regex) fn needs(&self) -> Needs {
        let letters = if self.anchored { Vec::new() } else { self.letters() };
        // A letter is needed if no text without it matches. Of these letters, the rarest rejects
        // the most texts.
        let needed = letters.iter().filter(|letter| self.least(letter).is_none());
        let rarest = needed.min_by_key(|letter| letter.iter().map(|&byte| frequency(byte)).max());
        Needs {
            least: self.least(&[]).unwrap_or(usize::MAX),
            first: self.first(),
            somewhere: rarest.and_then(|letter| Letter::new(letter)),
        }
    }

    /// Returns the set of first bytes after which the text may still match.
    fn first(&self) -> [u64; 4] {
        let mut first = [0; 4];
        for byte in 0..=u8::MAX {
            if self.start == FOUND || (self.start != DEAD && self.after(self.start, byte) != DEAD) {
                first[usize::from(byte >> 6)] |= 1 << (byte & 63);
            }
        }
        first
    }

    /// Returns the minimum length of a matching text that contains no byte of `without`.
    fn least(&self, without: &[u8]) -> Option<usize> {
        let allowed: Vec<u8> = self.samples().filter(|byte| !without.contains(byte)).collect();
        let mut seen = vec![false; self.ends.len()];
        let mut states = vec![self.start];
        let mut length = 0;
        while !states.is_empty() {
            if states.iter().any(|&state| state == FOUND || self.ends_well(state)) {
                return Some(length);
            }
            let after = |&state: &u16| allowed.iter().map(move |&byte| self.after(state, byte));
            let mut next: Vec<_> = states.iter().flat_map(after).collect();
            next.retain(|&state| {
                let row = if state <= FOUND { state.into() } else { self.row(state) };
                state != DEAD
                    && seen.get_mut(row).is_some_and(|seen| !core::mem::replace(seen, true))
            });
            (states, length) = (next, length + 1);
        }
        None
    }

    /// Returns the groups of bytes that no state distinguishes and that [`Letter`] can represent:
    /// one byte, or two.
    fn letters(&self) -> Vec<Vec<u8>> {
        let mut letters: Vec<Vec<u8>> = Vec::new();
        for byte in 0..=u8::MAX {
            let same =
                |letter: &&mut Vec<u8>| letter.first().is_some_and(|&own| self.same(own, byte));
            match letters.iter_mut().find(same) {
                Some(letter) => letter.push(byte),
                None => letters.push(vec![byte]),
            }
        }
        letters.retain(|letter| Letter::new(letter).is_some());
        letters
    }

    /// Returns `true` if no state distinguishes the two bytes.
    fn same(&self, one: u8, other: u8) -> bool {
        let (one, other) = (self.column(one), self.column(other));
        one == other || self.next.chunks(1 << self.shift).all(|row| row.get(one) == row.get(other))
    }

    /// Returns one byte of each column.
    fn samples(&self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(|&byte| byte == 0 || self.column(byte) != self.column(byte - 1))
    }
}

/// Returns the frequency rank of a byte in names, paths, images and texts. Bytes later in the list
/// are rarer, and bytes not in the list are the rarest.
fn frequency(byte: u8) -> usize {
    const OFTEN: &[u8] = b"etaoinsrlc-dpmu./ hgbfyvk0w1:2_x5346789=jqz,\"@TSAPCIREN";
    OFTEN.iter().rev().position(|&own| own == byte).map_or(0, |place| place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(pattern: &str) -> Needs {
        Machine::new(pattern).expect("a machine").needs()
    }

    #[test]
    fn texts_are_refused_that_lack_something() {
        let password = needs(r"(?i)password\s*[=:]\s*\S+");
        assert_eq!(password.least, 10);
        for text in ["password=", "/var/run/secrets", "IfNotPresent", "registry/image:1.2.3", ""] {
            assert!(password.refuse(text.as_bytes()), "{text}");
        }
        for text in ["PASSWORD=x", "a=PaSsWoRd : x", "xxxxxxxxxW"] {
            assert!(!password.refuse(text.as_bytes()), "{text}");
        }
        let key = needs("^KEY[0-9]{3}$");
        assert_eq!((key.least, key.somewhere.is_none()), (6, true));
        assert!(key.refuse(b"key123") && key.refuse(b"KEY12") && !key.refuse(b"Kxxxxx"));
    }

    #[test]
    fn patterns_that_match_nearly_all_or_nothing_need_what_they_need() {
        assert!(!needs("").refuse(b"") && !needs("").refuse(b"a"));
        assert!(needs("[a&&b]").refuse(b"") && needs("[a&&b]").refuse(b"a"));
        assert!(!needs("^$").refuse(b"") && needs("^$").refuse(b"a"));
        assert!(!needs("$").refuse(b"") && !needs("$").refuse(b"a"));
        assert!(needs("a|b").somewhere.is_none() && needs("aa|ba").somewhere.is_some());
        assert!(!Needs::NONE.refuse(b"") && !Needs::NONE.refuse(&[b'a'; 300]));
    }
}
