//! The report for tools that show test results, in `JUnit`'s format.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::report::{Judged, Report, Violation};
use crate::report::junit;

/// Writes a suite for each file, with a case for each object in it, and a suite for the notices. A
/// violation that does not deny is shown as output of a passed case.
pub(super) fn print(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let mut xml = quick_junit::Report::new("ferrego test");
    let mut violations = &report.violations[..];
    let files = report.judged.chunk_by(|a, b| a.object.file == b.object.file);
    xml.add_test_suites(files.map(|objects| suite(objects, &mut violations)));
    xml.add_test_suites(junit::notices(&report.notices));
    xml.serialize(to).map_err(io::Error::other)
}

/// Builds the suite of a file. `violations` begins with the violations of its objects, which are
/// removed from it.
fn suite(objects: &[Judged], violations: &mut &[Violation]) -> TestSuite {
    let file = objects.first().map_or("", |judged| &*judged.object.file);
    let mut suite = TestSuite::new(crate::output::visible(file));
    suite.add_test_cases(objects.iter().map(|judged| {
        let (own, rest) = violations.split_at(judged.violations.min(violations.len()));
        *violations = rest;
        case(judged, own)
    }));
    suite
}

fn case(judged: &Judged, violations: &[Violation]) -> TestCase {
    let lines: Vec<String> = violations.iter().map(line).collect();
    let denied = violations.iter().any(|violation| violation.denies);
    let status = if denied {
        junit::not_passed(NonSuccessKind::Failure, &lines)
    } else {
        TestCaseStatus::success()
    };
    let mut case = junit::case(&judged.object.to_string(), &judged.object.file, status);
    if !denied && !lines.is_empty() {
        let lines = lines.iter().map(|line| crate::output::visible(line));
        case.set_system_out(lines.collect::<Vec<_>>().join("\n"));
    }
    case
}

fn line(violation: &Violation) -> String {
    let Violation { action, constraint, msg, .. } = violation;
    format!("{}: {action} {constraint}: {msg}", violation.place())
}
