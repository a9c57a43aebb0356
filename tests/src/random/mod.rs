//! Random policies in the style of `ConstraintTemplate`s, and random inputs for them.
//!
//! [`policies`] is a proptest strategy. Its policies are well scoped, and well typed where types
//! are known, so that nearly all are accepted. [`reduce`] makes a failing policy smaller, [`hunt`]
//! compares engines on many policies, and [`fixture`] stores the findings.

mod builtin;
mod collection;
mod condition;
pub mod departures;
mod document;
mod edit;
pub mod fixture;
pub mod hunt;
mod idiom;
mod module;
mod policy;
pub mod reduce;
mod reference;
#[cfg(feature = "regorus")]
pub mod regorus;
mod rule;
mod schema;
mod statement;
mod strategy;
mod term;
mod tree;
pub mod voice;
mod writer;

pub use policy::RandomPolicy;
pub use strategy::{RandomPolicies, RandomTree, policies, policy};
pub use writer::Style;
