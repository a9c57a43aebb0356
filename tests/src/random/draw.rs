//! Choices, drawn from proptest's source of chance.

use proptest::prelude::Rng as _;
use proptest::test_runner::TestRng;

/// Draws choices one after the other.
#[derive(Debug)]
pub(super) struct Draw {
    rng: TestRng,
}

impl Draw {
    pub(super) fn new(rng: TestRng) -> Self {
        Self { rng }
    }

    /// A number below `limit`; `0` where that is `0`.
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

    /// One of `items`, of which there must be some.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// One of `items`, as often as their weights say.
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

    /// `items` in another order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}
