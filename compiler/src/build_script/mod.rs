//! The door for `build.rs`, and what the command shares with it: files in, Rust files out.
//!
//! Only this module touches the disk: [`inputs`] finds and reads files, [`policies`] makes
//! policies of them, [`output`] writes.

mod build;
mod error;
pub mod inputs;
pub mod output;
pub mod policies;
mod templates;

#[cfg(test)]
mod tests;

pub use build::Build;
pub use error::{Error, Report};
