//! The outcome of a command that judges.

use std::process::ExitCode;

/// The outcome of a command that judges. Of two outcomes, the greater is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing is wrong. The exit status is 0.
    Passed,
    /// A judged object or test is wrong. The exit status is 1.
    Failed,
    /// An input is broken. The exit status is 2.
    Broken,
}

/// The exit status of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit(pub u8);

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
