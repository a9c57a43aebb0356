//! Errors of commands.

use std::io;
use std::process::ExitCode;

use ferrego_compiler::Error;
use ferrego_compiler::Report;
use ferrego_compiler::diagnostics::Notice;
use ferrego_compiler::diagnostics::escape::Escaped;
use ferrego_runtime::EvalError;

use crate::output;

/// The reason why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The compiler's errors.
    Build(Error),
    /// An evaluation that stopped.
    Evaluation(Box<EvalError>),
    /// Faults in the policy or the query.
    Policy(Vec<Notice>),
    /// An input that is broken, or usage that the argument parser cannot see.
    Usage(Vec<Notice>),
}

impl Failure {
    /// Builds a failure for a broken input or wrong usage.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(vec![Notice::error("", message)])
    }

    /// Builds a failure for a file that cannot be read.
    pub(crate) fn unreadable(name: &str, error: &io::Error) -> Self {
        ferrego_program::failure::Failure::unreadable(name, error).into()
    }

    /// Adds advice to a failure for wrong usage.
    #[must_use]
    pub(crate) fn with_help(self, help: &str) -> Self {
        match self {
            Self::Usage(notices) => {
                Self::Usage(notices.into_iter().map(|notice| notice.with_help(help)).collect())
            }
            other => other,
        }
    }

    /// Renders the failure as colored text that ends a line.
    pub(crate) fn render(&self) -> String {
        match self {
            Failure::Build(error @ Error::Policies(_)) => error.render(true),
            Failure::Evaluation(error) => format!("error: {}\n", Escaped(&error.to_string())),
            other => {
                let notices = other.notices();
                notices.iter().map(|notice| notice.render(true)).collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// Returns the notices of a failure.
    pub(crate) fn notices(&self) -> Vec<Notice> {
        match self {
            Failure::Build(Error::Policies(reports)) => {
                let notices = |report: &Report| report.diagnostics.notices(&report.sources);
                reports.iter().flat_map(notices).collect()
            }
            Failure::Build(Error::Read { path, error }) => {
                Self::unreadable(&path.to_string_lossy(), error).notices()
            }
            Failure::Build(error @ Error::NoInput) => {
                let help =
                    "templates are in files .yaml, .yml or .json, and Rego is in files .rego";
                vec![Notice::error("", error.to_string()).with_help(help)]
            }
            Failure::Build(error) => vec![Notice::error("", error.to_string())],
            Failure::Evaluation(error) => vec![Notice::error("", error.to_string())],
            Failure::Policy(notices) | Failure::Usage(notices) => notices.clone(),
        }
    }

    /// Prints the failure on standard error, and returns the exit status.
    pub(crate) fn report(&self) -> ExitCode {
        output::tell(&self.render());
        self.status()
    }

    /// Returns the exit status: 1 for errors in the policy or its evaluation, and 2 for all others.
    fn status(&self) -> ExitCode {
        match self {
            Failure::Build(Error::Policies(_)) | Failure::Evaluation(_) | Failure::Policy(_) => {
                ExitCode::from(1)
            }
            Failure::Build(_) | Failure::Usage(_) => ExitCode::from(2),
        }
    }
}

impl From<ferrego_program::failure::Failure> for Failure {
    fn from(ferrego_program::failure::Failure(notices): ferrego_program::failure::Failure) -> Self {
        Failure::Usage(notices)
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
