//! What can answer a policy's requests.

use ferrego_compiler::diagnostics::{Code, Diagnostics};

use super::record::Policy;

/// A way to run policies.
pub trait Engine {
    /// The engine's name, as the list of known differences has it.
    fn name(&self) -> &'static str;

    /// What the engine makes of each policy, in their order: all at once, for engines that build
    /// programs.
    fn run(&self, policies: &[&Policy]) -> Vec<Run>;
}

/// What an engine makes of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// The answers to the requests, in their order.
    Answers(Vec<Answer>),
    /// The policy is refused with these codes, as OPA should refuse it.
    Refused {
        /// OPA's codes of the errors.
        codes: Vec<String>,
        /// Their text.
        text: String,
    },
    /// The policy needs a builtin that is not supported; the text names it.
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
    /// The engine broke down.
    Panic(String),
}

impl Answer {
    /// Returns what kind of answer it is; for an error, its code.
    pub fn shape(&self) -> &str {
        match self {
            Answer::Value(_) => "value",
            Answer::Undefined => "undefined",
            Answer::Error { code, .. } => code,
            Answer::Panic(_) => "panic",
        }
    }

    /// Returns the text of a breakdown.
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
