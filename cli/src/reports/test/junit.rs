//! The report for what shows test results.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{Report, Violation};

/// A suite a file with a case for each object in which something was found, and one for what is
/// broken. What does not deny is shown and is no failure.
pub(super) fn print(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let mut junit = quick_junit::Report::new("ferrego test");
    let of_file = |a: &Violation, b: &Violation| a.object.file == b.object.file;
    junit.add_test_suites(report.violations.chunk_by(of_file).map(suite));
    if !report.notices.is_empty() {
        let mut files = TestSuite::new("files");
        files.add_test_cases(report.notices.iter().map(|notice| {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(&*notice.message).set_type(&*notice.code);
            TestCase::new(notice.place(), status)
        }));
        junit.add_test_suite(files);
    }
    junit.serialize(to).map_err(io::Error::other)
}

fn suite(violations: &[Violation]) -> TestSuite {
    let file = violations.first().map_or("", |violation| &*violation.object.file);
    let mut suite = TestSuite::new(file);
    let same = |a: &Violation, b: &Violation| a.line == b.line && a.column == b.column;
    suite.add_test_cases(violations.chunk_by(same).map(case));
    suite
}

fn case(violations: &[Violation]) -> TestCase {
    let lines: Vec<String> = violations.iter().map(line).collect();
    let denies = violations.iter().any(|violation| violation.denies);
    let mut status = TestCaseStatus::success();
    if denies {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(lines.join("\n"));
    }
    let (name, file) = violations.first().map_or_else(Default::default, |violation| {
        (violation.object.to_string(), violation.object.file.to_string())
    });
    let mut case = TestCase::new(name, status);
    case.set_classname(file);
    if !denies {
        case.set_system_out(lines.join("\n"));
    }
    case
}

fn line(violation: &Violation) -> String {
    let Violation { object, line, action, constraint, msg, .. } = violation;
    format!("{}:{line}: {action} {constraint}: {msg}", object.file)
}
