//! Reports for programs, as JSON and as YAML.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::report::{Explained, Object, Report, Violation};
use crate::report::json;
use crate::report::notice::NoticeJson;

/// Writes the report as one JSON object.
pub(super) fn json(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    json::write_json(&ReportJson::from(report), to)
}

/// Writes the report as one YAML document.
pub(super) fn yaml(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    json::write_yaml(&ReportJson::from(report), to)
}

#[derive(Serialize)]
struct ReportJson<'r> {
    /// The number of objects that were judged.
    objects: usize,
    /// The number of objects in exempt namespaces, which are not judged.
    #[serde(skip_serializing_if = "is_zero")]
    exempt: usize,
    /// The number of objects that are denied.
    denied: usize,
    /// The number of violations that deny.
    denying: usize,
    violations: &'r [Violation],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explanations: Vec<ExplainedJson<'r>>,
    notices: Vec<NoticeJson<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ViolationJson<'r> {
    msg: &'r str,
    details: Option<Box<RawValue>>,
    enforcement_action: &'r str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    scoped_enforcement_actions: &'r [String],
    constraint: &'r str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    evaluation_error: bool,
    object: ObjectJson<'r>,
    file: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
}

#[derive(Serialize)]
struct ExplainedJson<'r> {
    object: ObjectJson<'r>,
    #[serde(rename = "objectFile")]
    object_file: &'r str,
    #[serde(rename = "objectLine")]
    object_line: u32,
    #[serde(flatten)]
    account: Box<dyn erased_serde::Serialize + 'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectJson<'r> {
    api_version: &'r str,
    kind: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    namespace: &'r str,
    name: &'r str,
}

impl<'r> From<&'r Report> for ReportJson<'r> {
    fn from(report: &'r Report) -> Self {
        Self {
            objects: report.objects,
            exempt: report.exempt,
            denied: report.denied,
            denying: report.denying,
            violations: &report.violations,
            explanations: report.explained.iter().flat_map(explained).collect(),
            notices: report.notices.iter().map(Into::into).collect(),
        }
    }
}

impl Serialize for Violation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ViolationJson::from(self).serialize(serializer)
    }
}

impl<'r> From<&'r Violation> for ViolationJson<'r> {
    fn from(violation: &'r Violation) -> Self {
        let object = &violation.object;
        Self {
            msg: &violation.msg,
            // Numbers keep their text.
            details: RawValue::from_string(violation.details.clone()).ok(),
            enforcement_action: &violation.action,
            scoped_enforcement_actions: &violation.scoped_actions,
            constraint: &violation.constraint,
            evaluation_error: violation.stopped,
            object: (&**object).into(),
            file: &object.file,
            line: Some(violation.line).filter(|line| *line > 0),
            column: Some(violation.column).filter(|column| *column > 0),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn explained(explained: &Explained) -> impl Iterator<Item = ExplainedJson<'_>> {
    let Explained { object, line, accounts } = explained;
    accounts.iter().filter_map(move |account| {
        Some(ExplainedJson {
            object: (&**object).into(),
            object_file: &object.file,
            object_line: *line,
            account: account.fields()?,
        })
    })
}

impl<'r> From<&'r Object> for ObjectJson<'r> {
    fn from(object: &'r Object) -> Self {
        Self {
            api_version: &object.api_version,
            kind: &object.kind,
            namespace: &object.namespace,
            name: &object.name,
        }
    }
}
