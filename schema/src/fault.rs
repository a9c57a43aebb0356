//! Faults of documents, with the path to the field.
//!
//! A document may come from a file, from the API server or from a program, so a fault names the
//! path to the field. A caller that has read a file converts the path to a line.

mod faults;
mod list;

use std::fmt;

pub use faults::Faults;

/// A fault of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The kind of the fault.
    pub code: FaultCode,
    /// The path to the field with the fault.
    pub path: FieldPath,
    /// The field to show to the reader, if `path` leads to a missing field.
    pub seen_at: Option<FieldPath>,
    /// The error message.
    pub message: String,
    /// The advice to the reader, if there is any.
    pub help: Option<String>,
    /// The severity, which decides whether the document can be used.
    pub severity: Severity,
}

/// The severity of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The faulty document or policy cannot be used.
    Error,
    /// The faulty document or policy can be used, but is suspicious.
    Warning,
}

/// The kinds of faults, in Gatekeeper's words where it has some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultCode {
    /// The template's own document is wrong, including its schema.
    InvalidTemplate,
    /// The constraint's template does not exist.
    MissingTemplate,
    /// The template's schema rejects the constraint.
    SchemaValidation,
    /// The constraint has a field that the template's schema does not know.
    UnknownField,
    /// The constraint's `match` or enforcement is wrong.
    InvalidConstraint,
    /// The document is a duplicate.
    Duplicate,
    /// The object cannot be judged, because it has no kind or is not a review.
    InvalidObject,
    /// The `Config` is wrong.
    InvalidConfig,
    /// The `Provider` of external data is wrong.
    InvalidProvider,
    /// The `ExpansionTemplate` is wrong.
    InvalidExpansion,
    /// The suite is wrong.
    InvalidSuite,
    /// The document checks nothing.
    NothingChecked,
    /// Gatekeeper reads the number as another value.
    InexactNumber,
}

impl FaultCode {
    /// All codes.
    pub const ALL: [Self; 12] = [
        Self::InvalidTemplate,
        Self::MissingTemplate,
        Self::SchemaValidation,
        Self::InvalidConstraint,
        Self::Duplicate,
        Self::InvalidObject,
        Self::InvalidConfig,
        Self::InvalidProvider,
        Self::InvalidExpansion,
        Self::InvalidSuite,
        Self::NothingChecked,
        Self::InexactNumber,
    ];

    /// Returns the phrase that names the kind in messages; it is Gatekeeper's where it has one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidTemplate => "invalid ConstraintTemplate",
            Self::MissingTemplate => "missing ConstraintTemplate",
            Self::SchemaValidation => "schema validation failed",
            Self::UnknownField | Self::InvalidConstraint => "invalid Constraint",
            Self::Duplicate => "duplicate document",
            Self::InvalidObject => "invalid object",
            Self::InvalidConfig => "invalid Config",
            Self::InvalidProvider => "invalid Provider",
            Self::InvalidExpansion => "invalid ExpansionTemplate",
            Self::InvalidSuite => "invalid suite",
            Self::NothingChecked => "nothing checked",
            Self::InexactNumber => "inexact number",
        }
    }
}

impl Fault {
    /// Creates an error at `path`.
    pub fn new(code: FaultCode, path: FieldPath, message: impl Into<String>) -> Self {
        let (help, severity, seen_at) = (None, Severity::Error, None);
        Self { code, path, seen_at, message: message.into(), help, severity }
    }

    /// Sets the field to show to the reader, because the field of the fault is missing.
    #[must_use]
    pub fn seen_at(mut self, path: FieldPath) -> Self {
        self.seen_at = Some(path);
        self
    }

    /// Returns the field whose line should be shown to the reader.
    pub fn place(&self) -> &FieldPath {
        self.seen_at.as_ref().unwrap_or(&self.path)
    }

    /// Sets the advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Converts the fault to a warning.
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

/// The path from a document's root to a field, written as in Kubernetes:
/// `spec.parameters.rules[1].key`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FieldPath(pub Vec<Segment>);

/// A step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A step into the value of a key.
    Key(String),
    /// A step into an item of a list.
    Index(usize),
}

impl FieldPath {
    /// Creates the path of the keys, such as `["spec", "match"]`.
    pub fn of(keys: &[&str]) -> Self {
        Self(keys.iter().map(|&key| Segment::Key(key.to_owned())).collect())
    }

    /// Returns the path to `key` below this one.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.then(Segment::Key(key.to_owned()))
    }

    /// Returns the path to the item `index` below this one.
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
