//! The faults in a policy.

use std::fmt;

use ferrego_schema::fault::Severity;

use super::code::Code;
use super::lint::Lint;
use crate::source::Span;

/// A fault in a policy, or a part of it that looks wrong.
///
/// ```
/// use ferrego_source::diagnostics::{Code, Diagnostic};
/// use ferrego_source::source::Span;
///
/// let diagnostic = Diagnostic::new(Code::UnsafeVar, Span::default(), "var x is unsafe");
/// assert_eq!(diagnostic.code.as_str(), "rego_unsafe_var_error");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The severity: a warning leaves the policy usable.
    pub severity: Severity,
    /// The kind of fault.
    pub code: Code,
    /// The message, in OPA's words if OPA reports the fault.
    pub message: String,
    /// The place of the fault.
    pub span: Span,
    /// Other places that the message is about, such as the first of two definitions.
    pub labels: Vec<Label>,
    /// The advice, if there is any.
    pub help: Option<String>,
    /// The change that removes the fault, if the compiler knows it.
    pub fix: Option<Box<Fix>>,
}

/// Another place that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words on the place.
    pub message: String,
}

/// A change of the source that removes a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The replacements, which do not overlap.
    pub edits: Vec<Edit>,
    /// `true` if the change keeps every answer of a correct policy. Others are guesses, such as the
    /// field whose name is most like a misspelled one.
    pub safe: bool,
}

/// The replacement of a range of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The replaced range.
    pub span: Span,
    /// The text in its place.
    pub text: String,
}

impl Diagnostic {
    /// Returns a fault of `code` at `span`.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            span,
            labels: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Returns a warning of `lint` at `span`.
    pub fn warning(lint: &'static Lint, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::new(Code::Lint(lint), span, message) }
    }

    /// Adds another place, with a few words on what is there.
    #[must_use]
    pub fn with_label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Adds a change that replaces `span` by `text`.
    #[must_use]
    pub fn with_fix(mut self, safe: bool, span: Span, text: impl Into<String>) -> Self {
        let edits = vec![Edit { span, text: text.into() }];
        self.fix = Some(Box::new(Fix { edits, safe }));
        self
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
/// use ferrego_source::diagnostics::{Code, Diagnostic, Diagnostics};
/// use ferrego_source::source::{RegoVersion, Source, SourceId, Span};
///
/// let sources = [Source::new("p.rego", "package p\n\nq if x == 1\n", RegoVersion::V1)];
/// let span = Span { source: SourceId(0), start: 16, end: 17 };
/// let faults = Diagnostics::from(Diagnostic::new(Code::UnsafeVar, span, "var x is unsafe"));
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
