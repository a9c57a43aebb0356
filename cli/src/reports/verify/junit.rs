//! The report for tools that show test results, in `JUnit`'s format.

use std::io::{self, Write};
use std::time::Duration;

use ferrego_compiler::diagnostics::{Excerpt, Notice};
use ferrego_gatekeeper::suite::{Outcome, SuiteReport, TestReport};
use ferrego_program::report::junit;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::report::Report;
use crate::output::visible;

/// Writes a `JUnit` suite for each suite and a `JUnit` case for each case. A test without cases is
/// a case.
pub(super) fn print(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let mut xml = quick_junit::Report::new("ferrego verify");
    xml.add_test_suites(report.suites.iter().map(suite));
    xml.add_test_suites(junit::notices(&report.notices));
    xml.serialize(to).map_err(io::Error::other)
}

fn suite(report: &SuiteReport) -> TestSuite {
    let file = report.file.to_string_lossy();
    let mut suite = TestSuite::new(visible(&file));
    suite.set_time(report.elapsed);
    for test in &report.tests {
        if test.cases.is_empty() {
            suite.add_test_case(case(&test.name, &file, &test.outcome, test.elapsed));
        }
        for one in &test.cases {
            let name = format!("{}//{}", test.name, one.name);
            suite.add_test_case(case(&name, &file, &one.outcome, one.elapsed));
        }
    }
    let warnings: Vec<String> = report.tests.iter().flat_map(warnings).collect();
    if !warnings.is_empty() {
        suite.set_system_out(warnings.join("\n"));
    }
    suite
}

/// Iterates over the warnings of a test and its cases, one line each.
fn warnings(test: &TestReport) -> impl Iterator<Item = String> {
    let warnings = test.warnings.iter().chain(test.cases.iter().flat_map(|case| &case.warnings));
    warnings.map(|notice| format!("warning: {}: {}", notice.place(), visible(&notice.message)))
}

fn case(name: &str, file: &str, outcome: &Outcome, elapsed: Duration) -> TestCase {
    let status = match outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Skipped => TestCaseStatus::skipped(),
        Outcome::Failed(failures) => {
            let line = |(message, place): &(String, Excerpt)| {
                format!("{}:{}:{}: {message}", place.file, place.line, place.column)
            };
            let lines: Vec<String> = failures.iter().map(line).collect();
            junit::not_passed(NonSuccessKind::Failure, &lines)
        }
        Outcome::Broken(notices) => {
            let line = |notice: &Notice| format!("{}: {}", notice.place(), notice.message);
            let lines: Vec<String> = notices.iter().map(line).collect();
            junit::not_passed(NonSuccessKind::Error, &lines)
        }
    };
    let mut case = junit::case(name, file, status);
    case.set_time(elapsed);
    case
}
