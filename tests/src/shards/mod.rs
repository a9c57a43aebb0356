//! Runs policies as compiled Rust. Generated modules are distributed over small crates. Cargo
//! builds the crates, and their programs read jobs from standard input.

mod project;
mod run;

use std::path::PathBuf;

pub use run::run;

/// A policy that `ferrego_compiler` generated.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The text of the module, which is named `policy`.
    pub rust: String,
}

/// A request to a policy.
#[derive(Clone, Debug)]
pub struct Job {
    /// The index of the policy among the built ones.
    pub policy: usize,
    /// The requested document, such as `data.pkg.rule`.
    pub path: String,
    /// `input`.
    pub input: Input,
    /// `data` as JSON, or `None` without base documents.
    pub data: Option<String>,
    /// `true` if errors of builtins stop the evaluation.
    pub strict: bool,
}

/// The value of `input`.
#[derive(Clone, Debug)]
pub enum Input {
    /// Absent.
    None,
    /// JSON.
    Json(String),
    /// A document of the policy itself, for a case whose input is a Rego term.
    Document(String),
}

/// The answer to a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Undefined.
    Undefined,
    /// The value, as OPA prints it.
    Value(String),
    /// An error that stopped the evaluation.
    Error {
        /// OPA's code.
        code: String,
        /// The text.
        message: String,
    },
    /// The program ended without an answer.
    Crash(String),
}

/// The layout of the crates.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The folder of the crates. It may contain the crates of an earlier run.
    pub directory: PathBuf,
    /// The target folder of the build.
    pub target: PathBuf,
    /// The prefix of the crates' names.
    pub prefix: String,
    /// The project's root, with the runtime and the lock file.
    pub project: PathBuf,
    /// The number of policies in one crate.
    pub policies_per_crate: usize,
    /// The optimization level of the policies, from `0` to `3`.
    pub opt_level: u8,
}

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
