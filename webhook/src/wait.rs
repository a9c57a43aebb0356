//! The time for which an evaluation may wait, as for the response of a provider of external data.
//!
//! The server first judges a review on a thread that serves other requests too. There, an evaluation
//! must not wait. One that would wait begins again on a thread of its own:
//!
//! ```text
//! shared thread: until() → WouldBlock → the evaluation is dropped
//! own thread:    until() → the deadline of the review
//! ```
//!
//! A count or a log line of an evaluation goes through `if_kept`, so that it is not repeated.
//!
//! A [`Host`](ferrego_runtime::Host) of a program that waits calls [`until`] first:
//!
//! ```
//! use ferrego_webhook::wait::{self, WouldBlock};
//!
//! // Outside of a server, nobody else needs the thread, and nothing sets a deadline.
//! assert_eq!(wait::until(), Ok(None));
//! ```

use std::cell::{Cell, RefCell};
use std::fmt;
use std::time::Instant;

/// The error of an evaluation that must not wait on its thread. Its result is dropped, and the review
/// is judged again on a thread of its own.
///
/// ```
/// use ferrego_webhook::wait::WouldBlock;
///
/// assert_eq!(WouldBlock.to_string(), "an evaluation must not wait on this thread");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WouldBlock;

impl fmt::Display for WouldBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an evaluation must not wait on this thread")
    }
}

impl std::error::Error for WouldBlock {}

/// The permission of an evaluation to block its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blocking {
    /// It may wait without a deadline.
    Unlimited,
    /// It may wait until its deadline.
    Until(Instant),
    /// It must not wait, because others need the thread.
    Forbidden,
    /// It must not wait, but it would have.
    Attempted,
}

/// A count or a log line.
type Effect = Box<dyn FnOnce()>;

thread_local! {
    static BLOCKING: Cell<Blocking> = const { Cell::new(Blocking::Unlimited) };
    /// The effects of an evaluation that may still be dropped.
    static EFFECTS: RefCell<Vec<Effect>> = const { RefCell::new(Vec::new()) };
}

/// Returns the time until which the evaluation of this thread may wait; `None` if it has no deadline.
///
/// # Errors
/// Returns [`WouldBlock`] if the evaluation must not wait. The caller then returns any value, because
/// the result of the evaluation is dropped.
pub fn until() -> Result<Option<Instant>, WouldBlock> {
    match BLOCKING.get() {
        Blocking::Unlimited => Ok(None),
        Blocking::Until(deadline) => Ok(Some(deadline)),
        Blocking::Forbidden | Blocking::Attempted => {
            BLOCKING.set(Blocking::Attempted);
            Err(WouldBlock)
        }
    }
}

/// Returns `true` if the evaluation of this thread would have waited, so that its result must be
/// dropped.
pub(crate) fn is_refused() -> bool {
    BLOCKING.get() == Blocking::Attempted
}

/// Runs `effect` unless the evaluation of this thread is dropped: at once if it may wait, otherwise
/// when [`keep`] is called.
#[cfg(feature = "external-data")]
pub(crate) fn if_kept(effect: impl FnOnce() + 'static) {
    match BLOCKING.get() {
        Blocking::Unlimited | Blocking::Until(_) => effect(),
        Blocking::Forbidden => EFFECTS.with_borrow_mut(|effects| effects.push(Box::new(effect))),
        // This evaluation is dropped.
        Blocking::Attempted => {}
    }
}

/// Runs the effects of the evaluation of this thread, whose result is kept.
pub(crate) fn keep() {
    for effect in EFFECTS.take() {
        effect();
    }
}

/// Runs `evaluate` under a rule. Drops the effects that were not kept.
pub(crate) fn with<R>(blocking: Blocking, evaluate: impl FnOnce() -> R) -> R {
    /// Restores the rule and drops the effects, also if `evaluate` panics.
    struct Restore(Blocking);
    impl Drop for Restore {
        fn drop(&mut self) {
            BLOCKING.set(self.0);
            drop(EFFECTS.take());
        }
    }
    let _restore = Restore(BLOCKING.replace(blocking));
    evaluate()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "external-data")]
    fn only_effects_of_kept_evaluations_run() {
        thread_local! {
            static RAN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        }
        let note = |number| if_kept(move || RAN.with_borrow_mut(|ran| ran.push(number)));
        note(1);
        with(Blocking::Until(Instant::now()), || note(2));
        with(Blocking::Forbidden, || note(3));
        with(Blocking::Forbidden, || {
            note(4);
            let _ = until();
            note(5);
        });
        with(Blocking::Forbidden, || {
            note(6);
            assert_eq!(RAN.with_borrow(Vec::clone), [1, 2]);
            keep();
        });
        keep();
        assert_eq!(RAN.take(), [1, 2, 6]);
    }

    #[test]
    fn an_evaluation_waits_by_the_rule_of_its_thread() {
        let deadline = Instant::now();
        with(Blocking::Until(deadline), || assert_eq!(until(), Ok(Some(deadline))));
        with(Blocking::Forbidden, || {
            assert!(!is_refused());
            assert_eq!(until(), Err(WouldBlock));
            assert!(is_refused());
        });
        assert_eq!((until(), is_refused()), (Ok(None), false));
    }
}
