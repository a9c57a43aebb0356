//! Accepted differences, each with its reason.
//!
//! A row names a case, or a policy if all its cases differ. A row without an engine applies to both
//! engines.

use std::collections::BTreeMap;
use std::{fs, io, path::Path};

use serde::Deserialize;

/// The accepted differences of one engine, by case.
#[derive(Debug, Default)]
pub struct KnownDifferences {
    reasons: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    engine: Option<String>,
    reason: String,
}

impl KnownDifferences {
    /// Reads the rows of `engine` from a file of JSON lines.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or a line is not a row.
    pub fn read(path: &Path, engine: &str) -> io::Result<Self> {
        let mut reasons = BTreeMap::new();
        for line in fs::read_to_string(path)?.lines().filter(|line| !line.trim().is_empty()) {
            let row: Row = serde_json::from_str(line).map_err(io::Error::other)?;
            if row.engine.is_none_or(|named| named == engine) {
                reasons.insert(row.id, row.reason);
            }
        }
        Ok(Self { reasons })
    }

    /// Returns the reason why the case `id` may differ.
    pub fn reason(&self, id: &str) -> Option<&str> {
        let policy = || id.split_once("#data.").map(|(policy, _)| policy);
        let row = self.reasons.get(id).or_else(|| self.reasons.get(policy()?));
        row.map(String::as_str)
    }
}
