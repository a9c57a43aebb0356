//! The choice of the thread that judges a review.
//!
//! Most policies take microseconds, so the thread that serves connections judges their reviews.
//! An evaluation there that does not end in time begins again on a thread of its own, and its work is
//! lost. If most evaluations are that slow, as those of many interpreted policies are, reviews go to a
//! thread of their own at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The mean time of evaluations above which they go to threads of their own.
const QUICK: u64 = 500_000;

/// The most that one evaluation counts. A pause of the thread is not the work of a policy, so a single
/// slow evaluation must not decide.
const LONGEST: u64 = 2_000_000;

/// The part of the mean that a new evaluation contributes, as a divisor.
const WEIGHT: u64 = 8;

/// The mean time of the last evaluations, in nanoseconds.
#[derive(Debug, Default)]
pub(super) struct Pace(AtomicU64);

impl Pace {
    /// Returns `true` if a thread that serves other requests too should judge the next review.
    pub(super) fn is_quick(&self) -> bool {
        self.0.load(Ordering::Relaxed) < QUICK
    }

    /// Adds the time of an evaluation, wherever it ran. If two threads add at the same time, one of
    /// the times may be lost.
    pub(super) fn add(&self, time: Duration) {
        let time = u64::try_from(time.as_nanos()).map_or(LONGEST, |time| time.min(LONGEST));
        let mean = self.0.load(Ordering::Relaxed);
        self.0.store(mean - mean / WEIGHT + time / WEIGHT, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(pace: &Pace, times: impl IntoIterator<Item = u64>) -> bool {
        times.into_iter().for_each(|micros| pace.add(Duration::from_micros(micros)));
        pace.is_quick()
    }

    #[test]
    fn the_mean_decides_and_a_single_pause_does_not() {
        let pace = Pace::default();
        assert!(after(&pace, [30; 20]));
        assert!(after(&pace, [60_000_000]), "one pause");
        assert!(!after(&pace, [1_200; 10]), "interpreted policies");
        assert!(!after(&pace, [1_200, 30, 1_200]), "most are slow");
        assert!(after(&pace, [30; 20]), "other policies");
    }
}
