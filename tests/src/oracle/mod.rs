//! A client of the oracle: a process that answers questions with OPA's own code.
//!
//! The source of the process is in `tests/oracle`. It reads one JSON object per line, and writes
//! one answer per line in the same order.

mod engine;
mod process;
mod reply;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub use engine::OracleEngine;
pub(crate) use reply::Reply;

use process::Process;

/// The environment variable that names the oracle's executable.
pub const VARIABLE: &str = "FERREGO_ORACLE";

/// The name of OPA among the engines.
pub const OPA: &str = "opa";

/// The time that the oracle may take for one answer.
const LIMIT: Duration = Duration::from_secs(30);

/// The oracle. Its process starts at the first question, and again after a question that ended it.
#[derive(Debug)]
pub struct Oracle {
    path: PathBuf,
    process: Mutex<Option<Process>>,
}

impl Oracle {
    /// Returns the oracle at `path`. Its process starts at the first question.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), process: Mutex::new(None) }
    }

    /// Checks that the oracle at `path` starts, and returns it with its version of OPA.
    ///
    /// # Errors
    /// Returns an error if the file does not start, or does not answer as the oracle does.
    pub fn open(path: &Path) -> Result<(Self, String), String> {
        let oracle = Self::at(path);
        let answers = oracle.ask(&[r#"{"op": "version"}"#.to_owned()]);
        let answer = answers.into_iter().next().unwrap_or_else(|| Err("no answer".to_owned()))?;
        let answer: serde_json::Value = serde_json::from_str(&answer)
            .map_err(|error| format!("expected the oracle at {}: {error}", path.display()))?;
        let version = answer.get("opa").and_then(serde_json::Value::as_str);
        let version =
            version.ok_or_else(|| format!("expected a version of OPA, found {answer}"))?;
        Ok((oracle, version.to_owned()))
    }

    /// Returns the oracle's path: `given`, or else the one that [`VARIABLE`] names.
    pub fn find(given: Option<PathBuf>) -> Option<PathBuf> {
        given.or_else(|| env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from))
    }

    /// Asks all questions, one per line, and returns one answer for each.
    ///
    /// If a question ends the process or takes longer than the limit, its answer is an error, and a
    /// new process answers the questions after it.
    pub fn ask(&self, questions: &[String]) -> Vec<Result<String, String>> {
        let mut running = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answers = Vec::with_capacity(questions.len());
        while answers.len() < questions.len() {
            let process = match running.take().map_or_else(|| Process::start(&self.path), Ok) {
                Ok(process) => process,
                Err(text) => {
                    answers.resize(questions.len(), Err(text));
                    break;
                }
            };
            let rest = &questions[answers.len()..];
            *running = process.ask(rest, LIMIT, &mut answers);
        }
        answers
    }
}
