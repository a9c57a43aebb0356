//! The report for people.

use std::io::{self, Write};

use super::{Report, Violation};

/// A line for a violation.
pub(super) fn violation(violation: &Violation, to: &mut dyn Write) -> io::Result<()> {
    let Violation { object, line, constraint, .. } = violation;
    let action = action(violation);
    let msg = violation.msg.replace('\n', "\n    ");
    writeln!(to, "{}:{line}: {object}: {action} {constraint}: {msg}", object.file)
}

/// A line for all, unless `quiet`.
pub(super) fn print(report: &Report, quiet: bool, to: &mut dyn Write) -> io::Result<()> {
    if quiet {
        return Ok(());
    }
    let Report { objects, denied, other, .. } = report;
    let plural = if *objects == 1 { "" } else { "s" };
    writeln!(to, "{objects} object{plural} judged: {denied} denied, {other} otherwise reported")
}

fn action(violation: &Violation) -> String {
    if violation.scoped_actions.is_empty() {
        violation.action.clone()
    } else {
        violation.scoped_actions.join("+")
    }
}
