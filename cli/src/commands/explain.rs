//! `ferrego explain`: the page about a code.

use ferrego_compiler::lints::{self, UnknownLint};

use crate::arguments::Explain;
use crate::failure::Failure;
use crate::output::stdout;

/// Prints the page that explains a code, or a list of all codes.
pub(crate) fn explain(command: &Explain) -> Result<(), Failure> {
    let Some(code) = &command.code else { return list() };
    let page = lints::page(code).map_err(|error: UnknownLint| Failure::usage(error.to_string()))?;
    stdout(|to| to.write_all(page.as_bytes()))
}

/// Prints the names of all lints with what they find.
fn list() -> Result<(), Failure> {
    stdout(|to| {
        lints::all().try_for_each(|lint| {
            writeln!(to, "{:24} {:13} {}", lint.name, lint.group.as_str(), lint.summary)
        })
    })
}
