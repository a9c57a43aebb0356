//! Why a command failed.

use std::process::ExitCode;

use ferrego_compiler::Error;
use ferrego_runtime::EvalError;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What the compiler reports.
    Build(Error),
    /// An evaluation that stopped.
    Evaluation(Box<EvalError>),
    /// An input that is broken, or usage that the argument parser cannot see.
    Usage(String),
}

impl Failure {
    /// The failure as coloured text that ends a line.
    pub(crate) fn render(&self) -> String {
        match self {
            Failure::Build(error) => error.render(true),
            Failure::Evaluation(error) => format!("error: {error}\n"),
            Failure::Usage(message) => format!("error: {message}\n"),
        }
    }

    /// 1 for errors in the policy, 2 for all else.
    pub(crate) fn status(&self) -> ExitCode {
        match self {
            Failure::Build(Error::Policies(_)) | Failure::Evaluation(_) => ExitCode::from(1),
            Failure::Build(_) | Failure::Usage(_) => ExitCode::from(2),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Build(error)
    }
}

impl From<Box<EvalError>> for Failure {
    fn from(error: Box<EvalError>) -> Self {
        Failure::Evaluation(error)
    }
}
