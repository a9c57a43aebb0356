//! The admission webhook of ferrego: serves Gatekeeper's policies to a Kubernetes API server.
//!
//! A [`Server`] answers `AdmissionReview`s over HTTPS, in the place of Gatekeeper's validating
//! webhook: `/v1/admit` judges, and `/v1/admitlabel` guards the label that keeps the webhook from a
//! Namespace. [`Policies`] are what it judges by. They can be replaced while requests run. A program
//! that has a server already takes an [`AdmissionService`] instead.
//!
//! ```no_run
//! use ferrego_gatekeeper::PolicySet;
//! use ferrego_gatekeeper::review::Numbers;
//! use ferrego_webhook::{Config, Policies, Server, State};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut builder = PolicySet::builder().numbers(Numbers::Float64);
//! # let (compiled, constraints): (Vec<&'static ferrego_runtime::Policy>, Vec<ferrego_runtime::Document>) = (vec![], vec![]);
//! for policy in compiled {
//!     builder.add_compiled(policy)?;
//! }
//! for constraint in constraints {
//!     builder.read_constraint(&constraint.value())?;
//! }
//! let policies = Policies::new(State::new(builder.build()));
//! Server::new(policies, Config::new("tls.crt", "tls.key")).run()?;
//! # Ok(())
//! # }
//! ```
//!
//! Everything asynchronous in ferrego is in this crate.

/// The examples in the README, which run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod admission;
mod certificate;
#[cfg(feature = "cluster")]
pub mod cluster;
mod config;
#[cfg(any(feature = "external-data", feature = "traces"))]
mod errors;
#[cfg(feature = "external-data")]
pub mod external_data;
pub mod log;
pub mod metrics;
mod policies;
mod readiness;
mod server;
mod service;
#[doc(hidden)]
pub mod stop;
#[cfg(feature = "traces")]
pub mod traces;
pub mod wait;

pub use certificate::CertificateError;
pub use config::{Config, OnError};
pub use metrics::Metrics;
pub use policies::{Policies, State};
pub use readiness::{Condition, Readiness};
pub use server::{Bound, ServeError, Server};
pub use service::AdmissionService;
