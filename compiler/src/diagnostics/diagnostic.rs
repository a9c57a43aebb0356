//! The faults in a policy.

use std::fmt;

use super::code::Code;
use crate::source::Span;

/// A fault in a policy.
///
/// ```
/// use ferrego_compiler::{Diagnostic, diagnostics::Code, source::Span};
///
/// let diagnostic = Diagnostic::new(Code::UnsafeVar, Span::default(), "var x is unsafe");
/// assert_eq!(diagnostic.code.as_str(), "rego_unsafe_var_error");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of fault.
    pub code: Code,
    /// The message, in OPA's words if OPA reports the fault.
    pub message: String,
    /// The place of the fault.
    pub span: Span,
    /// The advice, if there is any.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Returns a fault of `code` at `span`.
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

/// The faults of a compilation. As an error, it contains at least one.
///
/// ```
/// use ferrego_compiler::{Options, RegoVersion, Source, compile};
///
/// let sources = [Source::new("p.rego", "package p\n\nq if x == 1\n", RegoVersion::V1)];
/// let faults = compile(&sources, &Options::modules("p")).expect_err("nothing binds x");
/// assert_eq!(faults.to_string(), "rego_unsafe_var_error: var x is unsafe");
/// assert!(faults.render(&sources, false).contains("p.rego:3:6"));
/// ```
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

    /// Returns `value` if the list is empty, and the faults otherwise.
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
