//! Compiles the Rego of Gatekeeper `ConstraintTemplate`s to Rust.
//!
//! The stages, in order: [`source`] → [`parse`] → [`ast`] → [`analyze`] → [`hir`] → [`lower`] →
//! [`ir`] → [`passes`] → [`codegen`]. [`pipeline`] runs the stages, which report [`diagnostics`].
//! [`template`] extracts Rego from YAML, and [`Build`] is the entry point for a `build.rs`.

pub mod analyze;
pub mod ast;
pub mod build_script;
pub mod codegen;
pub mod diagnostics;
pub mod hir;
pub mod ir;
pub mod lower;
pub mod parse;
pub mod passes;
pub mod pipeline;
pub mod source;
pub mod template;
pub mod yaml;

pub use build_script::{Build, Error};
pub use passes::{Pass, Passes, UnknownPass};
