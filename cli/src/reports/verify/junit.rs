//! The report for what shows test results.

use std::io::{self, Write};
use std::time::Duration;

use ferrego_compiler::diagnostics::{Excerpt, Notice};
use ferrego_gatekeeper::suite::{Outcome, SuiteReport};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::Report;

/// A `JUnit` report: a suite for each of ours, a case for each of ours, and one for a test that has
/// none.
pub(super) fn print(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let mut junit = quick_junit::Report::new("ferrego verify");
    junit.add_test_suites(report.suites.iter().map(suite));
    if !report.notices.is_empty() {
        let mut files = TestSuite::new("files");
        let outcome = Outcome::Broken(report.notices.clone());
        files.add_test_case(case("files".to_owned(), "files", &outcome, Duration::ZERO));
        junit.add_test_suite(files);
    }
    junit.serialize(to).map_err(io::Error::other)
}

fn suite(report: &SuiteReport) -> TestSuite {
    let file = report.file.to_string_lossy();
    let mut suite = TestSuite::new(&*file);
    suite.set_time(report.elapsed);
    for test in &report.tests {
        if test.cases.is_empty() {
            suite.add_test_case(case(test.name.clone(), &file, &test.outcome, test.elapsed));
        }
        for one in &test.cases {
            let name = format!("{}//{}", test.name, one.name);
            suite.add_test_case(case(name, &file, &one.outcome, one.elapsed));
        }
    }
    suite
}

fn case(name: String, file: &str, outcome: &Outcome, elapsed: Duration) -> TestCase {
    let status = match outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Skipped => TestCaseStatus::skipped(),
        Outcome::Failed(failures) => {
            let line = |(message, place): &(String, Excerpt)| {
                format!("{}:{}:{}: {message}", place.file, place.line, place.column)
            };
            not_passed(NonSuccessKind::Failure, failures.iter().map(line))
        }
        Outcome::Broken(notices) => {
            let line = |notice: &Notice| format!("{}: {}", notice.place(), notice.message);
            not_passed(NonSuccessKind::Error, notices.iter().map(line))
        }
    };
    let mut case = TestCase::new(name, status);
    case.set_classname(file).set_time(elapsed);
    case
}

fn not_passed(kind: NonSuccessKind, lines: impl Iterator<Item = String>) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(lines.collect::<Vec<_>>().join("\n"));
    status
}
