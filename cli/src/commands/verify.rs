//! `ferrego verify`: runs Gatekeeper's suites.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ferrego_compiler::diagnostics::{Notice, Severity};
use ferrego_gatekeeper::engine::{Both, Engine, Interpreter, Preferring};
use ferrego_gatekeeper::review::Numbers;
use ferrego_gatekeeper::suite::{self, Filter, Found, Runner, Suite};
use ferrego_program::judge::SharedHost;
use ferrego_program::status::Exit;
use ferrego_program::unchecked;

use crate::arguments::{Verify, VerifyOutput};
use crate::engines::{BuiltIn, Choice, Compiled, Needed};
use crate::failure::Failure;
use crate::output;
use crate::reports::explanation::tell_prints;
use crate::reports::verify::Report;

/// Runs the suites, prints the report, and shows notices about files on standard error. If policies
/// must be compiled, another program does this.
pub(crate) fn verify(command: &Verify, policies: &'static [BuiltIn]) -> Result<Exit, Failure> {
    if command.explaining.explain && command.output == VerifyOutput::Junit {
        let message = "expected the output text or json with --explain, found junit";
        return Err(Failure::usage(message));
    }
    let filter = command.run.as_deref().unwrap_or_default();
    let filter = Filter::new(filter).map_err(|error| Failure::usage(error.to_string()))?;
    let mut found = find(&command.paths, command.evaluating.size.limit());
    let selects = found.suites.is_empty() || selects(&found, &filter);
    if !selects {
        let run = command.run.as_deref().unwrap_or_default();
        let message = format!("expected a test or case that matches --run {run:?}, found none");
        let help = "pass a regular expression for names of tests and cases, or TEST//CASE with one \
                    for each";
        found.notices.push(Notice::error("invalid filter", message).with_help(help));
    }
    if command.engine != Choice::Interpreter {
        let needed = Needed::find(
            templates(&found),
            command.evaluating.engines.preference(),
            command.evaluating.size.limit(),
        );
        if let Some(exit) = needed.run_elsewhere(policies, &[], command.quiet)? {
            return Ok(exit);
        }
    }
    let host = command.external_data.host(numbers(command), command.evaluating.size.limit())?;
    let compiled = Compiled(policies);
    let mut report = match command.engine {
        Choice::Interpreter => run(command, found, &filter, host, &Interpreter),
        Choice::Compiled => run(command, found, &filter, host, &compiled),
        Choice::Both => run(command, found, &filter, host, &Both::new(Interpreter, compiled)),
    };
    if selects {
        report.notices.extend(without_cases(&report));
    }
    if command.fail_on_empty {
        unchecked::refuse(&mut report.notices);
    }
    output::stdout(|to| report.print(command.output, command.quiet, to))?;
    for account in report.accounts() {
        tell_prints(&account.prints);
    }
    if command.output != VerifyOutput::Json {
        output::stderr(report.all_notices());
    }
    Ok(report.status().into())
}

/// Returns a warning if all cases and `invalid` tests were skipped.
fn without_cases(report: &Report) -> Option<Notice> {
    let counts = report.counts();
    if counts.skipped == 0 || counts.passed + counts.failed + counts.broken > 0 {
        return None;
    }
    let message = "expected a case to run, found that all are skipped";
    let notice = Notice::error(unchecked::CODE, message).as_warning();
    Some(notice.with_help("remove `skip` from a suite, a test or a case"))
}

/// Returns the files of the templates that the suites name, without duplicates.
fn templates(found: &Found) -> BTreeSet<PathBuf> {
    let suites = found.suites.iter().filter(|suite| !suite.skip);
    let of_suite = |suite: &Suite| {
        let tests = suite.tests.iter().filter(|test| !test.skip && !test.template.is_empty());
        tests.map(|test| suite.path(&test.template)).collect::<Vec<_>>()
    };
    suites.flat_map(of_suite).collect()
}

/// Returns `true` if the filter selects a case, or a test without cases.
fn selects(found: &Found, filter: &Filter) -> bool {
    let mut tests = found.suites.iter().flat_map(|suite| &suite.tests);
    matches!(filter, Filter::All)
        || tests.any(|test| {
            let cases = &test.cases;
            filter.takes_test(test)
                && (cases.is_empty() || cases.iter().any(|case| filter.takes_case(test, case)))
        })
}

fn find(paths: &[PathBuf], limit: u64) -> Found {
    let mut found = suite::find(paths, limit);
    let has_error = found.notices.iter().any(|notice| notice.severity == Severity::Error);
    if found.suites.is_empty() && !has_error {
        let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        let message = format!("expected a suite, found none in {}", paths.join(", "));
        let is_deep = paths.iter().all(|path| path.ends_with("..."));
        let help = if is_deep {
            "a suite has `kind: Suite` and `apiVersion: test.gatekeeper.sh/v1alpha1`"
        } else {
            "append /... to a path to include the folders below it"
        };
        found.notices.push(Notice::error("invalid suite", message).with_help(help));
    }
    found
}

fn numbers(command: &Verify) -> Numbers {
    if command.gatekeeper_numbers { Numbers::Float64 } else { Numbers::Exact }
}

fn run(
    command: &Verify,
    found: Found,
    filter: &Filter,
    host: Option<SharedHost>,
    engine: &dyn Engine,
) -> Report {
    let engine = Preferring::new(engine, command.evaluating.engines.preference());
    let mut runner = Runner::new(&engine, numbers(command))
        .limits(command.evaluating.budget.limits())
        .explain(command.explaining.wanted())
        .max_file_size(command.evaluating.size.limit());
    if let Some(host) = host {
        runner = runner.host(host);
    }
    let suites = found.suites.iter().map(|suite| runner.run(suite, filter)).collect();
    Report { notices: found.notices, suites }
}
