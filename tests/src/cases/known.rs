//! Differences that are accepted, each with its reason.

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
    engine: String,
    reason: String,
}

impl KnownDifferences {
    /// Reads the rows of `engine` from a file of JSON lines.
    ///
    /// # Errors
    /// What reading gives, and lines that are no rows.
    pub fn read(path: &Path, engine: &str) -> io::Result<Self> {
        let mut reasons = BTreeMap::new();
        for line in fs::read_to_string(path)?.lines().filter(|line| !line.trim().is_empty()) {
            let row: Row = serde_json::from_str(line).map_err(io::Error::other)?;
            if row.engine == engine {
                reasons.insert(row.id, row.reason);
            }
        }
        Ok(Self { reasons })
    }

    /// Why the case `id` may differ, if it may.
    pub fn reason(&self, id: &str) -> Option<&str> {
        self.reasons.get(id).map(String::as_str)
    }
}
