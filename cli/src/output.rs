//! Output to standard output and standard error, as of the programs of compiled policies.

use std::io::{self, Write};

pub(crate) use ferrego_program::output::{counted, stderr, tell, visible};

use crate::failure::Failure;

/// Writes to standard output with `print`, see [`ferrego_program::output::stdout`].
pub(crate) fn stdout(print: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    ferrego_program::output::stdout(print).map_err(Failure::from)
}
