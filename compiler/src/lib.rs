//! Compiles the Rego of Gatekeeper `ConstraintTemplate`s to Rust.
//!
//! [`Build`] compiles policies in a `build.rs`, and most programs need nothing else. [`compile`]
//! compiles texts without access to the disk: [`Template::read`] takes the Rego out of a template,
//! and [`Diagnostics`] are the faults in it.
//!
//! ```
//! use ferrego_compiler::{Options, Template, compile};
//!
//! let yaml = r#"
//! apiVersion: templates.gatekeeper.sh/v1
//! kind: ConstraintTemplate
//! metadata: {name: denynothing}
//! spec:
//!   crd: {spec: {names: {kind: DenyNothing}}}
//!   targets:
//!   - target: admission.k8s.gatekeeper.sh
//!     rego: |
//!       package denynothing
//!       violation[{"msg": "never"}] { input.review.object.kind == "Nothing" }
//! "#;
//! let templates = Template::read("template.yaml", yaml)?;
//! let generated = compile(&templates[0].sources, &Options::of(&templates[0]))?;
//! assert_eq!(generated.module, "deny_nothing");
//! assert!(generated.rust.contains("pub static POLICY"));
//! # Ok::<(), ferrego_compiler::Diagnostics>(())
//! ```
//!
//! The stages are hidden: their types follow the compiler and not the rules of semantic
//! versioning. In order, they are [`source`] → [`parse`] → [`ast`] → [`analyze`] → [`hir`] →
//! [`lower`] → [`ir`] → [`passes`] → [`codegen`], which [`pipeline`] runs.

/// The examples in the README, which run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[doc(hidden)]
pub mod analyze;
#[doc(hidden)]
pub mod ast;
#[doc(hidden)]
pub mod codegen;
#[doc(hidden)]
pub mod describe;
pub mod explain;
#[doc(hidden)]
pub mod format;
#[doc(hidden)]
pub mod frontend;
#[doc(hidden)]
pub mod hir;
#[doc(hidden)]
pub mod ide;
#[doc(hidden)]
pub mod ir;
pub mod lints;
#[doc(hidden)]
pub mod lower;
#[doc(hidden)]
pub mod observe;
#[doc(hidden)]
pub mod parse;
#[doc(hidden)]
pub mod passes;
#[doc(hidden)]
pub mod pipeline;
mod suggest;
#[doc(hidden)]
pub mod template;

pub use diagnostics::{Diagnostic, Diagnostics};
pub use ferrego_source::{diagnostics, source};
#[doc(hidden)]
pub use ferrego_source::{limited, yaml};
pub use frontend::{Build, Error, Report};
#[doc(hidden)]
pub use passes::Pass;
pub use passes::{Passes, UnknownPass};
pub use pipeline::{Constraints, Generated, Options, compile};
pub use source::{RegoVersion, Source};
pub use template::{EnginePreference, Template};
