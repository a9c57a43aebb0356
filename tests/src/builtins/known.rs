//! Differences that are listed with a reason: `builtin_differences.jsonl`.

use std::io;
use std::path::Path;

use serde::Deserialize;

/// The listed differences.
#[derive(Debug, Default)]
pub struct Known {
    rows: Vec<Row>,
}

/// A call that the runtime answers differently than OPA, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The builtin's name.
    pub builtin: String,
    /// The operands as Rego terms.
    pub operands: Vec<String>,
    /// Why the answers differ.
    pub reason: String,
}

impl Known {
    /// Reads the rows of the file at `path`, one JSON object a line.
    ///
    /// # Errors
    /// If the file cannot be read, or a line is not a row.
    pub fn read(path: &Path) -> io::Result<Self> {
        let text = std::fs::read_to_string(path)?;
        let rows: Result<_, serde_json::Error> = text.lines().map(serde_json::from_str).collect();
        Ok(Self { rows: rows? })
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns `true` if a row lists this call.
    pub fn covers(&self, builtin: &str, operands: &[String]) -> bool {
        self.rows.iter().any(|row| row.builtin == builtin && row.operands == operands)
    }
}
