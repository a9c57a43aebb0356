//! The reasons why a template cannot be rendered.

use crate::budget::Exceeded;

/// The reason why a template cannot be rendered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// An error that Go reports too.
    Invalid(String),
    /// The evaluation exceeds its budget.
    Exceeded(Exceeded),
    /// A part of Go that this implementation lacks, which must stop the evaluation.
    Unsupported(String),
}
