//! The runtime of policies compiled by ferrego.
//!
//! Values live in an [`Arena`] and borrow from it and from the input's bytes, so that an
//! evaluation allocates nothing once the arena has grown to its working size. The parts, in the
//! order in which an evaluation meets them:
//!
//! - [`arena`]: the reusable memory;
//! - [`value`], [`number`], [`collections`], [`order`]: Rego's values, what they are and how they
//!   compare;
//! - [`json`], [`text`]: values from JSON and to JSON, and values as Rego terms;
//! - [`document`]: values that live longer than an evaluation;
//! - [`joins`]: indexes for loops that search a collection;
//! - [`error`]: what stops an evaluation;
//! - [`policy`], [`admission`]: compiled policies, and the reviews that they judge;
//! - [`mod@env`]: what builtins see of the evaluation;
//! - [`builtins`]: the builtin functions and their table.

pub mod admission;
mod answers;
pub mod arena;
pub mod bags;
pub mod builtins;
mod bytes;
pub mod collections;
pub mod context;
pub mod document;
mod document_rules;
pub mod env;
pub mod error;
mod features;
#[doc(hidden)]
pub mod generated;
pub mod joins;
pub mod json;
pub mod keys;
mod later;
pub mod number;
#[doc(hidden)]
pub mod operators;
pub mod order;
pub mod policy;
#[cfg(test)]
mod samples;
mod search;
pub mod text;
pub mod turns;
pub mod value;

pub use admission::{InvalidReview, Violation};
pub use arena::Arena;
pub use document::Document;
pub use env::{Env, Host};
pub use error::{ErrorCode, EvalError};
pub use joins::{IndexedDocument, Indexes};
pub use number::Number;
pub use policy::{Evaluation, Policy, Violations};
pub use value::{Object, Set, Value};

/// Takes in the policies that `ferrego_compiler::Build` compiled: a module for each, and
/// `POLICIES`, the list of all.
#[macro_export]
macro_rules! include_policies {
    () => {
        include!(concat!(env!("OUT_DIR"), "/policies.rs"));
    };
}
