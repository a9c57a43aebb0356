//! Sets of templates and constraints, which judge reviews.
//!
//! A [`PolicySet`] is built once and then only read, from any number of threads. An evaluation
//! allocates in the arena that the caller passes, and takes no locks.

mod builder;
mod index;
mod judge;
mod projection;
mod run;
mod set;
#[cfg(test)]
mod tests;
mod verdict;
mod violations;

pub use builder::PolicySetBuilder;
pub use judge::{JudgeError, JudgeFailure, Judgement};
pub use run::ReviewError;
pub use set::PolicySet;
pub use verdict::{Cause, ConstraintId, Finding, Verdict, Warning};
