//! Errors for the person who must fix them.
//!
//! [`Code`] is the catalogue of codes; [`Diagnostics::render`] shows the source lines too.

mod code;
pub mod escape;
mod notice;
mod render;

use std::fmt;

pub use code::Code;
pub use notice::{Excerpt, Notice, Severity};

use crate::source::Span;

/// One fault in a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of fault.
    pub code: Code,
    /// What is wrong, in OPA's words where OPA reports it.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to do, where there is something to say.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A fault of `code` at `span`.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span, help: None }
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The faults of a compilation; at least one when it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a fault.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds the faults of another stage or file.
    pub fn append(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }

    /// `value` if there is no fault.
    pub fn into_result<T>(self, value: T) -> Result<T, Diagnostics> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{}: {}", diagnostic.code.as_str(), diagnostic.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
