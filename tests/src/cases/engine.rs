//! Engines that answer the requests of policies.

use ferrego_compiler::diagnostics::{Code, Diagnostics};

use super::record::Policy;

/// A way to run policies.
pub trait Engine {
    /// Returns the engine's name, as in the list of known differences.
    fn name(&self) -> &'static str;

    /// Runs the policies, and returns a run for each, in order. An engine that builds programs
    /// builds all of them at once.
    fn run(&self, policies: &[&Policy]) -> Vec<Run>;
}

/// The result of running a policy in an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// The answers to the requests, in order.
    Answers(Vec<Answer>),
    /// The policy is refused with these codes, as OPA should refuse it.
    Refused {
        /// OPA's codes of the errors.
        codes: Vec<String>,
        /// The text of the errors.
        text: String,
    },
    /// The policy needs an unsupported builtin, which the text names.
    Unsupported(String),
    /// The engine itself failed.
    Failed(String),
}

/// An answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A value as a Rego term.
    Value(String),
    /// Undefined.
    Undefined,
    /// An error of the evaluation.
    Error {
        /// OPA's code.
        code: String,
        /// The text after the code.
        message: String,
    },
    /// A panic or another failure of the engine.
    Panic(String),
}

impl Answer {
    /// Returns the kind of the answer, or the code of an error.
    pub fn shape(&self) -> &str {
        match self {
            Answer::Value(_) => "value",
            Answer::Undefined => "undefined",
            Answer::Error { code, .. } => code,
            Answer::Panic(_) => "panic",
        }
    }

    /// Returns the text of a panic.
    pub fn panic(&self) -> Option<&String> {
        match self {
            Answer::Panic(text) => Some(text),
            Answer::Value(_) | Answer::Undefined | Answer::Error { .. } => None,
        }
    }
}

impl From<&Diagnostics> for Run {
    fn from(diagnostics: &Diagnostics) -> Self {
        let unsupported =
            diagnostics.0.iter().find(|diagnostic| diagnostic.code == Code::Unsupported);
        if let Some(diagnostic) = unsupported {
            return Run::Unsupported(diagnostic.message.clone());
        }
        let codes = diagnostics.0.iter().map(|d| d.code.as_str().to_owned()).collect();
        Run::Refused { codes, text: diagnostics.to_string() }
    }
}
