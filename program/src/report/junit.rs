//! Common parts of the reports in `JUnit`'s format.

use ferrego_source::diagnostics::escape::Escaped;
use ferrego_source::diagnostics::{Notice, Severity};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

/// Builds a case named `name` in `class`. XML cannot contain most control characters, not even as
/// references, so all texts of the report are escaped.
pub fn case(name: &str, class: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(Escaped(name).to_string(), status);
    case.set_classname(Escaped(class).to_string());
    case
}

/// Builds the status of a case that did not pass. The first line is its message, and all lines are
/// its text.
pub fn not_passed(kind: NonSuccessKind, lines: &[String]) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    let lines: Vec<String> = lines.iter().map(|line| Escaped(line).to_string()).collect();
    status.set_message(lines.first().cloned().unwrap_or_default());
    status.set_description(lines.join("\n"));
    status
}

/// Builds a suite with a case for each notice. A warning is a passed case with the warning as its
/// output.
pub fn notices(notices: &[Notice]) -> Option<TestSuite> {
    let mut suite = TestSuite::new("files");
    suite.add_test_cases(notices.iter().map(|notice| {
        let place = notice.place();
        let name = if place.is_empty() { &notice.code } else { &place };
        match notice.severity {
            Severity::Error => {
                let mut status =
                    not_passed(NonSuccessKind::Error, std::slice::from_ref(&notice.message));
                status.set_type(Escaped(&notice.code).to_string());
                case(name, "files", status)
            }
            Severity::Warning => {
                let mut case = case(name, "files", TestCaseStatus::success());
                case.set_system_out(format!("warning: {}", Escaped(&notice.message)));
                case
            }
        }
    }));
    (!notices.is_empty()).then_some(suite)
}
