//! Jobs for the programs of policies, and their outcomes.

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
