//! Searches that note the literals without solutions.

use std::cell::Cell;

use ferrego_runtime::EvalError;

use super::Scene;
use crate::eval::body::{STACK_ADDED, STACK_NEEDED};
use crate::eval::{EachSolution, Flow, Outcome};
use crate::explanation::{Failure, Step};
use crate::program::Literal;

/// The attempts of a search that failed.
#[derive(Default)]
pub(super) struct Attempts {
    /// The index of the furthest literal that failed.
    furthest: Cell<usize>,
    /// The number of attempts that failed at this literal.
    here: Cell<usize>,
    /// The number of attempts that failed at any literal.
    all: Cell<usize>,
}

impl Attempts {
    fn add(&self, index: usize) {
        self.all.set(self.all.get() + 1);
        if self.here.get() == 0 || index > self.furthest.get() {
            self.furthest.set(index);
            self.here.set(1);
        } else if index == self.furthest.get() {
            self.here.set(self.here.get() + 1);
        }
    }
}

impl<'m> Scene<'_, 'm, '_> {
    /// Calls `solved` for each solution of the body, and `failed` with the index of each literal
    /// that fails in an attempt, while the bindings of the attempt are in force.
    fn each_attempt(
        &self,
        body: &'m [Literal],
        index: usize,
        solved: EachSolution<'_>,
        failed: &mut dyn FnMut(usize) -> Flow,
    ) -> Outcome {
        let Some(literal) = body.get(index) else { return solved() };
        stacker::maybe_grow(STACK_NEEDED, STACK_ADDED, || {
            let mut is_passed = false;
            let flow = self.machine.literal(self.context, self.frame, literal, &mut || {
                is_passed = true;
                self.each_attempt(body, index + 1, solved, failed)
            })?;
            if is_passed { Ok(flow) } else { Ok(failed(index)) }
        })
    }

    /// Calls `solved` for each solution of the body, and counts the attempts that fail.
    pub(super) fn search(
        &self,
        body: &'m [Literal],
        attempts: &Attempts,
        solved: EachSolution<'_>,
    ) -> Outcome {
        self.each_attempt(body, 0, solved, &mut |index| {
            attempts.add(index);
            Flow::Continue
        })
    }

    /// Returns the failure of the attempts that got furthest, with the values of the first of them.
    /// The body is searched again, up to this attempt. For `with_all`, see
    /// [`Scene::failing_step`].
    ///
    /// The body must have failed in an attempt.
    pub(super) fn failure(
        &self,
        body: &'m [Literal],
        attempts: &Attempts,
        with_all: bool,
    ) -> Result<Failure, Box<EvalError>> {
        let furthest = attempts.furthest.get();
        let mut step: Option<Step> = None;
        self.each_attempt(body, 0, &mut || Ok(Flow::Continue), &mut |index| {
            if index < furthest {
                return Flow::Continue;
            }
            step = self.failing_step(body, index, with_all);
            Flow::Stop
        })?;
        let step = step.unwrap_or_else(|| self.bare_step(&body[furthest]));
        Ok(Failure { step, here: attempts.here.get(), attempts: attempts.all.get() })
    }

    /// Returns the failure of a body, or `None` if it has a solution or stops.
    pub(super) fn failure_of(&self, body: &'m [Literal]) -> Option<Failure> {
        let attempts = Attempts::default();
        let mut is_solved = false;
        let searched = self.search(body, &attempts, &mut || {
            is_solved = true;
            Ok(Flow::Stop)
        });
        if is_solved || searched.is_err() {
            return None;
        }
        self.failure(body, &attempts, false).ok()
    }
}
