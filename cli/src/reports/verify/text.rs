//! The report for people, as text.

use std::io::{self, Write};

use ferrego_compiler::diagnostics::Excerpt;
use ferrego_gatekeeper::suite::{Counts, Outcome, SuiteReport};

use super::report::Report;
use crate::output::{counted, visible};
use crate::reports::explanation::account;

/// Prints a line for each suite, below it the cases that did not pass, and a summary line. `quiet`
/// leaves out the suites that passed and the summary.
pub(super) fn print(report: &Report, quiet: bool, to: &mut dyn Write) -> io::Result<()> {
    for suite in &report.suites {
        print_suite(suite, quiet, to)?;
    }
    if !quiet {
        let tests: usize = report.suites.iter().map(|suite| suite.tests.len()).sum();
        let suites = counted(report.suites.len(), "suite");
        writeln!(to, "{suites}, {}: {}", counted(tests, "test"), told(report.counts()))?;
    }
    Ok(())
}

fn print_suite(suite: &SuiteReport, quiet: bool, to: &mut dyn Write) -> io::Result<()> {
    let counts = suite.counts();
    let word = match counts {
        _ if suite.skipped => "skip",
        Counts { failed: 0, broken: 0, .. } => "ok",
        _ => "FAIL",
    };
    if quiet && word != "FAIL" {
        return Ok(());
    }
    let told = if suite.skipped { "the suite is skipped".to_owned() } else { told(counts) };
    writeln!(to, "{word:5} {}  {told}", visible(&suite.file.to_string_lossy()))?;
    for test in &suite.tests {
        print_outcome(&test.outcome, &test.name, &test.place, to)?;
        for case in &test.cases {
            let name = format!("{}//{}", test.name, case.name);
            print_outcome(&case.outcome, &name, &case.place, to)?;
            let Excerpt { file, line, column, .. } = &case.place;
            let about = format!("{}:{line}:{column}: {}", visible(file), visible(&name));
            case.accounts.iter().try_for_each(|one| account(one, &about, to))?;
        }
    }
    Ok(())
}

fn print_outcome(
    outcome: &Outcome,
    name: &str,
    place: &Excerpt,
    to: &mut dyn Write,
) -> io::Result<()> {
    match outcome {
        Outcome::Passed | Outcome::Skipped => Ok(()),
        Outcome::Failed(failures) => {
            writeln!(to, "  failed  {}", visible(name))?;
            for (message, Excerpt { file, line, column, .. }) in failures {
                let (file, message) = (visible(file), visible(message));
                writeln!(to, "    {file}:{line}:{column}: {message}")?;
            }
            Ok(())
        }
        Outcome::Broken(notices) => {
            writeln!(to, "  broken  {}", visible(name))?;
            for notice in notices {
                let own = notice.place();
                let Excerpt { file, line, column, .. } = place;
                let test = || format!("{}:{line}:{column}", visible(file));
                let place = if own.is_empty() { test() } else { own };
                let code = if notice.code.is_empty() { "" } else { ": " };
                let (kind, message) = (visible(&notice.code), visible(&notice.message));
                writeln!(to, "    {place}: {kind}{code}{message}")?;
            }
            Ok(())
        }
    }
}

fn told(counts: Counts) -> String {
    let Counts { passed, failed, broken, skipped } = counts;
    let parts = [(passed, "passed"), (failed, "failed"), (broken, "broken"), (skipped, "skipped")];
    let told = |&(number, word): &(usize, &str)| {
        (number > 0 || word == "passed").then(|| format!("{number} {word}"))
    };
    parts.iter().filter_map(told).collect::<Vec<_>>().join(", ")
}
