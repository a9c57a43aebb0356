//! Notices in reports for programs.

use ferrego_source::diagnostics::{Excerpt, Notice, Severity};
use serde::Serialize;

/// A notice as JSON.
#[derive(Serialize)]
pub struct NoticeJson<'n> {
    severity: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    code: &'n str,
    message: &'n str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'n str>,
    #[serde(flatten)]
    place: Option<PlaceJson<'n>>,
}

/// A place as JSON.
#[derive(Serialize)]
pub struct PlaceJson<'n> {
    pub file: &'n str,
    pub line: u32,
    pub column: u32,
}

impl<'n> From<&'n Notice> for NoticeJson<'n> {
    fn from(notice: &'n Notice) -> Self {
        Self {
            severity: match notice.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            code: &notice.code,
            message: &notice.message,
            help: notice.help.as_deref(),
            place: notice.excerpts.first().map(PlaceJson::from),
        }
    }
}

impl<'n> From<&'n Excerpt> for PlaceJson<'n> {
    fn from(excerpt: &'n Excerpt) -> Self {
        let Excerpt { file, line, column, .. } = excerpt;
        Self { file, line: *line, column: *column }
    }
}
