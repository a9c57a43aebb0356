//! Gatekeeper's suites: tests of templates and constraints, as `gator verify` runs them.
//!
//! [`find`] looks for the files, [`read`] makes a [`Suite`] of a document, [`Filter`] chooses what
//! is run, [`Runner`] runs it and gives a [`SuiteReport`]. What stands in a suite and what it means
//! is Gatekeeper's (`pkg/gator/verify`).

mod assertion;
mod fields;
mod filter;
mod find;
mod judge;
mod model;
mod read;
mod report;
mod run;

pub use assertion::{Assertion, Expected};
pub use filter::{Filter, FilterError};
pub use find::{Found, find};
pub use judge::failed_review;
pub use model::{Case, Suite, Test};
pub use read::read;
pub use report::{CaseReport, Counts, Outcome, SuiteReport, TestReport, Violation};
pub use run::Runner;
