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

/// The exit status of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exit(pub(crate) u8);

impl From<Status> for Exit {
    fn from(status: Status) -> Self {
        match status {
            Status::Passed => Self(0),
            Status::Failed => Self(1),
            Status::Broken => Self(2),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(Exit(status): Exit) -> Self {
        Self::from(status)
    }
}
