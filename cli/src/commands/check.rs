//! `ferrego check`: the faults in policies, and what looks wrong in them.

use ferrego_compiler::Error;
use ferrego_compiler::diagnostics::Severity;
use ferrego_compiler::frontend::policies::{Policies, Request};
use ferrego_program::status::{Exit, Status};

use super::read;
use crate::arguments::Check;
use crate::failure::Failure;
use crate::output::{counted, stderr, stdout};
use crate::reports::check::{Format, print};

/// Checks policies, and reports their faults and the findings of the lints. With errors the exit
/// status is 1.
pub(crate) fn check(command: &Check) -> Result<Exit, Failure> {
    let request = Request { gatekeeper: command.gatekeeper, ..command.policies.request() };
    let policies = read(&command.policies, &request)?;
    let levels = &command.levels.levels;
    let (notices, checked) = match policies.lint(levels) {
        Ok(warnings) => (warnings, policies.policies.len()),
        Err(Error::Policies(reports)) => {
            let notices =
                reports.iter().flat_map(|report| report.diagnostics.notices(&report.sources));
            (policies.warnings().chain(notices).collect(), 0)
        }
        Err(error) => return Err(error.into()),
    };
    let number = |severity| notices.iter().filter(|notice| notice.severity == severity).count();
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    match command.output {
        Format::Text => {
            stderr(&notices);
            if errors == 0 {
                let found = if warnings == 0 {
                    String::new()
                } else {
                    format!(", {}", counted(warnings, "warning"))
                };
                let what = if checked == 1 { "policy" } else { "policies" };
                let modules = of_modules(&policies);
                stdout(|to| writeln!(to, "{checked} {what}{modules} checked{found}"))?;
            }
        }
        format => stdout(|to| print(&notices, format, to))?,
    }
    Ok(Exit::from(if errors == 0 { Status::Passed } else { Status::Failed }))
}

/// Returns the number of plain modules, which are one policy, or nothing if there is at most one.
fn of_modules(policies: &Policies) -> String {
    let mut plain = policies.policies.iter().filter(|policy| !policy.options.template);
    let modules = plain.next().map_or(0, |policy| policy.sources.len());
    match (modules, policies.policies.len()) {
        (0 | 1, _) => String::new(),
        (_, 1) => format!(" of {modules} modules"),
        _ => format!(", one of {modules} modules,"),
    }
}
