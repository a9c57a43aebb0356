//! Answers to calls of `external_data` from a file.

#![expect(clippy::doc_markdown, reason = "these comments are the help that the command prints")]

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use ferrego_gatekeeper::documents::{Input, read_all};
use ferrego_gatekeeper::external_data::{ExternalData, FileProvider};
use ferrego_gatekeeper::review::Numbers;
use ferrego_runtime::Arena;

use crate::failure::Failure;
use crate::judge::SharedHost;

/// The option for external data without providers.
#[derive(Clone, Debug, Args)]
pub struct ExternalDataOptions {
    /// Answer external_data from this file (.json, .yaml), which holds {PROVIDER: {KEY: {"value": …}}}.
    /// {"error": "…"} in place of a value is an error of the key. A key that the file does not have
    /// is an error too. Without the option, a policy stops with an error when it calls external_data
    #[arg(long, value_name = "FILE")]
    pub external_data: Option<PathBuf>,
}

impl ExternalDataOptions {
    /// Returns the host that answers from the file, of which at most `limit` bytes are read. Its values
    /// have numbers of the given form.
    ///
    /// # Errors
    /// Returns all faults of the file.
    pub fn host(&self, numbers: Numbers, limit: u64) -> Result<Option<SharedHost>, Failure> {
        let Some(path) = &self.external_data else { return Ok(None) };
        let (documents, notices) = read_all(&Input::File(path.clone()), limit);
        if !notices.is_empty() {
            return Err(Failure(notices));
        }
        let [document] = &documents[..] else {
            let count = documents.len();
            let message = format!(
                "expected one document with answers in {}, found {count}",
                path.display().to_string().escape_debug()
            );
            return Err(Failure::usage(message));
        };
        let arena = Arena::new();
        let value = document.value(&arena).map_err(|notice| Failure(vec![notice]))?;
        let answers = FileProvider::read_numbers(&value, numbers)
            .map_err(|faults| Failure(document.fault_notices(faults.as_slice())))?;
        Ok(Some(Arc::new(ExternalData::new(Arc::new(answers)))))
    }
}
