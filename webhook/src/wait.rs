//! The time for which an evaluation may wait, as for the response of a provider of external data.
//!
//! The server first judges a review on a thread that serves other requests too. There, an evaluation
//! must not wait. One that would wait begins again on a thread of its own:
//!
//! ```text
//! shared thread: until() → Elsewhere → the evaluation is dropped
//! own thread:    until() → the deadline of the review
//! ```
//!
//! A [`Host`](ferrego_runtime::Host) of a program that waits calls [`until`] first:
//!
//! ```
//! use ferrego_webhook::wait::{self, Elsewhere};
//!
//! // Outside of a server, nobody else needs the thread, and nothing sets a deadline.
//! assert_eq!(wait::until(), Ok(None));
//! ```

use std::cell::Cell;
use std::fmt;
use std::time::Instant;

/// The error of an evaluation that must not wait on its thread. Its result is dropped, and the review
/// is judged again on a thread of its own.
///
/// ```
/// use ferrego_webhook::wait::Elsewhere;
///
/// assert_eq!(Elsewhere.to_string(), "an evaluation must not wait on this thread");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elsewhere;

impl fmt::Display for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an evaluation must not wait on this thread")
    }
}

impl std::error::Error for Elsewhere {}

/// The rule for the evaluation of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It may wait without a deadline.
    Free,
    /// It may wait until its deadline.
    Until(Instant),
    /// It must not wait, because others need the thread.
    Brief,
    /// It must not wait, but it would have.
    Refused,
}

thread_local! {
    static TURN: Cell<Turn> = const { Cell::new(Turn::Free) };
}

/// Returns the time until which the evaluation of this thread may wait; `None` if it has no deadline.
///
/// # Errors
/// Returns [`Elsewhere`] if the evaluation must not wait. The caller then returns any value, because
/// the result of the evaluation is dropped.
pub fn until() -> Result<Option<Instant>, Elsewhere> {
    match TURN.get() {
        Turn::Free => Ok(None),
        Turn::Until(deadline) => Ok(Some(deadline)),
        Turn::Brief | Turn::Refused => {
            TURN.set(Turn::Refused);
            Err(Elsewhere)
        }
    }
}

/// Returns `true` if the evaluation of this thread would have waited, so that its result must be
/// dropped.
pub(crate) fn is_refused() -> bool {
    TURN.get() == Turn::Refused
}

/// Runs `evaluate` under a rule.
pub(crate) fn with<R>(turn: Turn, evaluate: impl FnOnce() -> R) -> R {
    /// Restores the rule, also if `evaluate` panics.
    struct Restore(Turn);
    impl Drop for Restore {
        fn drop(&mut self) {
            TURN.set(self.0);
        }
    }
    let _restore = Restore(TURN.replace(turn));
    evaluate()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_evaluation_waits_by_the_rule_of_its_thread() {
        let deadline = Instant::now();
        with(Turn::Until(deadline), || assert_eq!(until(), Ok(Some(deadline))));
        with(Turn::Brief, || {
            assert!(!is_refused());
            assert_eq!(until(), Err(Elsewhere));
            assert!(is_refused());
        });
        assert_eq!((until(), is_refused()), (Ok(None), false));
    }
}
