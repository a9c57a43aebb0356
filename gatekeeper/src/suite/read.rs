//! Reading a suite from a document.

use std::path::Path;

use ferrego_compiler::diagnostics::{Notice, Notices};
use ferrego_compiler::yaml::Dialect;
use ferrego_runtime::{Arena, Value};

use super::fields::Fields;
use super::{Assertion, Case, Suite, Test};
use crate::documents::Document;
use crate::fault::{Fault, FaultCode, FieldPath, Severity};

/// The API group of suites.
const GROUP: &str = "test.gatekeeper.sh";

/// The API version of suites.
const VERSION: &str = "test.gatekeeper.sh/v1alpha1";

/// The classification of a document.
enum Likeness {
    /// A suite.
    Suite,
    /// A document that looks like a suite, with the fault that keeps it from being one.
    Almost(Fault),
    /// A document of another kind.
    Other,
}

/// Reads the suite in `document` of `file`. Returns `None` if the document is not a suite.
///
/// Warnings go to `notices`: a document that looks like a suite but that Gatekeeper ignores, a
/// suite without tests, an unknown field. The faults of a test or case are stored in it, so that
/// the others can run.
///
/// # Errors
/// Returns the faults of the suite as a whole.
pub fn read(
    file: &Path,
    document: &Document,
    notices: &mut Vec<Notice>,
) -> Result<Option<Suite>, Notices> {
    let arena = Arena::new();
    // gator reads suites with go-yaml 3, in which `no` and `on` are strings.
    let document = &document.clone().in_dialect(Dialect::Gator);
    let value = document.value(&arena)?;
    match likeness(&value) {
        Likeness::Suite => {}
        Likeness::Almost(fault) => {
            notices.push(document.notice(&fault));
            return Ok(None);
        }
        Likeness::Other => return Ok(None),
    }
    let mut reader = Reader { warnings: Vec::new() };
    let (skip, tests, faults) = reader.suite(value);
    notices.extend(reader.warnings.iter().map(|fault| document.notice(fault)));
    if faults.is_empty() {
        Ok(Some(Suite { file: file.to_owned(), document: document.clone(), skip, tests }))
    } else {
        Err(faults.iter().map(|fault| document.notice(fault)).collect())
    }
}

fn likeness(value: &Value<'_>) -> Likeness {
    let text = |key| value.get_str(key).and_then(|text| text.as_str()).unwrap_or_default();
    let (version, kind) = (text("apiVersion"), text("kind"));
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let almost = |key: &str, message: String, help: &str| {
        let fault = Fault::new(FaultCode::NothingChecked, FieldPath::of(&[key]), message);
        Likeness::Almost(fault.as_warning().with_help(help))
    };
    if group == GROUP && kind == "Suite" {
        return Likeness::Suite;
    }
    if group == GROUP {
        return almost(
            "kind",
            format!("expected kind `Suite`, found `{kind}`; the document is not run"),
            "write `kind: Suite`",
        );
    }
    let tests =
        matches!(value.get_str("tests"), Some(Value::Array(tests)) if tests.iter().any(is_test));
    if tests || kind.eq_ignore_ascii_case("suite") && group.contains("gatekeeper") {
        let help = format!("a suite has `kind: Suite` and `apiVersion: {VERSION}`");
        let message = format!(
            "it looks like a suite, but its apiVersion is {version:?} and its kind {kind:?}: it is \
             not run"
        );
        return almost("apiVersion", message, &help);
    }
    Likeness::Other
}

fn is_test(value: &Value<'_>) -> bool {
    value.get_str("template").is_some() && value.get_str("constraint").is_some()
}

struct Reader {
    warnings: Vec<Fault>,
}

impl Reader {
    /// Returns `true` if the suite is skipped, and the suite's tests and faults.
    fn suite(&mut self, value: Value<'_>) -> (bool, Vec<Test>, Vec<Fault>) {
        let mut fields = Fields::new(value, FieldPath::default());
        let version = fields.text("apiVersion").unwrap_or_default();
        if version != VERSION {
            let path = FieldPath::of(&["apiVersion"]);
            let message = format!("expected apiVersion `{VERSION}`, found `{version}`");
            self.warn(path, message);
        }
        for known in ["kind", "metadata", "name"] {
            fields.get(known);
        }
        let skip = fields.boolean("skip");
        let tests: Vec<Test> =
            fields.items("tests").into_iter().map(|(value, path)| self.test(value, path)).collect();
        if tests.is_empty() && fields.faults.is_empty() && !skip {
            self.unchecked(FieldPath::default(), "the suite has no tests");
        }
        fields.warn_of_unknown();
        let faults = self.errors(fields.faults);
        (skip, tests, faults)
    }

    fn test(&mut self, value: Value<'_>, path: FieldPath) -> Test {
        let mut fields = Fields::new(value, path.clone());
        let skip = fields.boolean("skip");
        let name = fields.text("name").unwrap_or_default();
        let help = "a test names the file of its template and that of its constraint";
        let template = fields.required("template", help);
        let constraint = fields.required("constraint", help);
        let expansion = fields.text("expansion").filter(|file| !file.is_empty());
        let invalid = fields.boolean("invalid");
        let cases: Vec<Case> =
            fields.items("cases").into_iter().map(|(value, path)| self.case(value, path)).collect();
        if invalid && !cases.is_empty() {
            self.warn(path.key("cases"), "the test is `invalid`: its cases are not run".to_owned());
        } else if !invalid && cases.is_empty() && fields.faults.is_empty() && !skip {
            self.unchecked(path.clone(), "the test has no cases");
        }
        fields.warn_of_unknown();
        let faults = self.errors(fields.faults);
        Test { name, template, constraint, expansion, invalid, skip, cases, place: path, faults }
    }

    fn case(&mut self, value: Value<'_>, path: FieldPath) -> Case {
        let mut fields = Fields::new(value, path.clone());
        let skip = fields.boolean("skip");
        let name = fields.text("name").unwrap_or_default();
        let object = fields.required("object", "a case names the file of the object to judge");
        let mut inventory = Vec::new();
        for (value, path) in fields.items("inventory") {
            match value.as_str() {
                Some(file) => inventory.push(file.to_owned()),
                None => fields.fault(path, "must be the path of a file"),
            }
        }
        let mut assertions = Vec::new();
        for (value, path) in fields.items("assertions") {
            let (assertion, faults) = Assertion::read(value, path);
            assertions.extend(assertion);
            fields.faults.extend(faults);
        }
        let faulty = fields.faults.iter().any(|fault| fault.severity == Severity::Error);
        if assertions.is_empty() && !faulty {
            let fault =
                Fault::new(FaultCode::InvalidSuite, path.clone(), "assertions must be non-empty");
            let help = "write `assertions: [{violations: no}]` for an object without violations";
            fields.faults.push(fault.with_help(help));
        }
        fields.warn_of_unknown();
        let faults = self.errors(fields.faults);
        Case { name, object, inventory, assertions, skip, place: path, faults }
    }

    fn warn(&mut self, path: FieldPath, message: String) {
        self.warnings.push(Fault::new(FaultCode::InvalidSuite, path, message).as_warning());
    }

    fn unchecked(&mut self, path: FieldPath, message: &str) {
        self.warnings.push(Fault::new(FaultCode::NothingChecked, path, message).as_warning());
    }

    /// Stores the warnings among `faults` and returns the errors.
    fn errors(&mut self, faults: Vec<Fault>) -> Vec<Fault> {
        let (warnings, errors): (Vec<_>, Vec<_>) =
            faults.into_iter().partition(|fault| fault.severity == Severity::Warning);
        self.warnings.extend(warnings);
        errors
    }
}
