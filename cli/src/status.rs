//! How a command that judges ends.

use std::process::ExitCode;

/// How a command that judges ends. Of two, the greater counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Nothing is wrong: 0.
    Passed,
    /// What was judged is wrong: 1.
    Failed,
    /// What was given to judge, or to judge by, is broken: 2.
    Broken,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Passed => Self::SUCCESS,
            Status::Failed => Self::from(1),
            Status::Broken => Self::from(2),
        }
    }
}
