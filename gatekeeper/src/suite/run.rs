//! The runner of suites (`pkg/gator/verify/runner.go`).

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use ferrego_compiler::diagnostics::{Excerpt, Notice, Severity};
use ferrego_compiler::yaml::Dialect;
use ferrego_runtime::{Host, NoHost, Value};

use super::judge::Judge;
use super::stage::fails_schema;
use super::{Case, CaseReport, Filter, Outcome, Suite, SuiteReport, Test, TestReport, Violation};
use crate::constraint::Constraint;
use crate::documents::{Document, Input, MAX_FILE_SIZE, read_all};
use crate::engine::{Engine, LoadedTemplate, load};
use crate::explain::{Explainers, Wanted};
use crate::fault::{Fault, FaultCode, FieldPath};
use crate::policy_set::Limits;
use crate::review::{Numbers, inexact_parameter};

/// A runner of suites. It loads a template once, even if several tests name it.
pub struct Runner<'e> {
    engine: &'e dyn Engine,
    numbers: Numbers,
    limits: Limits,
    max_file_size: u64,
    wanted: Wanted,
    host: Arc<dyn Host + Send + Sync>,
    templates: HashMap<PathBuf, Template>,
}

type Template = Result<Rc<LoadedTemplate>, Vec<Notice>>;

/// The reason why a test cannot be set up.
enum Stop {
    Broken(Vec<Notice>),
    /// The template's schema rejects the constraint.
    Schema(Vec<Notice>),
    /// The constraint is invalid for another reason.
    Constraint(Vec<Notice>),
}

impl From<Vec<Notice>> for Stop {
    fn from(notices: Vec<Notice>) -> Self {
        Self::Broken(notices)
    }
}

impl<'e> Runner<'e> {
    /// Creates a runner that makes policies with `engine`.
    pub fn new(engine: &'e dyn Engine, numbers: Numbers) -> Self {
        let (limits, max_file_size) = (Limits::default(), MAX_FILE_SIZE);
        let (templates, wanted) = (HashMap::new(), Wanted::default());
        let host = Arc::new(NoHost);
        Self { engine, numbers, limits, max_file_size, wanted, host, templates }
    }

    /// Sets the limits of each case; the default is [`Limits::default`].
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the host that answers the host builtins of policies, such as `external_data`. By default,
    /// no host does.
    #[must_use]
    pub fn host(mut self, host: Arc<dyn Host + Send + Sync>) -> Self {
        self.host = host;
        self
    }

    /// Sets the parts of explanations that the reports of cases have; by default none.
    #[must_use]
    pub fn explain(mut self, wanted: Wanted) -> Self {
        self.wanted = wanted;
        self
    }

    /// Sets the greatest number of bytes of a file; the default is [`MAX_FILE_SIZE`].
    #[must_use]
    pub fn max_file_size(mut self, bytes: u64) -> Self {
        self.max_file_size = bytes;
        self
    }

    /// Runs the tests and cases of `suite` that `filter` selects.
    pub fn run(&mut self, suite: &Suite, filter: &Filter) -> SuiteReport {
        let start = Instant::now();
        let tests = if suite.skip { &[][..] } else { &suite.tests };
        let tests = tests.iter().map(|test| self.test(suite, test, filter)).collect();
        SuiteReport {
            file: suite.file.clone(),
            skipped: suite.skip,
            tests,
            elapsed: start.elapsed(),
        }
    }

    fn test(&mut self, suite: &Suite, test: &Test, filter: &Filter) -> TestReport {
        let start = Instant::now();
        let mut warnings = Vec::new();
        let (outcome, cases) = if test.skip || !filter.takes_test(test) {
            (Outcome::Skipped, Vec::new())
        } else {
            self.run_test(suite, test, filter, &mut warnings)
        };
        TestReport {
            name: test.name.clone(),
            outcome,
            warnings,
            cases,
            place: suite.document.place(&test.place),
            elapsed: start.elapsed(),
        }
    }

    fn run_test(
        &mut self,
        suite: &Suite,
        test: &Test,
        filter: &Filter,
        warnings: &mut Vec<Notice>,
    ) -> (Outcome, Vec<CaseReport>) {
        let set_up = self.judge(suite, test, warnings);
        let outcome = match (set_up, test.invalid) {
            (Ok(judge), false) => {
                let cases = test.cases.iter();
                let report = |case| self.case(suite, test, case, &judge, filter);
                return (Outcome::Passed, cases.map(report).collect());
            }
            (Err(Stop::Schema(_)), true) => Outcome::Passed,
            (Err(Stop::Constraint(notices)), true) => {
                let place = suite.document.place(&test.place);
                let errors = notices.iter().filter(|one| one.severity == Severity::Error);
                Outcome::Failed(errors.map(|error| not_by_schema(error, &place)).collect())
            }
            (Err(Stop::Schema(notices) | Stop::Constraint(notices) | Stop::Broken(notices)), _) => {
                Outcome::broken(notices)
            }
            (Ok(_), true) => {
                Outcome::Failed(vec![(VALID.to_owned(), suite.document.place(&test.place))])
            }
        };
        (outcome, Vec::new())
    }

    /// Loads the template and the constraint of a test.
    fn judge(
        &mut self,
        suite: &Suite,
        test: &Test,
        warnings: &mut Vec<Notice>,
    ) -> Result<Judge, Stop> {
        if !test.faults.is_empty() {
            let notices = test.faults.iter().map(|fault| suite.document.notice(fault));
            return Err(Stop::Broken(notices.collect()));
        }
        let template = self.template(&suite.path(&test.template))?;
        warnings.extend(template.warnings.iter().cloned());
        let mut explainers = Explainers::new(self.wanted);
        warnings.extend(explainers.add(&template, self.engine.preference()));
        let document = single(&suite.path(&test.constraint), self.max_file_size, "constraint")?;
        let constraint = constraint(&document, &template, self.numbers, warnings)?;
        explainers.add_constraint(&constraint, &document);
        let (limits, host) = (self.limits, Arc::clone(&self.host));
        let mut judge = Judge::new(&template, constraint, self.numbers, limits, host, explainers)?;
        if let Some(file) = &test.expansion {
            judge.expand(&documents(&suite.path(file), self.max_file_size)?)?;
        }
        Ok(judge)
    }

    fn template(&mut self, path: &Path) -> Template {
        if let Some(template) = self.templates.get(path) {
            return template.clone();
        }
        let template = self.load(path);
        self.templates.insert(path.to_owned(), template.clone());
        template
    }

    fn load(&self, path: &Path) -> Template {
        let document = single(path, self.max_file_size, "ConstraintTemplate")?;
        let other = || {
            let path = FieldPath::of(&["kind"]);
            let message = "not a ConstraintTemplate";
            vec![document.notice(&Fault::new(FaultCode::InvalidTemplate, path, message))]
        };
        match load(&document, self.engine) {
            Ok(template) => template.map(Rc::new).ok_or_else(other),
            Err(found) => Err(found.into_iter().collect()),
        }
    }

    fn case(
        &self,
        suite: &Suite,
        test: &Test,
        case: &Case,
        judge: &Judge,
        filter: &Filter,
    ) -> CaseReport {
        let start = Instant::now();
        let mut report = CaseReport {
            name: case.name.clone(),
            outcome: Outcome::Skipped,
            violations: Vec::new(),
            warnings: Vec::new(),
            accounts: Vec::new(),
            place: suite.document.place(&case.place),
            elapsed: start.elapsed(),
        };
        if !case.skip && filter.takes_case(test, case) {
            report.outcome = match self.run_case(suite, case, judge, &mut report) {
                Ok(outcome) => outcome,
                Err(notices) => Outcome::broken(notices),
            };
        }
        report.elapsed = start.elapsed();
        report
    }

    fn run_case(
        &self,
        suite: &Suite,
        case: &Case,
        judge: &Judge,
        report: &mut CaseReport,
    ) -> Result<Outcome, Vec<Notice>> {
        if !case.faults.is_empty() {
            return Err(case.faults.iter().map(|fault| suite.document.notice(fault)).collect());
        }
        let object = single(&suite.path(&case.object), self.max_file_size, "object")?;
        let mut inventory = Vec::new();
        for file in &case.inventory {
            inventory.extend(documents(&suite.path(file), self.max_file_size)?);
        }
        let answer = judge.judge(&object, &inventory, &mut report.accounts);
        let mut failures: Vec<(String, Excerpt)> = Vec::new();
        for difference in self.engine.take_differences() {
            let (first, second) = (difference.first, difference.second);
            let message =
                format!("the engines differ: expected {first}, found {second} in compiled code");
            failures.push((message, report.place.clone()));
        }
        let answer = answer?;
        report.violations = answer.violations;
        report.warnings = answer.warnings;
        let messages: Vec<&str> =
            report.violations.iter().map(|Violation { msg, .. }| &**msg).collect();
        failures.extend(case.assertions.iter().filter_map(|assertion| {
            let message = assertion.check(&messages)?;
            Some((message, suite.document.place(&assertion.place)))
        }));
        Ok(if failures.is_empty() { Outcome::Passed } else { Outcome::Failed(failures) })
    }
}

/// gator's message about an `invalid` test whose constraint the schema accepts.
const VALID: &str = "constraint should have failed schema validation";

/// Returns the failure of an `invalid` test whose constraint has a fault that is not the schema's.
/// `place` is the test's.
fn not_by_schema(notice: &Notice, place: &Excerpt) -> (String, Excerpt) {
    let message = format!("{VALID}: got {}: {}", notice.code, notice.message);
    (message, notice.excerpts.first().unwrap_or(place).clone())
}

/// Reads the constraint in `document` and checks it against its template.
fn constraint(
    document: &Document,
    template: &LoadedTemplate,
    numbers: Numbers,
    warnings: &mut Vec<Notice>,
) -> Result<Constraint, Stop> {
    let arena = ferrego_runtime::Arena::new();
    let value = document.value(&arena).map_err(|notice| vec![notice])?;
    let kind = value.get_str("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
    if kind != &*template.kind && !kind.is_empty() {
        let message = format!("template {:?} not found", kind.to_lowercase());
        let fault =
            Fault::new(FaultCode::MissingTemplate, FieldPath::of(&["kind"]), message).with_help(
                format!("the template of this test makes constraints of kind {}", template.kind),
            );
        return Err(Stop::Broken(vec![document.notice(&fault)]));
    }
    match Constraint::read_numbers(&value, template.schema.as_deref(), numbers) {
        Ok((constraint, found)) => {
            warnings.extend(found.iter().map(|fault| document.notice(fault)));
            if numbers == Numbers::Exact {
                let path = ["spec", "parameters"];
                let parameters = value.path(&path).unwrap_or(Value::Null);
                let inexact = inexact_parameter(&parameters, &FieldPath::of(&path));
                warnings.extend(inexact.map(|fault| document.notice(&fault)));
            }
            Ok(constraint)
        }
        Err(faults) => {
            let notices = faults.iter().map(|fault| document.notice(fault)).collect();
            let by_schema = fails_schema(&value, faults.as_slice());
            Err(if by_schema { Stop::Schema(notices) } else { Stop::Constraint(notices) })
        }
    }
}

/// Reads the documents of a file of at most `limit` bytes. A file without documents is an error.
fn documents(path: &Path, limit: u64) -> Result<Vec<Document>, Vec<Notice>> {
    let (documents, notices) = read_all(&Input::File(path.to_owned()), limit);
    if !notices.is_empty() {
        return Err(notices);
    }
    if documents.is_empty() {
        let message = format!("{} defines no YAML objects", path.display());
        return Err(vec![Notice::error("missing objects", message)]);
    }
    Ok(documents.into_iter().map(|document| document.in_dialect(Dialect::Gator)).collect())
}

/// Reads the only document of a file, which is the test's or the case's `role`.
fn single(path: &Path, limit: u64, role: &str) -> Result<Document, Vec<Notice>> {
    let mut documents = documents(path, limit)?;
    match (documents.pop(), documents.len()) {
        (Some(document), 0) => Ok(document),
        (last, others) => {
            let (file, count) = (path.display(), others + 1);
            let message = format!("expected one {role} in {file}, found {count}");
            let notice = Notice::error(FaultCode::InvalidObject.as_str(), message);
            let place = last.map(|document| document.place(&FieldPath::default()));
            Err(vec![place.into_iter().fold(notice, Notice::at).with_help(OWN_FILE)])
        }
    }
}

/// The advice about a file with more documents than a test uses. gator reads the first document of a
/// template's or constraint's file, and ignores the others.
const OWN_FILE: &str = "move the other documents to files of their own";
