//! Gatekeeper on top of ferrego: what stands between a policy and a cluster.
//!
//! A constraint becomes a [`Constraint`] once its template's [`schema`] has accepted it;
//! [`matching`] says which objects it judges. [`fault`] is what is reported of documents, with the
//! path to the field. A [`PolicySet`] runs templates under their constraints on a [`Review`], with
//! the [`inventory`] of the cluster beside it; [`expansion`] adds what an object implies,
//! [`external_data`] answers what policies ask providers, and [`response`] is what a webhook says.
//!
//! Without features the crate runs compiled policies and links neither the compiler nor the
//! interpreter.

pub mod constraint;
#[cfg(feature = "documents")]
pub mod documents;
#[cfg(feature = "interpreter")]
pub mod engine;
pub mod expansion;
pub mod external_data;
pub mod inventory;
pub mod matching;
mod numbers;
pub mod policy_set;
pub mod response;
pub mod review;
mod schemas;
#[cfg(feature = "suite")]
pub mod suite;

pub use constraint::Constraint;
pub use ferrego_schema::fault::{self, Fault};
pub use ferrego_schema::{self as schema, Schema};
use ferrego_schema::{k8s_names as names, words};
pub use inventory::Inventory;
pub use policy_set::PolicySet;
pub use review::Review;
