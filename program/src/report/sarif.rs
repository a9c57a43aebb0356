//! Reports for code scanning, as SARIF 2.1.0.

use ferrego_source::diagnostics::Severity;
use serde_json::{Value, json};

use super::uri;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The name of the folder to which URIs are relative.
const BASE: &str = "%SRCROOT%";

/// The one run of a log.
pub struct Run {
    /// The rules that results name.
    pub rules: Vec<Value>,
    /// `true` if all inputs could be read.
    pub successful: bool,
    /// The reports of the command about itself.
    pub notifications: Vec<Value>,
    /// The findings.
    pub results: Vec<Value>,
}

/// Returns a log of one run.
pub fn log(run: Run) -> Value {
    let Run { rules, successful, notifications, results } = run;
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "ferrego",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                BASE: {"description": {"text": "The folder in which ferrego was run."}},
            },
            "invocations": [{
                "executionSuccessful": successful,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    })
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
