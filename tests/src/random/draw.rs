//! Random choices, drawn from proptest's random number generator.

use proptest::prelude::Rng as _;
use proptest::test_runner::TestRng;

/// A source of random choices.
#[derive(Debug)]
pub(super) struct Draw {
    rng: TestRng,
}

impl Draw {
    pub(super) fn new(rng: TestRng) -> Self {
        Self { rng }
    }

    /// Returns a number below `limit`, or `0` if `limit` is `0`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let wide = self.rng.next_u64();
        usize::try_from(wide % (limit.max(1) as u64)).unwrap_or(0)
    }

    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high + 1 - low)
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Returns one of `items`, which must not be empty.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Returns one of `items`, with a probability proportional to its weight.
    pub(super) fn weighted<T: Copy>(&mut self, items: &[(usize, T)]) -> T {
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
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}
