//! Compares suites and broken documents with Gatekeeper's recorded answers, if `FERREGO_CASES`
//! names a folder with them. A folder without them is a failure.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ferrego_compiler::diagnostics::Notice;
use ferrego_gatekeeper::documents::MAX_FILE_SIZE;
use ferrego_gatekeeper::engine::Interpreter;
use ferrego_gatekeeper::review::Numbers;
use ferrego_gatekeeper::suite::{
    self, CaseReport, Filter, Outcome, Runner, SuiteReport, Violation,
};
use ferrego_tests::cases::folder;
use ferrego_tests::cases::known::KnownDifferences;
use serde::Deserialize;
use serde_json::value::RawValue;

fn rows<T: for<'de> Deserialize<'de>>(cases: &Path, name: &str) -> Vec<T> {
    let lines = folder::lines(cases, name).expect("the recorded answers");
    lines.iter().map(|line| serde_json::from_str(line).expect("a row")).collect()
}

/// Runs the suites below `folder`. Returns the notices about their files, and the reports.
fn run(folder: &Path) -> (Vec<Notice>, Vec<SuiteReport>) {
    let found = suite::find(&[folder.join("...")], MAX_FILE_SIZE);
    let mut runner = Runner::new(&Interpreter, Numbers::Float64);
    let reports = found.suites.iter().map(|suite| runner.run(suite, &Filter::All)).collect();
    (found.notices, reports)
}

#[derive(Deserialize)]
struct Recorded {
    suite: String,
    test: String,
    case: String,
    results: Vec<RecordedResult>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordedResult {
    msg: String,
    metadata: Metadata,
    enforcement_action: String,
    constraint: String,
}

#[derive(Deserialize)]
struct Metadata {
    details: Box<RawValue>,
}

impl RecordedResult {
    fn shown(&self) -> String {
        let Self { msg, enforcement_action, constraint, .. } = self;
        format!("{enforcement_action} {constraint} {msg:?} {}", self.metadata.details)
    }
}

/// Returns a violation as its row shows it. The message of an evaluation that stopped has the place
/// in the YAML; it is shown with the place in the Rego, as Gatekeeper has it.
fn shown(violation: &Violation) -> String {
    let Violation { msg, details, action, constraint } = violation;
    let msg = in_rego(msg).unwrap_or_else(|| msg.clone());
    format!("{action} {constraint} {msg:?} {details}")
}

/// Returns a message that begins with a place in a YAML file, with Gatekeeper's place: the line in
/// the block of the template's Rego. Returns `None` for any other message.
fn in_rego(msg: &str) -> Option<String> {
    let (place, error) = msg.split_once(": eval_")?;
    let (place, _column) = place.rsplit_once(':')?;
    let (file, line) = place.rsplit_once(':')?;
    let line: usize = line.parse().ok()?;
    let text = fs::read_to_string(file).ok()?;
    let before: Vec<&str> = text.lines().take(line - 1).collect();
    let header = before.iter().rposition(|line| line.trim_start().starts_with("rego: |"))?;
    Some(format!("template:{}: eval_{error}", line - 1 - header))
}

/// Returns every case of the recorded suites, by suite, test and case.
fn found(folder: &Path, reports: Vec<SuiteReport>) -> BTreeMap<[String; 3], CaseReport> {
    let mut found = BTreeMap::new();
    for report in reports {
        let suite = report.file.strip_prefix(folder).expect("below").display().to_string();
        for test in report.tests {
            assert_eq!(test.outcome, Outcome::Passed, "{suite} {}", test.name);
            for case in test.cases {
                found.insert([suite.clone(), test.name.clone(), case.name.clone()], case);
            }
        }
    }
    found
}

#[test]
fn suites_give_gatekeepers_results() {
    let Some(cases) = folder::named("suites with Gatekeeper's results") else { return };
    let folder = folder::not_empty(&cases, "templates").expect("recorded suites");
    let (notices, reports) = run(&folder);
    assert_eq!(notices, []);
    let mut found = found(&folder, reports);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("known_differences.jsonl");
    let known = KnownDifferences::read(&file, "suites").expect("the known differences");
    let mut wrong = Vec::new();
    for Recorded { suite, test, case, results } in rows(&cases, "template-results.jsonl") {
        let name = [suite, test, case];
        let report = found.remove(&name).expect("a case for each row");
        let expected: Vec<String> = results.iter().map(RecordedResult::shown).collect();
        let actual: Vec<String> = report.violations.iter().map(shown).collect();
        let is_same = expected == actual && report.outcome == Outcome::Passed;
        let is_known = known.reason(&name.join("/")).is_some();
        if is_same == is_known {
            wrong.push(format!("{name:?}\n  {:?}\n  {expected:#?}\n  {actual:#?}", report.outcome));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(found.is_empty(), "{:?}", found.keys());
}

#[derive(Deserialize)]
struct Broken {
    name: String,
    file: PathBuf,
    code: String,
    yaml_line: u32,
}

fn notices(report: SuiteReport) -> Vec<Notice> {
    let broken = |outcome| match outcome {
        Outcome::Broken(found) => found,
        _ => Vec::new(),
    };
    let mut notices = Vec::new();
    for test in report.tests {
        notices.extend(test.warnings);
        notices.extend(broken(test.outcome));
        notices.extend(test.cases.into_iter().flat_map(|case| broken(case.outcome)));
    }
    notices
}

/// Returns `true` if a notice is on the line. A document that should not exist begins after its
/// `---`.
fn is_on(notice: &Notice, file: &Path, line: u32) -> bool {
    let text = fs::read_to_string(file).expect("the file");
    let marker = text.lines().nth(line as usize - 1) == Some("---");
    notice.excerpts.iter().any(|place| {
        Path::new(&*place.file) == file && (place.line == line || marker && place.line > line)
    })
}

#[test]
fn broken_documents_are_told_with_gatekeepers_code_and_their_line() {
    let Some(cases) = folder::named("broken documents with Gatekeeper's codes") else { return };
    let bad = folder::not_empty(&cases, "bad").expect("recorded documents");
    let mut wrong = Vec::new();
    for row in rows::<Broken>(&bad, "expected.jsonl") {
        let folder = folder::not_empty(&bad, &row.name).expect("a suite for each row");
        let (mut told, reports) = run(&folder);
        told.extend(reports.into_iter().flat_map(notices));
        let file = cases.join(&row.file);
        // A document that Gatekeeper accepts has no code of Gatekeeper's.
        let found = told.iter().any(|notice| {
            (notice.code == row.code || row.code == "accepted")
                && is_on(notice, &file, row.yaml_line)
        });
        if !found {
            let shown: Vec<String> = told.iter().map(|notice| notice.render(false)).collect();
            wrong.push(format!("{} {}\n{}", row.name, row.yaml_line, shown.join("")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
