//! Compiles the Rego of Gatekeeper `ConstraintTemplate`s to Rust.
//!
//! The stages, in order: [`source`] → [`parse`] → [`ast`] → [`analyze`] → [`hir`] → [`plan`] →
//! [`codegen`]. [`pipeline`] runs them; [`diagnostics`] is what they report. [`template`] takes Rego out
//! of YAML, and [`Build`] is the door for a `build.rs`.

pub mod analyze;
pub mod ast;
pub mod build_script;
pub mod codegen;
pub mod diagnostics;
pub mod hir;
pub mod parse;
pub mod pipeline;
pub mod plan;
pub mod source;
pub mod template;
pub mod yaml;

pub use build_script::{Build, Error};
pub use plan::Optimisations;
