//! The report for code scanning: SARIF 2.1.0.

use std::collections::BTreeSet;
use std::io::{self, Write};

use ferrego_compiler::diagnostics::{Notice, Severity};
use serde_json::{Value, json};

use super::{Report, Violation};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One run: every constraint that found something is a rule, what is broken is a notification.
pub(super) fn print(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let rules: BTreeSet<&str> =
        report.violations.iter().map(|violation| &*violation.constraint).collect();
    let broken = report.notices.iter().any(|notice| notice.severity == Severity::Error);
    let sarif = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "ferrego",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.into_iter().map(|id| json!({"id": id})).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": !broken,
                "toolExecutionNotifications":
                    report.notices.iter().map(notification).collect::<Vec<_>>(),
            }],
            "results": report.violations.iter().map(result).collect::<Vec<_>>(),
        }],
    });
    serde_json::to_writer_pretty(&mut *to, &sarif)?;
    writeln!(to)
}

fn result(violation: &Violation) -> Value {
    let Violation { object, line, column, .. } = violation;
    let level = match &*violation.action {
        _ if violation.denies => "error",
        "warn" => "warning",
        _ => "note",
    };
    json!({
        "ruleId": violation.constraint,
        "level": level,
        "message": {"text": format!("{object}: {}", violation.msg)},
        "locations": [location(&object.file, *line, *column)],
    })
}

fn notification(notice: &Notice) -> Value {
    let level = match notice.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let places = notice.excerpts.iter();
    json!({
        "level": level,
        "descriptor": {"id": notice.code},
        "message": {"text": notice.message},
        "locations":
            places.map(|place| location(&place.file, place.line, place.column)).collect::<Vec<_>>(),
    })
}

fn location(file: &str, line: u32, column: u32) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": file},
        "region": {"startLine": line, "startColumn": column},
    }})
}
