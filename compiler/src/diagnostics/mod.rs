//! Errors for the person who must fix them.

use std::fmt;

use crate::source::Span;

/// What kind of fault a diagnostic reports. OPA's codes where OPA has one (`ast/errors.go`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// `rego_parse_error`: the text is no Rego of its version.
    Parse,
    /// `rego_compile_error`: declarations, imports, rule clashes.
    Compile,
    /// `rego_type_error`: types that cannot match, unknown functions and references.
    Type,
    /// `rego_unsafe_var_error`: a variable that nothing binds.
    UnsafeVar,
    /// `rego_recursion_error`: rules that need themselves.
    Recursion,
    /// `ferrego_unsupported`: valid for OPA, refused here.
    Unsupported,
}

impl Code {
    /// The code as messages show it.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::Parse => "rego_parse_error",
            Code::Compile => "rego_compile_error",
            Code::Type => "rego_type_error",
            Code::UnsafeVar => "rego_unsafe_var_error",
            Code::Recursion => "rego_recursion_error",
            Code::Unsupported => "ferrego_unsupported",
        }
    }
}

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
