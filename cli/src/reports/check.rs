//! The report of `ferrego check`.

use std::collections::BTreeSet;
use std::io::{self, Write};

use clap::ValueEnum;
use ferrego_compiler::diagnostics::{Excerpt, Notice};
use ferrego_compiler::explain;
use ferrego_program::report::json::write_json;
use ferrego_program::report::notice::NoticeJson;
use ferrego_program::report::sarif::{self, Run, location};
use serde::Serialize;
use serde_json::{Value, json};

use crate::output::visible;

/// The formats of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Each finding with the lines of the source, on standard error
    Text,
    /// A JSON array of findings
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Commands of GitHub Actions, which show the findings beside the changed lines
    Github,
}

/// Writes the notices in a format.
pub(crate) fn print(notices: &[Notice], format: Format, to: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => {
            notices.iter().try_for_each(|notice| write!(to, "{}", notice.render(false)))
        }
        Format::Json => write_json(&notices.iter().map(NoticeJson::from).collect::<Vec<_>>(), to),
        Format::Sarif => write_json(&log(notices), to),
        Format::Github => notices.iter().try_for_each(|notice| github(notice, to)),
    }
}

/// Returns the SARIF log, in which each code is a rule.
fn log(notices: &[Notice]) -> impl Serialize {
    let codes: BTreeSet<&str> = notices.iter().map(|notice| &*notice.code).collect();
    let codes: Vec<&str> = codes.into_iter().filter(|code| !code.is_empty()).collect();
    let index = |code: &str| codes.iter().position(|known| *known == code);
    let result = |notice: &Notice| {
        let place = |place: &Excerpt| location(&place.file, place.line, place.column);
        let mut result = json!({
            "level": sarif::level(notice.severity),
            "message": {"text": text(notice)},
            "locations": notice.excerpts.first().map(place).into_iter().collect::<Vec<_>>(),
        });
        if let Some(index) = index(&notice.code) {
            result["ruleId"] = json!(notice.code);
            result["ruleIndex"] = json!(index);
        }
        result
    };
    sarif::log(Run {
        rules: codes.iter().map(|code| rule(code)).collect(),
        successful: true,
        notifications: Vec::new(),
        results: notices.iter().map(result).collect::<Vec<Value>>(),
    })
}

fn rule(code: &str) -> Value {
    match explain::page(code) {
        Ok(page) => json!({"id": code, "help": {"text": page, "markdown": page}}),
        Err(_) => json!({"id": code}),
    }
}

/// Returns the message with the advice.
fn text(notice: &Notice) -> String {
    match &notice.help {
        Some(help) => format!("{}; help: {help}", notice.message),
        None => notice.message.clone(),
    }
}

/// Writes a workflow command of GitHub Actions, whose properties and message have escapes of their
/// own (`escapeProperty` and `escapeData` in the toolkit's `command.ts`). Line feeds are shown as
/// escapes before, because a line feed would begin another command.
fn github(notice: &Notice, to: &mut dyn Write) -> io::Result<()> {
    let data = |text: &str| visible(text).replace('%', "%25");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    write!(to, "::{} ", sarif::level(notice.severity))?;
    if let Some(Excerpt { file, line, column, .. }) = notice.excerpts.first() {
        write!(to, "file={},line={line},col={column},", property(file))?;
    }
    let title = if notice.code.is_empty() { "ferrego" } else { &notice.code };
    writeln!(to, "title={}::{}", property(title), data(&text(notice)))
}
