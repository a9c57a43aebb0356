//! The runtime of policies compiled by ferrego.
//!
//! Values live in an [`Arena`] and borrow from it and from the input's bytes. Once the arena has
//! grown to its working size, an evaluation does not allocate, except in a few rarely used
//! builtins. The modules, in the order in which an evaluation reaches them:
//!
//! - [`arena`]: the reusable memory;
//! - [`value`], [`number`], [`collections`], [`order`]: Rego's values and their order;
//! - [`json`], [`text`]: conversion of values from and to JSON, and their notation as Rego terms;
//! - [`document`]: values that outlive an evaluation;
//! - [`codegen_support`]: the interface of generated code, such as its hash indexes;
//! - [`error`]: errors that stop an evaluation;
//! - [`policy`], [`admission`]: compiled policies, and the reviews that they judge;
//! - [`mod@env`]: the part of an evaluation that builtins can access;
//! - [`builtins`]: the builtin functions and their table.

pub mod admission;
pub mod arena;
pub mod builtins;
#[doc(hidden)]
pub mod codegen_support;
pub mod collections;
pub mod context;
pub mod document;
pub mod env;
pub mod error;
mod internal;
pub mod json;
pub mod number;
pub mod order;
pub mod policy;
#[cfg(feature = "serde")]
mod serialize;
pub mod text;
pub mod value;

pub use admission::{InvalidReview, Violation};
pub use arena::Arena;
pub use codegen_support::hash_join::{IndexedDocument, Indexes};
pub use document::Document;
pub use env::{Env, Host};
pub use error::{ErrorCode, EvalError, HostError};
pub use number::Number;
pub use policy::{Evaluation, Policy, Violations};
#[cfg(feature = "serde")]
pub use serialize::SerializeError;
pub use value::{Object, Set, Value};

/// Includes the policies that `ferrego_compiler::Build` compiled: a module for each policy, and
/// `POLICIES`, the list of all of them.
#[macro_export]
macro_rules! include_policies {
    () => {
        include!(concat!(env!("OUT_DIR"), "/policies.rs"));
    };
}
