//! The accepted differences, each with a reason: `builtin_differences.jsonl`.

use std::io;
use std::path::Path;

use serde::Deserialize;

/// The accepted differences.
#[derive(Debug, Default)]
pub struct Known {
    rows: Vec<Row>,
}

/// A call that the runtime answers differently from OPA, with the reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The name of the builtin.
    pub builtin: String,
    /// The operands as Rego terms.
    pub operands: Vec<String>,
    /// The reason why the answers differ.
    pub reason: String,
}

impl Known {
    /// Reads the rows of the file at `path`, one JSON object per line.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or a line is not a row.
    pub fn read(path: &Path) -> io::Result<Self> {
        let text = std::fs::read_to_string(path)?;
        let rows: Result<_, serde_json::Error> = text.lines().map(serde_json::from_str).collect();
        Ok(Self { rows: rows? })
    }

    /// Returns the rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns `true` if a row lists this call.
    pub fn covers(&self, builtin: &str, operands: &[String]) -> bool {
        self.rows.iter().any(|row| row.builtin == builtin && row.operands == operands)
    }
}
