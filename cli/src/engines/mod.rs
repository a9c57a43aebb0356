//! Which engine evaluates.

use clap::ValueEnum;

/// What evaluates policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    /// The reference interpreter
    Interpreter,
    /// Rust, compiled once for each policy and kept
    Compiled,
    /// Both, and every difference is a failure
    Both,
}
