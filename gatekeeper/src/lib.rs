//! Gatekeeper on top of ferrego: the layer between a policy and a cluster.
//!
//! A [`PolicySet`] runs templates under their constraints on a [`Review`], with the [`Inventory`]
//! of the cluster as data, and returns a [`Verdict`]. A constraint becomes a [`Constraint`] once
//! its template's [`Schema`] has accepted it. [`Faults`] are errors in a document, each with the
//! path to its field. [`expansion`] adds the objects that an object implies, and [`external_data`]
//! answers the requests of policies to providers. [`response`] builds the answers of a webhook.
//!
//! Without features, the crate runs compiled policies and links neither the compiler nor the
//! interpreter.
//!
//! ```
//! use ferrego_gatekeeper::PolicySet;
//! use ferrego_gatekeeper::inventory::Snapshot;
//! use ferrego_runtime::Arena;
//!
//! let policies = PolicySet::builder().build();
//! let review = br#"{
//!     "apiVersion": "admission.k8s.io/v1",
//!     "kind": "AdmissionReview",
//!     "request": {"uid": "7", "object": {"apiVersion": "v1", "kind": "Pod"}}
//! }"#;
//! let (arena, snapshot) = (Arena::new(), Snapshot::empty());
//! assert!(!policies.judge(review, &snapshot, &arena)?.verdict.is_denied());
//! # Ok::<(), ferrego_gatekeeper::policy_set::JudgeError>(())
//! ```

/// The examples in the README, which run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod constraint;
mod described;
#[cfg(feature = "documents")]
#[doc(hidden)]
pub mod documents;
#[cfg(feature = "interpreter")]
#[doc(hidden)]
pub mod engine;
pub mod exemption;
pub mod expansion;
#[cfg(feature = "interpreter")]
#[doc(hidden)]
pub mod explain;
pub mod external_data;
pub mod inventory;
#[doc(hidden)]
pub mod matching;
mod numbers;
pub mod policy_set;
pub mod response;
pub mod review;
#[cfg(feature = "suite")]
#[doc(hidden)]
pub mod suite;

pub use constraint::Constraint;
pub use ferrego_schema::fault::{self, Fault, Faults};
pub use ferrego_schema::{self as schema, Schema};
use ferrego_schema::{field_errors, k8s_names};
pub use inventory::Inventory;
pub use policy_set::{PolicySet, Verdict};
pub use review::Review;
