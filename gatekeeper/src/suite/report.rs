//! What running a suite gave.

use std::path::PathBuf;
use std::time::Duration;

use ferrego_compiler::diagnostics::{Excerpt, Notice};

/// What running a suite gave.
#[derive(Clone, Debug)]
pub struct SuiteReport {
    /// The suite's file.
    pub file: PathBuf,
    /// Whether the suite says that it is skipped.
    pub skipped: bool,
    /// Its tests in order.
    pub tests: Vec<TestReport>,
    /// How long it took.
    pub elapsed: Duration,
}

/// What running a test gave.
#[derive(Clone, Debug)]
pub struct TestReport {
    /// The test's name.
    pub name: String,
    /// How it ended, apart from its cases.
    pub outcome: Outcome,
    /// What is odd about its template and its constraint.
    pub warnings: Vec<Notice>,
    /// Its cases in order; none where the test could not be set up.
    pub cases: Vec<CaseReport>,
    /// Where it stands.
    pub place: Excerpt,
    /// How long it took.
    pub elapsed: Duration,
}

/// What running a case gave.
#[derive(Clone, Debug)]
pub struct CaseReport {
    /// The case's name.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was found in the object, in Gatekeeper's order.
    pub violations: Vec<Violation>,
    /// What is odd about what the policy gave.
    pub warnings: Vec<Notice>,
    /// Where it stands.
    pub place: Excerpt,
    /// How long it took.
    pub elapsed: Duration,
}

/// How a test or a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All that it says holds.
    Passed,
    /// It was not run: it says so, or the filter did not take it.
    Skipped,
    /// What does not hold, each with its place in the suite.
    Failed(Vec<(String, Excerpt)>),
    /// It could not be run: what is wrong with its files.
    Broken(Vec<Notice>),
}

/// One finding of the constraint.
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

/// What a report counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Cases, and tests without cases, that passed.
    pub passed: usize,
    /// What failed.
    pub failed: usize,
    /// What could not be run.
    pub broken: usize,
    /// What was skipped.
    pub skipped: usize,
}

impl SuiteReport {
    /// How many cases ended how; a test that ended before its cases counts as one.
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
