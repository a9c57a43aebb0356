//! Errors of YAML texts.

use core::fmt;
use core::ops::Range;

use super::syntax::Fault;

/// The reason why a text is not YAML, or cannot be converted to JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// The message, which is `go-yaml`'s.
    pub message: String,
    /// The construct that was being read, such as `while scanning a simple key`; may be empty.
    pub context: &'static str,
    /// The place in the text, in bytes.
    pub range: Range<usize>,
    /// `true` if the text exceeds a limit of this reader that `go-yaml` does not have.
    pub is_limit: bool,
    /// The line number that `go-yaml` prints.
    line: Option<u32>,
}

impl YamlError {
    pub(super) fn at(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), context: "", range, is_limit: false, line: None }
    }

    pub(super) fn limit(range: Range<usize>, message: String) -> Self {
        Self { is_limit: true, ..Self::at(range, message) }
    }
}

impl From<Fault> for YamlError {
    fn from(fault: Fault) -> Self {
        // If a construct has no end, its beginning is more helpful than the end of the text.
        let begins = matches!(
            fault.context,
            "while scanning a simple key" | "while scanning a quoted scalar"
        );
        let start = if begins { fault.context_mark.offset } else { fault.mark.offset };
        Self {
            message: fault.problem.to_owned(),
            context: fault.context,
            range: start..start + 1,
            is_limit: false,
            line: fault.go_line(),
        }
    }
}

impl fmt::Display for YamlError {
    /// Writes the error like `yaml: line 3: found unknown escape character`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("yaml: ")?;
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl core::error::Error for YamlError {}
