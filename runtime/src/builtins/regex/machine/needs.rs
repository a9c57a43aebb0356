//! Necessary conditions for a match, which reject most texts without running the pattern.

use core::array;
use std::collections::HashSet;

use regex_automata::dfa::Automaton;
use regex_automata::util::primitives::StateID;

use super::{LONGEST, Machine};

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
            let state = self.automaton.next_state(self.start, byte);
            if !self.automaton.is_dead_state(state) {
                first[usize::from(byte >> 6)] |= 1 << (byte & 63);
            }
        }
        first
    }

    /// Returns the minimum length of a matching text that contains no byte of `without`.
    fn least(&self, without: &[u8]) -> Option<usize> {
        let allowed: Vec<u8> = self.samples().filter(|byte| !without.contains(byte)).collect();
        let mut seen = HashSet::new();
        let mut states = vec![self.start];
        let mut length = 0;
        while !states.is_empty() {
            let matches = |&state: &StateID| {
                // A match is reported at the byte after it, or at the end of the text.
                self.automaton.is_match_state(state) || self.ends_well(state)
            };
            if states.iter().any(matches) {
                return Some(length);
            }
            let after = |&state: &StateID| {
                allowed.iter().map(move |&byte| self.automaton.next_state(state, byte))
            };
            let mut next: Vec<_> = states.iter().flat_map(after).collect();
            next.retain(|&state| !self.automaton.is_dead_state(state) && seen.insert(state));
            (states, length) = (next, length + 1);
        }
        None
    }

    /// Returns the groups of bytes that no state distinguishes and that [`Letter`] can represent:
    /// one byte, or two.
    fn letters(&self) -> Vec<Vec<u8>> {
        let states = self.states();
        let mut letters: Vec<(Vec<StateID>, Vec<u8>)> = Vec::new();
        for byte in 0..=u8::MAX {
            let after = states.iter().map(|&state| self.automaton.next_state(state, byte));
            let after: Vec<_> = after.collect();
            match letters.iter_mut().find(|(own, _)| *own == after) {
                Some((_, letter)) => letter.push(byte),
                None => letters.push((after, vec![byte])),
            }
        }
        let letters = letters.into_iter().map(|(_, letter)| letter);
        letters.filter(|letter| Letter::new(letter).is_some()).collect()
    }

    /// Returns all states that a text can reach.
    fn states(&self) -> Vec<StateID> {
        let mut states = vec![self.start];
        let mut seen = HashSet::from([self.start]);
        let mut done = 0;
        while let Some(&state) = states.get(done) {
            let after = self.samples().map(|byte| self.automaton.next_state(state, byte));
            states.extend(after.filter(|&state| seen.insert(state)));
            done += 1;
        }
        states
    }

    /// Returns one byte of each class.
    fn samples(&self) -> impl Iterator<Item = u8> {
        let classes = self.automaton.byte_classes();
        (0..=u8::MAX).filter(|&byte| byte == 0 || classes.get(byte) != classes.get(byte - 1))
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
