//! The command line.

use std::path::PathBuf;

use lexopt::prelude::*;

use crate::Fault;

/// The options of the command line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// `true` if the measurements may be short and imprecise.
    pub(crate) quick: bool,
    /// `true` if the fixtures are measured without each pass, and nothing else.
    pub(crate) ablate: bool,
    /// `true` if the compile time of each construct is measured, and nothing else.
    pub(crate) compile_time: bool,
    /// The file for the report as JSON.
    pub(crate) json: Option<PathBuf>,
    /// Folders of recorded cases, or parts of constructs' names for `compile_time`.
    pub(crate) folders: Vec<PathBuf>,
}

impl Options {
    /// Parses the arguments of the process: `[--quick] [--ablate] [--compile-time] [--json FILE]
    /// [DIR…]`.
    ///
    /// # Errors
    /// Returns an error for any other argument.
    pub(crate) fn from_arguments() -> Result<Self, Fault> {
        let mut options = Self::default();
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("quick") => options.quick = true,
                Long("ablate") => options.ablate = true,
                Long("compile-time") => options.compile_time = true,
                Long("json") => options.json = Some(arguments.value()?.into()),
                Value(folder) => options.folders.push(folder.into()),
                _ => return Err(argument.unexpected().into()),
            }
        }
        Ok(options)
    }
}
