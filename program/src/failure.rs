//! Errors of a command.

use std::io;

use ferrego_source::diagnostics::Notice;
use ferrego_source::diagnostics::escape::Escaped;
use ferrego_source::limited::TooLarge;

/// The errors in the inputs or the usage of a command. The exit status is 2.
#[derive(Debug)]
pub struct Failure(pub Vec<Notice>);

impl Failure {
    /// Builds a failure for a broken input or wrong usage.
    pub fn usage(message: impl Into<String>) -> Self {
        Self(vec![Notice::error("", message)])
    }

    /// Builds a failure for a file that cannot be read.
    pub fn unreadable(name: &str, error: &io::Error) -> Self {
        let failure = Self::usage(format!("cannot read {}: {error}", Escaped(name)));
        match TooLarge::help(error) {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(self, help: &str) -> Self {
        Self(self.0.into_iter().map(|notice| notice.with_help(help)).collect())
    }

    /// Renders the failure as colored text that ends a line.
    pub fn render(&self) -> String {
        self.0.iter().map(|notice| notice.render(true)).collect::<Vec<_>>().join("\n")
    }
}
