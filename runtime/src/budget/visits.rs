//! The visits of collections by comparisons and by writers of text.
//!
//! A comparison of two values may visit far more parts than the values have in memory. In
//! `b := [a, a]`, `c := [b, b]`, and so on, each value has two parts, but the fortieth is compared
//! in 2^40 visits. A comparison is an operator in Rust and has no evaluation at hand to charge.
//! The visits of an evaluation are therefore counted by its thread, beside the steps of its loops.
//!
//! A comparison that exceeds the budget cannot fail. It has any result at once and marks the
//! evaluation, whose answer is then an error.

use core::cell::Cell;
use core::slice;
use std::time::Instant;

use super::{Budget, CHUNK, Exceeded, SLICE, ends_late};

thread_local! {
    static VISITS: Visits = const {
        Visits {
            is_running: Cell::new(false),
            left: Cell::new(u64::MAX),
            rest: Cell::new(0),
            bytes: Cell::new(0),
            deadline: Cell::new(None),
            exceeded: Cell::new(None),
            looks: Cell::new(0),
        }
    };
}

/// The counters of a thread. Outside evaluations, nothing is limited.
struct Visits {
    is_running: Cell<bool>,
    /// The visits left in the slice.
    left: Cell<u64>,
    /// The visits left after the slice.
    rest: Cell<u64>,
    /// The bytes of texts outside of the arena that are left.
    bytes: Cell<usize>,
    deadline: Cell<Option<Instant>>,
    exceeded: Cell<Option<Exceeded>>,
    /// The looks at the clock by the evaluations of the thread, for tests.
    looks: Cell<u64>,
}

/// The counters of an evaluation that another one on the same thread interrupts. A host may
/// evaluate a policy to answer a call.
#[derive(Debug)]
pub(super) struct Interrupted {
    left: u64,
    rest: u64,
    bytes: usize,
    deadline: Option<Instant>,
    exceeded: Option<Exceeded>,
}

/// Begins an evaluation. Returns the counters of the one that it interrupts.
#[inline]
pub(super) fn begin(budget: &Budget) -> Option<Box<Interrupted>> {
    VISITS.with(|visits| {
        let interrupted = if visits.is_running.get() { Some(interrupt(visits)) } else { None };
        let slice = budget.steps.min(SLICE);
        visits.is_running.set(true);
        visits.left.set(slice);
        visits.rest.set(budget.steps - slice);
        visits.bytes.set(budget.memory);
        visits.deadline.set(budget.deadline);
        interrupted
    })
}

#[cold]
#[inline(never)]
#[expect(clippy::unnecessary_box_returns, reason = "the evaluation that runs holds the box")]
fn interrupt(visits: &Visits) -> Box<Interrupted> {
    Box::new(Interrupted {
        left: visits.left.get(),
        rest: visits.rest.get(),
        bytes: visits.bytes.get(),
        deadline: visits.deadline.get(),
        exceeded: visits.exceeded.take(),
    })
}

/// Ends an evaluation and resumes the one that it interrupted. Returns the limit that its visits
/// exceeded.
#[inline]
pub(super) fn finish(interrupted: Option<Box<Interrupted>>) -> Option<Exceeded> {
    VISITS.with(|visits| {
        let exceeded = visits.exceeded.take();
        visits.is_running.set(false);
        visits.left.set(u64::MAX);
        if let Some(interrupted) = interrupted {
            resume(visits, &interrupted);
        }
        exceeded
    })
}

#[cold]
#[inline(never)]
fn resume(visits: &Visits, interrupted: &Interrupted) {
    visits.is_running.set(true);
    visits.left.set(interrupted.left);
    visits.rest.set(interrupted.rest);
    visits.bytes.set(interrupted.bytes);
    visits.deadline.set(interrupted.deadline);
    visits.exceeded.set(interrupted.exceeded);
}

/// Returns the limit that the visits of the evaluation exceeded.
pub(super) fn exceeded() -> Option<Exceeded> {
    VISITS.with(|visits| visits.exceeded.get())
}

/// Returns the number of times that evaluations on this thread have looked at the clock. Tests
/// compare it with the number of members that a loop visits, because times vary.
pub fn looks() -> u64 {
    VISITS.with(|visits| visits.looks.get())
}

/// Counts a look at the clock.
pub(super) fn count_look() {
    VISITS.with(|visits| visits.looks.set(visits.looks.get().wrapping_add(1)));
}

/// Returns `true` if the evaluation that runs on the thread exceeded its budget.
pub(crate) fn is_over() -> bool {
    exceeded().is_some()
}

/// Ends all comparisons of the evaluation.
pub(super) fn exceed(exceeded: Exceeded) {
    VISITS.with(|visits| {
        visits.exceeded.set(Some(exceeded));
        visits.left.set(0);
        visits.rest.set(0);
    });
}

/// Ends the evaluation at a value that is too deep for a builtin, whose result is then not valid.
#[cold]
pub(crate) fn exceed_depth() {
    if VISITS.with(|visits| visits.is_running.get()) {
        exceed(Exceeded::Depth);
    }
}

/// The members of a collection that are compared in about the time of a step.
pub(crate) const MEMBERS: usize = 8;

/// Counts the visit of a collection with `members` that were looked at. Returns `false` if the
/// evaluation exceeds its budget. Its comparisons then end at once.
#[inline]
pub(crate) fn visit(members: usize) -> bool {
    let steps = 1 + (members / MEMBERS) as u64;
    VISITS.with(|visits| match visits.left.get().checked_sub(steps) {
        Some(left) => {
            visits.left.set(left);
            true
        }
        None => next_slice(visits, steps),
    })
}

/// The length of a slice that is searched without a charge.
const FEW: usize = 64;

/// Returns the members of a slice that a search looks at. Many are counted, [`CHUNK`] at a time. If
/// the evaluation exceeds its budget, the rest is left out.
#[inline]
pub(crate) fn searched<T>(items: &[T]) -> Searched<'_, T> {
    let (part, rest) = if items.len() < FEW { (items, &[][..]) } else { part(items) };
    Searched { part: part.iter(), rest }
}

/// Returns the parts of a slice that a search looks at, like [`searched`].
#[inline]
pub(crate) fn parts<T>(items: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = items;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (first, behind) = if rest.len() < FEW { (rest, &[][..]) } else { part(rest) };
        rest = behind;
        Some(first)
    })
}

/// An iterator over the members of a slice that a search looks at.
pub(crate) struct Searched<'s, T> {
    part: slice::Iter<'s, T>,
    /// The members after this part.
    rest: &'s [T],
}

impl<'s, T> Iterator for Searched<'s, T> {
    type Item = &'s T;

    #[inline]
    fn next(&mut self) -> Option<&'s T> {
        let next = self.part.next();
        if next.is_some() || self.rest.is_empty() {
            return next;
        }
        let (part, rest) = part(self.rest);
        (self.part, self.rest) = (part.iter(), rest);
        self.part.next()
    }
}

/// Counts the first members of a long slice. Returns them, and the rest. Both are empty if the
/// evaluation exceeds its budget.
#[cold]
#[inline(never)]
fn part<T>(items: &[T]) -> (&[T], &[T]) {
    let (part, rest) = items.split_at(CHUNK.min(items.len()));
    if part.len() < FEW || visit(MEMBERS * part.len()) { (part, rest) } else { (&[], &[]) }
}

/// The bytes of a text that are read in about the time of a step.
pub(crate) const BYTES: usize = 64;

/// The bytes of a text that are read without a charge.
const FEW_BYTES: usize = 1024;

/// Counts the reading of a text, if it is long. Returns `false` if the evaluation exceeds its
/// budget.
#[inline]
pub(crate) fn read_text(bytes: usize) -> bool {
    bytes < FEW_BYTES || read_long(bytes)
}

#[cold]
#[inline(never)]
fn read_long(bytes: usize) -> bool {
    visit(bytes / BYTES * MEMBERS)
}

/// Counts `bytes` of a text outside of the arena. Returns `false` if the evaluation exceeds its
/// budget of memory.
#[cold]
pub(crate) fn hold_text(bytes: usize) -> bool {
    VISITS.with(|visits| {
        if !visits.is_running.get() {
            return true;
        }
        let left = visits.bytes.get().checked_sub(bytes);
        match left {
            Some(left) => visits.bytes.set(left),
            None => exceed(Exceeded::Memory),
        }
        left.is_some()
    })
}

#[cold]
#[inline(never)]
fn next_slice(visits: &Visits, steps: u64) -> bool {
    if !visits.is_running.get() {
        visits.left.set(u64::MAX);
        return true;
    }
    visits.looks.set(visits.looks.get().wrapping_add(1));
    let left = visits.left.get().saturating_add(visits.rest.get());
    if visits.exceeded.get().is_some() {
        return false;
    }
    if ends_late(visits.deadline.get(), steps) {
        exceed(Exceeded::Deadline);
        return false;
    }
    let Some(left) = left.checked_sub(steps) else {
        exceed(Exceeded::Steps);
        return false;
    };
    let slice = left.min(SLICE);
    visits.left.set(slice);
    visits.rest.set(left - slice);
    true
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn count(budget: Budget) -> (u64, Option<Exceeded>) {
        let interrupted = begin(&budget);
        let visited = (0..100_000).take_while(|_| visit(0)).count() as u64;
        (visited, finish(interrupted))
    }

    #[test]
    fn visits_are_limited_like_steps() {
        for steps in [0, 1, 255, 256, 257, 5000] {
            let budget = Budget::UNLIMITED.steps(steps);
            assert_eq!(count(budget), (steps, Some(Exceeded::Steps)));
        }
        assert_eq!(count(Budget::UNLIMITED), (100_000, None));
        let past = Budget::UNLIMITED.deadline(Instant::now());
        assert_eq!(count(past), (SLICE, Some(Exceeded::Deadline)));
        let later = Budget::UNLIMITED.deadline(Instant::now() + Duration::from_hours(1));
        assert_eq!(count(later), (100_000, None));
    }

    #[test]
    fn an_evaluation_goes_on_after_one_that_interrupts_it() {
        let outer = begin(&Budget::UNLIMITED.steps(1000));
        assert!(visit(8 * 600));
        assert_eq!(count(Budget::UNLIMITED.steps(10)), (10, Some(Exceeded::Steps)));
        assert!(visit(8 * 398), "the inner evaluation does not end the outer one");
        assert!(!visit(0));
        assert!(!visit(0), "an evaluation that exceeded its budget stays over");
        assert_eq!(finish(outer), Some(Exceeded::Steps));
        assert!(visit(usize::MAX), "nothing is limited outside evaluations");
    }
}
