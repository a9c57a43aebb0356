//! Choices that generators draw: from a seed, from proptest, or from the bytes of a fuzzer.

use proptest::prelude::Rng as _;
use proptest::test_runner::TestRng;

/// A source of choices.
#[derive(Clone, Debug)]
pub struct Draw {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    /// The state of `SplitMix64`.
    Seed(u64),
    Proptest(Box<TestRng>),
    /// Bytes of which the first `next` are drawn. Behind the end, the choices are those of a fixed
    /// seed, so that short inputs make whole values and a change of one byte changes one choice.
    Bytes {
        bytes: Vec<u8>,
        next: usize,
    },
}

impl Draw {
    /// Creates a source for `name` from a seed, so that choices for one name do not depend on those
    /// for others.
    pub fn seeded(seed: u64, name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ hash;
        Self { source: Source::Seed(state) }
    }

    /// Creates a source that draws from proptest's random number generator.
    pub(crate) fn proptest(rng: TestRng) -> Self {
        Self { source: Source::Proptest(Box::new(rng)) }
    }

    /// Creates a source that draws from the bytes of a fuzzer.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self { source: Source::Bytes { bytes: bytes.to_vec(), next: 0 } }
    }

    /// Returns a number below `limit`, or `0` if `limit` is `0`.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = limit.max(1) as u64;
        usize::try_from(self.number(limit) % limit).unwrap_or_default()
    }

    /// Returns a number from which one below `limit` is taken. A fuzzer's bytes are drawn sparingly.
    fn number(&mut self, limit: u64) -> u64 {
        match &mut self.source {
            Source::Seed(state) => split_mix(state),
            Source::Proptest(rng) => rng.next_u64(),
            Source::Bytes { bytes, next } => {
                let count = if limit <= 1 << 8 { 1 } else { 2 };
                if let Some(drawn) = bytes.get(*next..*next + count) {
                    *next += count;
                    return drawn.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
                }
                self.source = Source::Seed(0);
                self.number(limit)
            }
        }
    }

    /// Returns a number from `low` to `high`.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high + 1 - low)
    }

    /// Returns `true` in `percent` of 100 draws.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Returns one of `items`, which must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Returns one of `items`, with a probability proportional to its weight.
    pub(crate) fn weighted<T: Copy>(&mut self, items: &[(usize, T)]) -> T {
        let total: usize = items.iter().map(|(weight, _)| weight).sum();
        let mut left = self.below(total);
        for (weight, item) in items {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        items[0].1
    }

    /// Shuffles `items`.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_drawn_one_by_one_and_then_a_seed() {
        let mut draw = Draw::from_bytes(&[3, 1, 2, 7]);
        assert_eq!((draw.below(10), draw.below(1000), draw.below(4)), (3, 258, 3));
        let rest: Vec<_> = (0..20).map(|_| draw.below(100)).collect();
        let mut other = Draw::from_bytes(&[]);
        assert_eq!(rest, (0..20).map(|_| other.below(100)).collect::<Vec<_>>());
        assert!(rest.iter().any(|number| *number != rest[0]), "{rest:?}");
    }
}
