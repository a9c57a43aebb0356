//! `ferrego explain`: the page about a code.

use ferrego_compiler::diagnostics::Code;
use ferrego_compiler::explain;

use crate::arguments::Explain;
use crate::failure::Failure;
use crate::output::stdout;

/// Prints the page that explains a code, or a list of all codes.
pub(crate) fn explain(command: &Explain) -> Result<(), Failure> {
    let Some(code) = &command.code else { return list() };
    let page = explain::page(code).map_err(|error| Failure::usage(error.to_string()))?;
    stdout(|to| to.write_all(page.as_bytes()))
}

/// Prints all codes, those of lints with their group and what they find.
fn list() -> Result<(), Failure> {
    stdout(|to| {
        for code in explain::codes() {
            match code {
                Code::Lint(lint) => {
                    writeln!(to, "{:28} {:14} {}", lint.name, lint.group.as_str(), lint.summary)?;
                }
                error => writeln!(to, "{:28} error", error.as_str())?,
            }
        }
        Ok(())
    })
}
