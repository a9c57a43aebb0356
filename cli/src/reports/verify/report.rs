//! The findings of `ferrego verify`.

use ferrego_compiler::diagnostics::{Notice, Severity};
use ferrego_gatekeeper::explain::Account;
use ferrego_gatekeeper::suite::{CaseReport, Counts, Outcome, SuiteReport, TestReport};

use ferrego_program::status::Status;

/// The findings of `ferrego verify`.
pub(crate) struct Report {
    /// Errors and warnings about suites as a whole.
    pub(crate) notices: Vec<Notice>,
    pub(crate) suites: Vec<SuiteReport>,
}

impl Report {
    /// Iterates over all errors and warnings about files.
    pub(crate) fn all_notices(&self) -> impl Iterator<Item = &Notice> {
        let tests = self.suites.iter().flat_map(|suite| &suite.tests);
        self.notices.iter().chain(tests.flat_map(test_notices))
    }

    /// Iterates over the explanations of all cases.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Account> {
        let tests = self.suites.iter().flat_map(|suite| &suite.tests);
        tests.flat_map(|test| &test.cases).flat_map(|case| &case.accounts)
    }

    pub(crate) fn status(&self) -> Status {
        let counts = self.counts();
        let error = |notice: &Notice| notice.severity == Severity::Error;
        if counts.broken > 0 || self.notices.iter().any(error) {
            Status::Broken
        } else if counts.failed > 0 {
            Status::Failed
        } else {
            Status::Passed
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.suites.iter().for_each(|suite| counts += suite.counts());
        counts
    }
}

fn test_notices(test: &TestReport) -> impl Iterator<Item = &Notice> {
    let own = test.warnings.iter().chain(broken(&test.outcome));
    let cases = test.cases.iter();
    own.chain(cases.flat_map(|case: &CaseReport| case.warnings.iter().chain(broken(&case.outcome))))
}

fn broken(outcome: &Outcome) -> &[Notice] {
    match outcome {
        Outcome::Broken(notices) => notices,
        _ => &[],
    }
}
