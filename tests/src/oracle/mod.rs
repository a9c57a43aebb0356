//! A client of the oracle: a process that answers questions with OPA's own code.
//!
//! `tests/oracle` holds the process's source. It reads one JSON object a line and writes one answer
//! a line, in the same order.

mod engine;
mod process;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub use engine::OracleEngine;

use process::Process;

/// The environment variable that names the oracle's executable.
pub const VARIABLE: &str = "FERREGO_ORACLE";

/// The name of OPA among the engines.
pub const OPA: &str = "opa";

/// How long the oracle may take for one answer.
const LIMIT: Duration = Duration::from_secs(30);

/// The oracle. It starts when it is first asked, and again after a question that ended it.
#[derive(Debug)]
pub struct Oracle {
    path: PathBuf,
    process: Mutex<Option<Process>>,
}

impl Oracle {
    /// Returns the oracle at `path`, which starts when it is first asked.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), process: Mutex::new(None) }
    }

    /// Checks that the oracle at `path` starts, and returns it with the version of OPA inside.
    ///
    /// # Errors
    /// A file that does not start or that does not answer as the oracle does.
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

    /// Asks all questions, one line each, and returns one answer for each of them.
    ///
    /// A question that ends the process, or that takes longer than the limit, has an error as its
    /// answer; the questions after it go to a new process.
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
