//! Reports of running suites.

use std::path::PathBuf;
use std::time::Duration;

use ferrego_compiler::diagnostics::{Excerpt, Notice, Severity};

use crate::explain::Account;

/// The report of running a suite.
#[derive(Clone, Debug)]
pub struct SuiteReport {
    /// The suite's file.
    pub file: PathBuf,
    /// `true` if the suite says that it is skipped.
    pub skipped: bool,
    /// The reports of the tests, in order.
    pub tests: Vec<TestReport>,
    /// The time that the suite took.
    pub elapsed: Duration,
}

/// The report of running a test.
#[derive(Clone, Debug)]
pub struct TestReport {
    /// The test's name.
    pub name: String,
    /// The outcome of the test, apart from its cases.
    pub outcome: Outcome,
    /// Warnings about the test's template and constraint.
    pub warnings: Vec<Notice>,
    /// The reports of the cases, in order; empty if the test could not be set up.
    pub cases: Vec<CaseReport>,
    /// The test's place in the suite.
    pub place: Excerpt,
    /// The time that the test took.
    pub elapsed: Duration,
}

/// The report of running a case.
#[derive(Clone, Debug)]
pub struct CaseReport {
    /// The case's name.
    pub name: String,
    /// The outcome of the case.
    pub outcome: Outcome,
    /// The violations in the object, in Gatekeeper's order.
    pub violations: Vec<Violation>,
    /// Warnings about the policy's output.
    pub warnings: Vec<Notice>,
    /// The explanations of the constraint, as far as they are wanted.
    pub accounts: Vec<Account>,
    /// The case's place in the suite.
    pub place: Excerpt,
    /// The time that the case took.
    pub elapsed: Duration,
}

/// The outcome of a test or a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The test or case succeeded.
    Passed,
    /// The test or case was not run, because the suite or the filter skips it.
    Skipped,
    /// The failures, such as assertions that do not hold, each with its place in the suite.
    Failed(Vec<(String, Excerpt)>),
    /// The errors in the files because of which the test or case could not run.
    Broken(Vec<Notice>),
}

/// A violation that the constraint found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The message.
    pub msg: String,
    /// The details as JSON.
    pub details: String,
    /// The enforcement action.
    pub action: String,
    /// The constraint, `Kind/name`.
    pub constraint: String,
}

/// The number of cases per outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The number of cases, and of tests without cases, that passed.
    pub passed: usize,
    /// The number that failed.
    pub failed: usize,
    /// The number that could not run.
    pub broken: usize,
    /// The number that were skipped.
    pub skipped: usize,
}

impl SuiteReport {
    /// Counts the cases per outcome. A test that ended before its cases counts as one.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for test in &self.tests {
            if test.cases.is_empty() || !matches!(test.outcome, Outcome::Passed) {
                counts.add(&test.outcome);
            }
            test.cases.iter().for_each(|case| counts.add(&case.outcome));
        }
        counts
    }
}

impl TestReport {
    /// Returns the worst outcome of the test and its cases.
    pub fn worst(&self) -> &Outcome {
        let cases = self.cases.iter().map(|case| &case.outcome);
        cases.fold(&self.outcome, |worst, one| if one.rank() > worst.rank() { one } else { worst })
    }
}

impl Outcome {
    /// Returns the outcome of a test or a case that could not run. If all notices are warnings, they
    /// become errors, because they are the reason.
    pub(super) fn broken(mut notices: Vec<Notice>) -> Self {
        if notices.iter().all(|notice| notice.severity == Severity::Warning) {
            for notice in &mut notices {
                notice.severity = Severity::Error;
            }
        }
        Self::Broken(notices)
    }

    /// Returns how bad the outcome is. A skipped case does not change the outcome of its test.
    fn rank(&self) -> u8 {
        match self {
            Self::Passed | Self::Skipped => 0,
            Self::Failed(_) => 1,
            Self::Broken(_) => 2,
        }
    }
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Skipped => self.skipped += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Broken(_) => self.broken += 1,
        }
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.broken += other.broken;
        self.skipped += other.skipped;
    }
}
