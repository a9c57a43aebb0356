//! Sets of templates and constraints, which judge reviews.
//!
//! A [`PolicySet`] is built once and then only read, from any number of threads. An evaluation
//! allocates in the arena that the caller passes, and takes no locks.
//!
//! ```
//! use ferrego_gatekeeper::inventory::Snapshot;
//! use ferrego_gatekeeper::review::Numbers;
//! use ferrego_gatekeeper::{PolicySet, Review};
//! use ferrego_runtime::Arena;
//!
//! let policies = PolicySet::builder().build();
//! let (arena, snapshot) = (Arena::new(), Snapshot::empty());
//! let review = br#"{
//!     "apiVersion": "admission.k8s.io/v1",
//!     "kind": "AdmissionReview",
//!     "request": {"uid": "7", "object": {"apiVersion": "v1", "kind": "Pod"}}
//! }"#;
//! let review = Review::from_bytes(&arena, review, Numbers::Exact)?;
//! assert!(!policies.review(&review, &snapshot, &arena)?.is_denied());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
mod index;
mod judge;
mod judge_error;
mod limits;
mod order;
mod projection;
mod run;
mod set;
mod standing;
mod tally;
#[cfg(test)]
mod tests;
mod verdict;
mod violations;

pub use builder::PolicySetBuilder;
pub use judge::Judgment;
pub use judge_error::{JudgeError, JudgeFailure};
pub use limits::Limits;
pub use run::ReviewError;
pub use set::PolicySet;
#[doc(hidden)]
pub use standing::Standing;
pub use verdict::{Cause, ConstraintId, Finding, Verdict, Warning};
