//! The report for code scanning, as SARIF 2.1.0.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ferrego_source::diagnostics::{Notice, Severity};
use serde_json::{Value, json};

use super::report::{Report, Rule, Violation};
use crate::report::json::{Each, write_json};
use crate::report::sarif::{self, Run, location};

/// Writes one run. Every constraint is a rule, and every notice is a notification.
pub(super) fn print(report: &Report, to: &mut dyn Write) -> io::Result<()> {
    let rules: BTreeMap<&str, &Rule> = report.rules.iter().map(|rule| (&*rule.id, rule)).collect();
    let indexes: BTreeMap<&str, usize> = rules.keys().copied().zip(0..).collect();
    let broken = report.notices.iter().any(|notice| notice.severity == Severity::Error);
    let results = || report.violations.iter().map(|violation| result(violation, &indexes));
    let run = Run {
        rules: rules.values().map(|one| rule(one)).collect(),
        successful: !broken,
        notifications: report.notices.iter().map(notification).collect(),
        results: Each(results),
    };
    write_json(&sarif::log(run), to)
}

fn rule(rule: &Rule) -> Value {
    let Rule { id, template, title, description } = rule;
    let short = title.clone().unwrap_or_else(|| format!("Constraint {id}"));
    let full = description.clone().unwrap_or_else(|| {
        format!("Objects must satisfy the constraint {id} of the ConstraintTemplate {template}.")
    });
    json!({
        "id": id,
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
    })
}

fn result(violation: &Violation, indexes: &BTreeMap<&str, usize>) -> Value {
    let Violation { object, line, column, .. } = violation;
    let level = match &*violation.action {
        _ if violation.denies => "error",
        "warn" => "warning",
        _ => "note",
    };
    let mut result = json!({
        "ruleId": violation.constraint,
        "level": level,
        "message": {"text": format!("{object}: {}", violation.msg)},
        "locations": [location(&object.file, *line, *column)],
    });
    if let Some(index) = indexes.get(&*violation.constraint) {
        result["ruleIndex"] = json!(index);
    }
    result
}

fn notification(notice: &Notice) -> Value {
    let places = notice.excerpts.iter();
    let mut notification = json!({
        "level": sarif::level(notice.severity),
        "message": {"text": notice.message},
        "locations":
            places.map(|place| location(&place.file, place.line, place.column)).collect::<Vec<_>>(),
    });
    if !notice.code.is_empty() {
        notification["descriptor"] = json!({"id": notice.code});
    }
    notification
}
