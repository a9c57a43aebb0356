//! Gatekeeper's suites: tests of templates and constraints, as `gator verify` runs them.
//!
//! [`find()`] searches for suite files, and [`read()`] turns a document into a [`Suite`]. A
//! [`Filter`] selects tests and cases, and a [`Runner`] runs them and returns a [`SuiteReport`].
//! The format and meaning of suites follow Gatekeeper (`pkg/gator/verify`).

mod assertion;
mod fields;
mod filter;
mod find;
mod judge;
mod model;
mod read;
mod report;
mod run;
mod stage;

pub use assertion::{Assertion, Expected};
pub use filter::{Filter, FilterError};
pub use find::{Found, find};
pub use model::{Case, Suite, Test};
pub use read::read;
pub use report::{CaseReport, Counts, Outcome, SuiteReport, TestReport, Violation};
pub use run::Runner;
