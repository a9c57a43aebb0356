//! The report for people, as text.

use std::io::{self, Write};

use ferrego_source::diagnostics::Severity;

use super::report::{Explained, Report, Violation};
use crate::output::{counted, visible};

impl Violation {
    /// Prints the violation on one line.
    ///
    /// # Errors
    /// Returns the error of the writer.
    pub fn print(&self, to: &mut dyn Write) -> io::Result<()> {
        let Self { object, constraint, msg, .. } = self;
        let (place, object) = (visible(&self.place()), visible(&object.to_string()));
        let (action, constraint) = (visible(&self.actions()), visible(constraint));
        writeln!(to, "{place}: {object}: {action} {constraint}: {}", visible(msg))
    }
}

/// Prints the explanations of an object.
pub(super) fn explained(explained: &Explained, to: &mut dyn Write) -> io::Result<()> {
    let Explained { object, line, accounts } = explained;
    let about = format!("{}:{line}: {}", visible(&object.file), visible(&object.to_string()));
    accounts.iter().try_for_each(|account| account.write(&about, to))
}

/// Prints a summary line unless `quiet`. The errors are counted, because what has one is not judged.
pub(super) fn print(report: &Report, quiet: bool, to: &mut dyn Write) -> io::Result<()> {
    if quiet {
        return Ok(());
    }
    let Report { objects, exempt, denied, denying, other, .. } = report;
    let objects = counted(*objects, "object");
    let violations = counted(denying + other, "violation");
    write!(to, "{objects} judged, {denied} denied; {violations}, {denying} denying")?;
    if *exempt > 0 {
        write!(to, "; {} in exempt namespaces", counted(*exempt, "object"))?;
    }
    let errors = report.notices.iter().filter(|notice| notice.severity == Severity::Error).count();
    if errors > 0 {
        write!(to, "; {}", counted(errors, "error"))?;
    }
    writeln!(to)
}
