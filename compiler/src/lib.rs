//! Compiles the Rego of Gatekeeper `ConstraintTemplate`s to Rust.
//!
//! The stages, in order: [`source`] → [`parse`] → [`ast`] → [`analyze`] → [`hir`] → [`plan`] →
//! [`codegen`]. [`diagnostics`] is what they report.

pub mod analyze;
pub mod ast;
pub mod codegen;
pub mod diagnostics;
pub mod hir;
pub mod parse;
pub mod plan;
pub mod source;
pub mod template;
pub mod yaml;
