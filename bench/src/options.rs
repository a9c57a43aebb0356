//! The command line.

use std::path::PathBuf;

use lexopt::prelude::*;

use crate::Fault;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Whether a quick look is enough.
    pub(crate) quick: bool,
    /// Where the data goes.
    pub(crate) json: Option<PathBuf>,
    /// Folders of recorded cases.
    pub(crate) folders: Vec<PathBuf>,
}

impl Options {
    /// Reads the arguments of the program: `[--quick] [--json FILE] [DIR…]`.
    ///
    /// # Errors
    /// Arguments that are not these.
    pub(crate) fn from_arguments() -> Result<Self, Fault> {
        let mut options = Self::default();
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("quick") => options.quick = true,
                Long("json") => options.json = Some(arguments.value()?.into()),
                Value(folder) => options.folders.push(folder.into()),
                _ => return Err(argument.unexpected().into()),
            }
        }
        Ok(options)
    }
}
