//! `ferrego verify`: runs Gatekeeper's suites.

use std::path::PathBuf;

use ferrego_compiler::diagnostics::Notice;
use ferrego_gatekeeper::engine::{Engine, Interpreter};
use ferrego_gatekeeper::review::Numbers;
use ferrego_gatekeeper::suite::{self, Filter, Found, Runner};

use crate::BuiltIn;
use crate::arguments::{Verify, VerifyOutput};
use crate::failure::Failure;
use crate::output;
use crate::reports::verify::Report;
use crate::status::Status;

/// Runs the suites, prints the report, and shows what is wrong with files on standard error.
pub(crate) fn verify(command: &Verify, policies: &'static [BuiltIn]) -> Result<Status, Failure> {
    let _ = policies;
    let filter = command.run.as_deref().unwrap_or_default();
    let filter = Filter::new(filter).map_err(|error| Failure::Usage(error.to_string()))?;
    let found = find(&command.paths);
    let report = run(command, found, &filter, &Interpreter);
    output::stdout(|to| report.print(command.output, command.quiet, to))?;
    if command.output != VerifyOutput::Json {
        output::stderr(report.all_notices());
    }
    Ok(report.status())
}

fn find(paths: &[PathBuf]) -> Found {
    let mut found = suite::find(paths);
    if found.suites.is_empty() && found.notices.is_empty() {
        let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        let message = format!("no suite in {}", paths.join(", "));
        let help = "a path that ends in /... means the folders below it, too";
        found.notices.push(Notice::error("invalid suite", message).with_help(help));
    }
    found
}

fn run(command: &Verify, found: Found, filter: &Filter, engine: &dyn Engine) -> Report {
    let numbers = if command.gatekeeper_numbers { Numbers::Float64 } else { Numbers::Exact };
    let mut runner = Runner::new(engine, numbers);
    let suites = found.suites.iter().map(|suite| runner.run(suite, filter)).collect();
    Report { notices: found.notices, suites }
}
