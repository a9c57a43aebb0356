//! Runs policies as compiled Rust: generated modules are spread over small crates, built by
//! cargo, and asked by jobs on standard input.

mod project;
mod run;

use std::path::PathBuf;

pub use run::run;

/// A policy as `ferrego_compiler` generated it.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The text of the module, which is called `policy`.
    pub rust: String,
}

/// One question to a policy.
#[derive(Clone, Debug)]
pub struct Job {
    /// The policy: its index among those built.
    pub policy: usize,
    /// The document asked for, `data.pkg.rule`.
    pub path: String,
    /// `input`.
    pub input: Input,
    /// `data` as JSON; empty where there is none.
    pub data: Option<String>,
    /// Whether errors of builtins stop the evaluation.
    pub strict: bool,
}

/// What `input` is.
#[derive(Clone, Debug)]
pub enum Input {
    /// Absent.
    None,
    /// JSON.
    Json(String),
    /// A document of the policy itself: how a case whose input is a Rego term gives it.
    Document(String),
}

/// The answer to a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Undefined.
    Undefined,
    /// The value, as OPA prints it.
    Value(String),
    /// What stopped the evaluation.
    Error {
        /// OPA's code.
        code: String,
        /// The text.
        message: String,
    },
    /// The program ended without an answer.
    Crash(String),
}

/// How the crates are made.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Where the crates go; it may hold those of an earlier run.
    pub directory: PathBuf,
    /// Where their build goes.
    pub target: PathBuf,
    /// What the names of the crates begin with.
    pub prefix: String,
    /// The project's root, where the runtime and the lock file are.
    pub project: PathBuf,
    /// Policies in one crate.
    pub policies_per_crate: usize,
    /// Optimisation level of the policies, `0` to `3`.
    pub opt_level: u8,
}

/// Policies that are built.
#[derive(Clone, Debug)]
pub struct Shards {
    layout: Layout,
    programs: Vec<PathBuf>,
}

impl Shards {
    /// Writes the crates of `policies` and builds them.
    ///
    /// # Errors
    /// What could not be written, and what the Rust compiler says of generated code.
    pub fn build(layout: Layout, policies: &[Generated]) -> Result<Self, String> {
        let count = policies.len().div_ceil(layout.policies_per_crate);
        project::write(&layout, policies)?;
        let programs = if count == 0 { Vec::new() } else { project::build(&layout, count)? };
        Ok(Self { layout, programs })
    }
}
