//! The report for programs, as JSON.

use std::io::{self, Write};

use ferrego_compiler::diagnostics::Excerpt;
use ferrego_gatekeeper::suite::{CaseReport, Counts, Outcome, SuiteReport, TestReport, Violation};
use ferrego_program::report::json;
use ferrego_program::report::notice::{NoticeJson, PlaceJson};
use serde::Serialize;
use serde_json::value::RawValue;

use super::report::Report;
use crate::reports::explanation::AccountJson;

/// Writes the report as one JSON object.
pub(super) fn print(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    json::write_json(&ReportJson::from(report), to)
}

#[derive(Serialize)]
struct ReportJson<'r> {
    counts: CountsJson,
    notices: Vec<NoticeJson<'r>>,
    suites: Vec<SuiteJson<'r>>,
}

#[derive(Serialize)]
struct CountsJson {
    passed: usize,
    failed: usize,
    broken: usize,
    skipped: usize,
}

#[derive(Serialize)]
struct SuiteJson<'r> {
    file: String,
    skipped: bool,
    seconds: f64,
    tests: Vec<TestJson<'r>>,
}

#[derive(Serialize)]
struct TestJson<'r> {
    name: &'r str,
    #[serde(flatten)]
    place: PlaceJson<'r>,
    #[serde(flatten)]
    outcome: OutcomeJson<'r>,
    warnings: Vec<NoticeJson<'r>>,
    seconds: f64,
    cases: Vec<CaseJson<'r>>,
}

#[derive(Serialize)]
struct CaseJson<'r> {
    name: &'r str,
    #[serde(flatten)]
    place: PlaceJson<'r>,
    #[serde(flatten)]
    outcome: OutcomeJson<'r>,
    violations: Vec<ViolationJson<'r>>,
    warnings: Vec<NoticeJson<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explanations: Vec<AccountJson<'r>>,
    seconds: f64,
}

#[derive(Serialize)]
struct OutcomeJson<'r> {
    outcome: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<FailureJson<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<NoticeJson<'r>>,
}

#[derive(Serialize)]
struct FailureJson<'r> {
    message: &'r str,
    #[serde(flatten)]
    place: PlaceJson<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ViolationJson<'r> {
    msg: &'r str,
    details: Option<Box<RawValue>>,
    enforcement_action: &'r str,
    constraint: &'r str,
}

impl<'r> From<&'r Report> for ReportJson<'r> {
    fn from(report: &'r Report) -> Self {
        Self {
            counts: report.counts().into(),
            notices: report.notices.iter().map(Into::into).collect(),
            suites: report.suites.iter().map(Into::into).collect(),
        }
    }
}

impl From<Counts> for CountsJson {
    fn from(counts: Counts) -> Self {
        let Counts { passed, failed, broken, skipped } = counts;
        Self { passed, failed, broken, skipped }
    }
}

impl<'r> From<&'r SuiteReport> for SuiteJson<'r> {
    fn from(suite: &'r SuiteReport) -> Self {
        Self {
            file: suite.file.to_string_lossy().into_owned(),
            skipped: suite.skipped,
            seconds: suite.elapsed.as_secs_f64(),
            tests: suite.tests.iter().map(Into::into).collect(),
        }
    }
}

impl<'r> From<&'r TestReport> for TestJson<'r> {
    fn from(test: &'r TestReport) -> Self {
        Self {
            name: &test.name,
            place: (&test.place).into(),
            // The failures and errors of the cases are theirs.
            outcome: OutcomeJson { outcome: name(test.worst()), ..(&test.outcome).into() },
            warnings: test.warnings.iter().map(Into::into).collect(),
            seconds: test.elapsed.as_secs_f64(),
            cases: test.cases.iter().map(Into::into).collect(),
        }
    }
}

impl<'r> From<&'r CaseReport> for CaseJson<'r> {
    fn from(case: &'r CaseReport) -> Self {
        Self {
            name: &case.name,
            place: (&case.place).into(),
            outcome: (&case.outcome).into(),
            violations: case.violations.iter().map(Into::into).collect(),
            warnings: case.warnings.iter().map(Into::into).collect(),
            explanations: case.accounts.iter().filter_map(AccountJson::of).collect(),
            seconds: case.elapsed.as_secs_f64(),
        }
    }
}

impl<'r> From<&'r Outcome> for OutcomeJson<'r> {
    fn from(outcome: &'r Outcome) -> Self {
        let (mut failures, mut errors) = (Vec::new(), Vec::new());
        match outcome {
            Outcome::Passed | Outcome::Skipped => {}
            Outcome::Failed(failed) => {
                let failure = |(message, place): &'r (String, Excerpt)| FailureJson {
                    message,
                    place: place.into(),
                };
                failures = failed.iter().map(failure).collect();
            }
            Outcome::Broken(notices) => errors = notices.iter().map(Into::into).collect(),
        }
        Self { outcome: name(outcome), failures, errors }
    }
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Skipped => "skipped",
        Outcome::Failed(_) => "failed",
        Outcome::Broken(_) => "broken",
    }
}

impl<'r> From<&'r Violation> for ViolationJson<'r> {
    fn from(violation: &'r Violation) -> Self {
        Self {
            msg: &violation.msg,
            // Numbers keep their text.
            details: RawValue::from_string(violation.details.clone()).ok(),
            enforcement_action: &violation.action,
            constraint: &violation.constraint,
        }
    }
}
