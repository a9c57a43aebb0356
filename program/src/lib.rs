//! The subcommands of executables of compiled policies.
//!
//! `ferrego build` compiles templates to Rust, and writes a `main` that calls [`main`](main()) with
//! the [`Contents`]: the policies, and the documents around them. The program then has the
//! subcommands `serve`, `review`, `test`, `audit`, `list` and `--version`. It links neither the
//! compiler nor the interpreter.
//!
//! `ferrego test` judges with the module [`judge`] too, and `ferrego serve` serves with [`serve`], so
//! that a program and the command cannot disagree.

/// The example in the README, which runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[doc(hidden)]
pub mod arguments;
#[doc(hidden)]
pub mod budget;
mod contents;
#[doc(hidden)]
pub mod external_data;
#[doc(hidden)]
pub mod failure;
#[cfg(feature = "serve")]
#[doc(hidden)]
pub mod follow;
#[doc(hidden)]
pub mod judge;
mod list;
#[doc(hidden)]
pub mod output;
mod program;
#[doc(hidden)]
pub mod report;
#[cfg(feature = "serve")]
mod review;
#[cfg(feature = "serve")]
#[doc(hidden)]
pub mod serve;
#[doc(hidden)]
pub mod status;
mod stdin;
#[doc(hidden)]
pub mod unchecked;
#[cfg(feature = "serve")]
#[doc(hidden)]
pub mod watch;

pub use contents::{Contents, Embedded, SourceFile, Template};
pub use program::main;
