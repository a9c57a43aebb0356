//! The limits of a review: of each evaluation, and of the findings that a verdict holds.

use std::time::{Duration, Instant};

use ferrego_runtime::Budget;

/// The limits of each review that a set judges.
///
/// An evaluation that exceeds its budget or its timeout stops with an error, and the constraint
/// denies like any other that stops. Findings beyond the limits are left out, but each constraint
/// keeps one, so the limits never turn a denial into an approval.
///
/// ```
/// use std::time::Duration;
///
/// use ferrego_gatekeeper::PolicySet;
/// use ferrego_gatekeeper::policy_set::Limits;
/// use ferrego_runtime::Budget;
///
/// let mut limits = Limits::default();
/// limits.budget = Budget::default().steps(1_000_000);
/// limits.timeout = Some(Duration::from_millis(500));
/// limits.findings = 100;
/// let policies = PolicySet::builder().limits(limits).build();
/// # let _ = policies;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The limits of each evaluation.
    pub budget: Budget,
    /// The time that each evaluation may take.
    pub timeout: Option<Duration>,
    /// The number of findings and warnings of a review.
    pub findings: usize,
    /// The bytes of the messages and details of a review, without the escapes of JSON.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { budget: Budget::DEFAULT, timeout: None, findings: 1000, bytes: 1 << 20 }
    }
}

impl Limits {
    /// Returns the budget of an evaluation that begins now, in a review with this deadline.
    pub(super) fn budget_now(&self, deadline: Option<Instant>) -> Budget {
        // A timeout beyond the range of the clock never ends.
        let timeout = self.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut budget = self.budget;
        budget.deadline = [budget.deadline, deadline, timeout].into_iter().flatten().min();
        budget
    }
}
