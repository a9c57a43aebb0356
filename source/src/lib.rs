//! Texts that users write, and the faults in them.
//!
//! A [`source`] is a text with positions. [`diagnostics`] are faults of a text, with the lines to
//! which they point. [`yaml`] reads documents with the place of every node, and [`limited`] reads
//! files up to a size. Programs of compiled policies read objects with this crate, so it knows
//! nothing of Rego's syntax.

/// The examples in the README, which run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod diagnostics;
#[doc(hidden)]
pub mod limited;
pub mod source;
#[doc(hidden)]
pub mod yaml;
