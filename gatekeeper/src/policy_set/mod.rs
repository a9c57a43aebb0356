//! Templates and constraints, and what they say to a review.

mod verdict;

pub use verdict::{Cause, ConstraintId, Finding, Verdict, Warning};
