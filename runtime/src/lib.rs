//! The runtime of policies compiled by ferrego.
//!
//! Values live in an [`Arena`] and borrow from it and from the input's bytes. Once the arena has
//! grown to its working size, an evaluation does not allocate, except in a few rarely used
//! builtins.
//!
//! - A [`Policy`] is compiled code, and an [`Evaluation`] runs it.
//! - A [`Value`] is Rego data. A [`Document`] is a value that outlives the evaluation.
//! - A [`Host`] answers the builtins that need the network or a clock.
//! - [`json`] reads and writes values, and [`collections`] builds them.
//!
//! ```
//! use ferrego_runtime::{Arena, json};
//!
//! let mut arena = Arena::new();
//! for text in [r#"{"kind": "Pod"}"#, r#"{"kind": "Service"}"#] {
//!     let object = json::parse(&arena, text.as_bytes())?;
//!     println!("{}", object["kind"]);
//!     arena.reset();
//! }
//! # Ok::<(), json::JsonError>(())
//! ```
//!
//! The other modules are hidden. Generated code and the other crates of ferrego use them, and they
//! may change in any release.

/// The examples in the README, which run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[doc(hidden)]
pub mod admission;
#[doc(hidden)]
pub mod arena;
#[doc(hidden)]
pub mod budget;
#[doc(hidden)]
pub mod builtins;
#[doc(hidden)]
pub mod codegen_support;
pub mod collections;
#[doc(hidden)]
pub mod context;
mod deep;
#[doc(hidden)]
pub mod document;
#[doc(hidden)]
pub mod env;
#[doc(hidden)]
pub mod error;
mod internal;
pub mod json;
mod location;
#[doc(hidden)]
pub mod number;
#[doc(hidden)]
pub mod order;
#[doc(hidden)]
pub mod policy;
#[cfg(feature = "serde")]
mod serialize;
#[doc(hidden)]
pub mod text;
#[doc(hidden)]
pub mod value;

pub use admission::{InvalidReview, Violation};
pub use arena::Arena;
pub use budget::Budget;
pub use codegen_support::hash_join::shared::{IndexedDocument, Indexes};
pub use context::Eval;
pub use document::Document;
#[doc(hidden)]
pub use env::Env;
pub use env::{Host, NoHost};
pub use error::{ErrorCode, EvalError, HostError};
pub use number::Number;
pub use policy::{Evaluation, Policy, PolicyEntry, PolicyTemplate, Violations};
#[cfg(feature = "serde")]
pub use serialize::SerializeError;
pub use value::{Members, Object, Pairs, Set, Value};

/// Includes the policies that `ferrego_compiler::Build` compiled: a module for each policy, and
/// `POLICIES`, the list of all of them.
///
/// ```
/// # macro_rules! env { ($name:literal) => { "" }; }
/// # macro_rules! include { ($file:expr) => { static POLICIES: &[&Policy] = &[]; }; }
/// use ferrego_runtime::Policy;
///
/// ferrego_runtime::include_policies!();
///
/// for policy in POLICIES {
///     println!("{}", policy.name);
/// }
/// ```
#[macro_export]
macro_rules! include_policies {
    () => {
        include!(concat!(env!("OUT_DIR"), "/policies.rs"));
    };
}
