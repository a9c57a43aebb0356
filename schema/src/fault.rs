//! What is wrong with a document, and at which field.
//!
//! A document may come from a file, from the API server or from a program, so a fault names the
//! path to the field; who has read a file turns the path into a line.

use std::fmt;

/// One fault of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Of what kind it is.
    pub code: FaultCode,
    /// Where in the document.
    pub path: FieldPath,
    /// The field that shows the fault, where `path` is one that is missing.
    pub seen_at: Option<FieldPath>,
    /// What is wrong.
    pub message: String,
    /// What to do, where there is something to say.
    pub help: Option<String>,
    /// Whether the document can be used nevertheless.
    pub severity: Severity,
}

/// How much a fault matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The document cannot be used.
    Error,
    /// Gatekeeper accepts the document, though it should not.
    Warning,
}

/// The kinds of faults, in Gatekeeper's words where it has some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// The template's own document is wrong, its schema included.
    InvalidTemplate,
    /// A constraint whose template is not there.
    MissingTemplate,
    /// A constraint that its template's schema refuses.
    SchemaValidation,
    /// A constraint whose `match` or enforcement is wrong.
    InvalidConstraint,
    /// A document that stands twice.
    Duplicate,
    /// An object that cannot be judged: no kind, no review.
    InvalidObject,
    /// An `ExpansionTemplate` that is wrong.
    InvalidExpansion,
    /// A suite that is wrong.
    InvalidSuite,
    /// A document that checks nothing.
    NothingChecked,
    /// A number that Gatekeeper reads as another value.
    InexactNumber,
}

impl FaultCode {
    /// The phrase by which messages name the kind, Gatekeeper's where it has one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidTemplate => "invalid ConstraintTemplate",
            Self::MissingTemplate => "missing ConstraintTemplate",
            Self::SchemaValidation => "schema validation failed",
            Self::InvalidConstraint => "invalid Constraint",
            Self::Duplicate => "duplicate document",
            Self::InvalidObject => "invalid object",
            Self::InvalidExpansion => "invalid ExpansionTemplate",
            Self::InvalidSuite => "invalid suite",
            Self::NothingChecked => "nothing checked",
            Self::InexactNumber => "inexact number",
        }
    }
}

impl Fault {
    /// An error at `path`.
    pub fn new(code: FaultCode, path: FieldPath, message: impl Into<String>) -> Self {
        let (help, severity, seen_at) = (None, Severity::Error, None);
        Self { code, path, seen_at, message: message.into(), help, severity }
    }

    /// The fault with the field that shows it, where its own is missing.
    #[must_use]
    pub fn seen_at(mut self, path: FieldPath) -> Self {
        self.seen_at = Some(path);
        self
    }

    /// The field whose line a reader should be shown.
    pub fn place(&self) -> &FieldPath {
        self.seen_at.as_ref().unwrap_or(&self.path)
    }

    /// Adds advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The fault as a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.code.as_str())?;
        if !self.path.0.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// The way from a document's root to a field, written as Kubernetes does:
/// `spec.parameters.rules[1].key`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FieldPath(pub Vec<Segment>);

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Into the value of a key.
    Key(String),
    /// Into an item of a list.
    Index(usize),
}

impl FieldPath {
    /// The path of the keys, such as `["spec", "match"]`.
    pub fn of(keys: &[&str]) -> Self {
        Self(keys.iter().map(|&key| Segment::Key(key.to_owned())).collect())
    }

    /// The path to `key` below this one.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.then(Segment::Key(key.to_owned()))
    }

    /// The path to the item `index` below this one.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.then(Segment::Index(index))
    }

    fn then(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if depth == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_reads_as_kubernetes_writes_it() {
        let path = FieldPath::of(&["spec", "parameters", "rules"]).index(1).key("key");
        let fault = Fault::new(FaultCode::SchemaValidation, path, "Required value");
        let text = "schema validation failed: spec.parameters.rules[1].key: Required value";
        assert_eq!(fault.to_string(), text);
    }
}
