//! The limits of an evaluation, and the meter that an arena counts with.
//!
//! A loop charges its members when it begins: a scan over 300 containers charges 300 steps once,
//! not one step 300 times. The meter counts down a slice of the steps. If the slice is used up, it
//! looks at the clock and at the memory, and takes the next slice. Memory is counted where the arena
//! hands out room for large values, so that one `concat` cannot take more than the limit.

mod visits;

use core::cell::Cell;
use core::fmt;
use std::time::{Duration, Instant};

use crate::location::Location;

#[doc(hidden)]
pub use visits::looks;
pub(crate) use visits::{
    BYTES, MEMBERS, exceed_depth, hold_text, is_over, parts, read_text, searched, visit,
};

/// The limits of one evaluation. Exceeding one of them is an error with the code
/// [`ErrorCode::Cancel`](crate::ErrorCode::Cancel), and the policy has no answer.
///
/// The defaults are far above the needs of policies. No policy among this project's fixtures needs
/// a hundredth of them.
///
/// ```
/// use std::time::{Duration, Instant};
///
/// use ferrego_runtime::{Arena, Budget, Evaluation};
///
/// let arena = Arena::new();
/// let deadline = Instant::now() + Duration::from_millis(500);
/// let budget = Budget::default().steps(1_000_000).memory(16 << 20).deadline(deadline);
/// let evaluation = Evaluation::new(&arena).budget(budget);
/// # let _ = evaluation;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Budget {
    /// The members of collections that loops may visit, and the work of expensive builtins in units
    /// of about the same time. Comparisons may visit as many collections besides.
    pub steps: u64,
    /// The bytes that the values of the evaluation may take in the arena, besides its input.
    pub memory: usize,
    /// The time at which the evaluation ends, finished or not.
    pub deadline: Option<Instant>,
}

impl Budget {
    /// The limits of [`Budget::default`].
    pub const DEFAULT: Self = Self { steps: 100_000_000, memory: 256 << 20, deadline: None };
    /// No limits.
    pub const UNLIMITED: Self = Self { steps: u64::MAX, memory: usize::MAX, deadline: None };

    /// Sets the number of steps.
    #[must_use]
    pub const fn steps(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }

    /// Sets the bytes of memory.
    #[must_use]
    pub const fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// Sets the time at which the evaluation ends.
    #[must_use]
    pub const fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The limit that an evaluation exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exceeded {
    /// [`Budget::steps`].
    Steps,
    /// [`Budget::memory`].
    Memory,
    /// [`Budget::deadline`].
    Deadline,
    /// The levels of a value that a builtin prints or merges.
    Depth,
}

impl Exceeded {
    /// Returns the message of the error.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Steps => "the evaluation exceeds its budget of steps",
            Self::Memory => "the evaluation exceeds its budget of memory",
            Self::Deadline => "the evaluation exceeds its deadline",
            Self::Depth => "the evaluation exceeds the depth of values for a builtin, 512 levels",
        }
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Exceeded {}

/// The steps between two looks at the clock and at the memory.
const SLICE: u64 = CHUNK as u64;

/// The least time that a step takes, on a fast machine.
const STEP: Duration = Duration::from_nanos(10);

/// Returns `true` if work of `steps` would end after the deadline. A builtin charges its work before
/// it does it, and cannot be stopped within it.
fn ends_late(deadline: Option<Instant>, steps: u64) -> bool {
    let Some(deadline) = deadline else { return false };
    let steps = u32::try_from(steps).unwrap_or(u32::MAX);
    deadline.saturating_duration_since(Instant::now()) <= STEP * steps
}

/// The members of a long collection that a loop visits between two looks at the clock. A shorter
/// loop is charged when it begins, and looks once at most.
pub(crate) const CHUNK: usize = 256;

/// The counters of an evaluation. Outside evaluations, nothing is limited.
#[derive(Debug)]
pub(crate) struct Meter {
    /// The steps left in the slice.
    left: Cell<u64>,
    /// The steps left after the slice.
    rest: Cell<u64>,
    /// The bytes that the arena may hold.
    memory: Cell<usize>,
    /// The bytes that an engine keeps for the evaluation outside of the arena.
    pub(crate) held: Cell<usize>,
    deadline: Cell<Option<Instant>>,
    exceeded: Cell<Option<Exceeded>>,
    /// The place at which the evaluation exceeded its budget, if it goes on without an error.
    place: Cell<Option<Location>>,
}

impl Default for Meter {
    fn default() -> Self {
        let meter = Self {
            left: Cell::new(0),
            rest: Cell::new(0),
            memory: Cell::new(0),
            held: Cell::new(0),
            deadline: Cell::new(None),
            exceeded: Cell::new(None),
            place: Cell::new(None),
        };
        meter.limit_nothing();
        meter
    }
}

/// An evaluation, which is limited until [`Running::finish`].
#[doc(hidden)]
#[must_use = "the evaluation is limited only until this is dropped"]
#[derive(Debug)]
pub struct Running<'m> {
    meter: &'m Meter,
    /// The evaluation on the same thread that this one interrupts.
    interrupted: Option<Box<visits::Interrupted>>,
}

impl Running<'_> {
    /// Ends the evaluation. Returns the limit that it exceeded, if it did, and the place that was
    /// noted. Its answer is then not valid, even if it did not notice: a value too large for the
    /// arena is replaced by an empty one, and a comparison that takes too long has any result.
    #[inline]
    pub fn finish(mut self) -> Option<(Exceeded, Option<Location>)> {
        let visits = visits::finish(self.interrupted.take());
        let meter = self.meter;
        core::mem::forget(self);
        meter.limit_nothing();
        let exceeded = meter.exceeded.take().or(visits);
        exceeded.map(|exceeded| (exceeded, meter.place.take()))
    }
}

impl Drop for Running<'_> {
    /// Ends an evaluation that panicked. The thread then compares values without limits again.
    fn drop(&mut self) {
        visits::finish(self.interrupted.take());
        self.meter.limit_nothing();
        self.meter.exceeded.set(None);
        self.meter.place.set(None);
    }
}

impl Meter {
    /// Begins an evaluation in an arena that already holds `used` bytes.
    #[inline]
    pub(crate) fn begin(&self, budget: Budget, used: usize) -> Running<'_> {
        // The first charge looks at the clock if there is a deadline.
        let slice = if budget.deadline.is_some() { 0 } else { budget.steps.min(SLICE) };
        self.left.set(slice);
        self.rest.set(budget.steps - slice);
        self.memory.set(used.saturating_add(budget.memory));
        self.held.set(0);
        self.deadline.set(budget.deadline);
        Running { meter: self, interrupted: visits::begin(&budget) }
    }

    #[inline]
    fn limit_nothing(&self) {
        self.left.set(u64::MAX);
        self.memory.set(usize::MAX);
    }

    /// Takes steps from the slice, if it has as many. Within an evaluation, these are at most
    /// [`CHUNK`], so that a loop that takes its steps here is short.
    #[inline]
    pub(crate) fn takes(&self, steps: u64) -> bool {
        let left = self.left.get().checked_sub(steps);
        if let Some(left) = left {
            self.left.set(left);
        }
        left.is_some()
    }

    /// Takes steps from the budget. `used` returns the bytes that the arena holds.
    #[inline]
    pub(crate) fn charge(&self, steps: u64, used: impl FnOnce() -> usize) -> Result<(), Exceeded> {
        if self.takes(steps) { Ok(()) } else { self.next_slice(steps, used()) }
    }

    /// Looks at the clock and at the memory. `used` is the number of bytes that the arena holds.
    #[cold]
    pub(crate) fn look(&self, used: usize) -> Result<(), Exceeded> {
        self.next_slice(0, used)
    }

    /// Fails if the deadline is less than `time` away, before work that cannot be stopped.
    #[cold]
    pub(crate) fn leaves(&self, time: Duration) -> Result<(), Exceeded> {
        visits::count_look();
        match self.deadline.get() {
            Some(deadline) if deadline.saturating_duration_since(Instant::now()) <= time => {
                self.exceed(Exceeded::Deadline);
                Err(Exceeded::Deadline)
            }
            _ => Ok(()),
        }
    }

    #[cold]
    #[inline(never)]
    fn next_slice(&self, steps: u64, used: usize) -> Result<(), Exceeded> {
        visits::count_look();
        let left = self.steps_left();
        let exceeded = if let Some(exceeded) = self.exceeded.get().or_else(visits::exceeded) {
            Some(exceeded)
        } else if used.saturating_add(self.held.get()) > self.memory.get() {
            Some(Exceeded::Memory)
        } else if ends_late(self.deadline.get(), steps) {
            Some(Exceeded::Deadline)
        } else if left < steps {
            Some(Exceeded::Steps)
        } else {
            None
        };
        if let Some(exceeded) = exceeded {
            self.exceed(exceeded);
            return Err(exceeded);
        }
        let left = left - steps;
        let slice = left.min(SLICE);
        self.left.set(slice);
        self.rest.set(left - slice);
        Ok(())
    }

    /// Returns `true` if an arena that holds `used` bytes may hold `bytes` more, and charges the time
    /// to fill them. If not, the evaluation is over: each later charge fails, and so does its result.
    #[cold]
    #[inline(never)]
    pub(crate) fn admits(&self, bytes: usize, used: usize) -> bool {
        if self.exceeded.get().is_none()
            && used.saturating_add(self.held.get()).saturating_add(bytes) <= self.memory.get()
        {
            return self.charge((bytes / BYTES) as u64, || used).is_ok();
        }
        self.exceed(self.exceeded.get().unwrap_or(Exceeded::Memory));
        false
    }

    /// Begins a region, whose arena holds `inner_used` bytes: its meter `inner` has as much as this
    /// one has left for an arena that holds `used` bytes. Returns the steps that are left.
    pub(crate) fn lend(&self, used: usize, inner: &Self, inner_used: usize) -> u64 {
        let left = self.memory.get().saturating_sub(used.saturating_add(self.held.get()));
        inner.left.set(self.left.get());
        inner.rest.set(self.rest.get());
        inner.memory.set(inner_used.saturating_add(left));
        inner.held.set(0);
        inner.deadline.set(self.deadline.get());
        inner.exceeded.set(self.exceeded.get());
        inner.place.set(None);
        self.steps_left()
    }

    /// Ends a region that began with `lent` steps: takes the steps that it charged, and the limit
    /// that it exceeded with its place.
    pub(crate) fn settle(&self, lent: u64, inner: &Self) {
        if let Some(exceeded) = inner.exceeded.get() {
            self.exceed(exceeded);
            if let Some(place) = inner.place.get() {
                self.note(place);
            }
            return;
        }
        let charged = lent.saturating_sub(inner.steps_left());
        match self.left.get().checked_sub(charged) {
            Some(left) => self.left.set(left),
            None => self.settle_beyond_slice(charged),
        }
    }

    /// Takes steps from the slice and those after it. The next charge looks at the clock and at the
    /// memory.
    #[cold]
    fn settle_beyond_slice(&self, charged: u64) {
        match self.steps_left().checked_sub(charged) {
            Some(rest) => {
                self.left.set(0);
                self.rest.set(rest);
            }
            None => self.exceed(self.exceeded.get().unwrap_or(Exceeded::Steps)),
        }
    }

    /// Returns the steps left in the slice and after it.
    fn steps_left(&self) -> u64 {
        self.left.get().saturating_add(self.rest.get())
    }

    /// Counts bytes that an engine keeps outside of the arena.
    pub(crate) fn hold(&self, bytes: usize) {
        self.held.set(self.held.get().saturating_add(bytes));
    }

    /// Notes the place at which the evaluation exceeded its budget, unless one is known.
    pub(crate) fn note(&self, place: Location) {
        self.place.set(self.place.get().or(Some(place)));
    }

    /// Ends the evaluation: each later charge fails.
    pub(crate) fn exceed(&self, exceeded: Exceeded) {
        self.exceeded.set(Some(exceeded));
        self.left.set(0);
        self.rest.set(0);
        visits::exceed(exceeded);
    }
}

#[cfg(test)]
mod tests;
