//! The options of the judging.

use std::num::NonZero;

use crate::arguments::{Judging, Output};

/// The options of the judging.
pub struct Options {
    /// The number of threads.
    pub jobs: usize,
    /// `true` if only violations that deny are reported.
    pub deny_only: bool,
    /// `true` if the report names all objects.
    pub all_objects: bool,
    /// `true` if a terminal shows the progress.
    pub progress: bool,
}

impl Options {
    /// Returns the options of a command.
    pub(super) fn of(judging: &Judging) -> Self {
        let all = || std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            jobs: judging.jobs.map_or_else(all, NonZero::get),
            deny_only: judging.deny_only,
            all_objects: judging.output == Output::Junit,
            progress: !judging.quiet,
        }
    }
}
