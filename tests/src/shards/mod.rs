//! Runs policies as compiled Rust. Generated modules are distributed over small crates. Cargo
//! builds the crates, and their programs read jobs from standard input.

mod job;
mod project;
mod run;

use std::path::PathBuf;

pub use job::{Input, Job, Outcome};
pub use project::{Generated, Layout};
pub use run::run;

/// Policies that were built.
#[derive(Clone, Debug)]
pub struct Shards {
    layout: Layout,
    programs: Vec<PathBuf>,
}

impl Shards {
    /// Writes the crates of `policies` and builds them.
    ///
    /// # Errors
    /// Returns an error if a file cannot be written, or the Rust compiler refuses the generated
    /// code.
    pub fn build(layout: Layout, policies: &[Generated]) -> Result<Self, String> {
        let count = policies.len().div_ceil(layout.policies_per_crate);
        project::write(&layout, policies)?;
        let programs = if count == 0 { Vec::new() } else { project::build(&layout, count)? };
        Ok(Self { layout, programs })
    }
}
