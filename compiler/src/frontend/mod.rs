//! The entry point for `build.rs`, and the parts that the command shares with it.
//!
//! Only this module accesses the disk. [`inputs`] finds files and reads them up to the limit of
//! [`limited`](crate::limited), [`policies`] turns them into policies, and [`output`] writes the
//! generated files. [`fix`] applies the fixes of lints, and [`upgrade`] rewrites v0 to v1.
//! [`files`] also serves the programs that write crates around the generated files.

mod build;
mod error;
pub mod files;
pub mod fix;
pub mod inputs;
pub mod output;
pub mod policies;
mod templates;
pub mod upgrade;

#[cfg(test)]
mod tests;

pub use build::Build;
pub use error::{Error, Report};
