//! Reports for code scanning, as SARIF 2.1.0.

use ferrego_source::diagnostics::Severity;
use serde::Serialize;
use serde_json::{Value, json};

use super::uri;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The name of the folder to which URIs are relative.
const BASE: &str = "%SRCROOT%";

/// The one run of a log.
pub struct Run<R> {
    /// The rules that results name.
    pub rules: Vec<Value>,
    /// `true` if all inputs could be read.
    pub successful: bool,
    /// The reports of the command about itself.
    pub notifications: Vec<Value>,
    /// The sequence of findings.
    pub results: R,
}

#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [Recorded<R>; 1],
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Recorded<R> {
    column_kind: &'static str,
    invocations: Value,
    original_uri_base_ids: Value,
    results: R,
    tool: Value,
}

/// Returns a log of one run.
pub fn log<R: Serialize>(run: Run<R>) -> impl Serialize {
    let Run { rules, successful, notifications, results } = run;
    let recorded = Recorded {
        column_kind: "unicodeCodePoints",
        invocations: json!([{
            "executionSuccessful": successful,
            "toolExecutionNotifications": notifications,
        }]),
        original_uri_base_ids: json!({
            BASE: {"description": {"text": "The folder in which ferrego was run."}},
        }),
        results,
        tool: json!({"driver": {
            "name": "ferrego",
            "version": env!("CARGO_PKG_VERSION"),
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "rules": rules,
        }}),
    };
    Log { schema: SCHEMA, runs: [recorded], version: "2.1.0" }
}

/// Returns the location of a place in a file.
pub fn location(file: &str, line: u32, column: u32) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri::relative(file), "uriBaseId": BASE},
        "region": {"startLine": line.max(1), "startColumn": column.max(1)},
    }})
}

/// Returns the level of a result or a notification.
pub fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
