//! A client of the oracle: a process that answers calls with OPA's own code (`tests/oracle/`).

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::{Deserialize, Serialize};

use super::answer::Answer;

/// A running oracle.
#[derive(Debug)]
pub struct Oracle {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

#[derive(Serialize)]
struct Question<'q> {
    op: &'static str,
    calls: Vec<Call<'q>>,
}

#[derive(Serialize)]
struct Call<'q> {
    builtin: &'q str,
    operands: &'q [String],
}

#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    answers: Vec<OneReply>,
    #[serde(default)]
    opa: String,
    fault: Option<String>,
}

#[derive(Deserialize)]
struct OneReply {
    defined: bool,
    #[serde(default)]
    typed: String,
    #[serde(default)]
    error_code: String,
    #[serde(default)]
    error: String,
}

impl Oracle {
    /// Starts the program at `path`.
    ///
    /// # Errors
    /// Returns an error if the program cannot run.
    pub fn start(path: &Path) -> io::Result<Self> {
        let mut child = Command::new(path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let missing = || io::Error::other("the oracle has no pipes");
        let input = child.stdin.take().ok_or_else(missing)?;
        let output = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        Ok(Self { child, input, output })
    }

    /// Returns the version of OPA in the oracle.
    ///
    /// # Errors
    /// Returns an error if the oracle does not answer.
    pub fn version(&mut self) -> io::Result<String> {
        Ok(self.ask("{\"op\":\"version\"}")?.opa)
    }

    /// Returns OPA's answers to calls of `builtin`, one for each of `calls`.
    ///
    /// # Errors
    /// Returns an error if the oracle does not answer.
    pub fn call(&mut self, builtin: &str, calls: &[Vec<String>]) -> io::Result<Vec<Answer>> {
        let questions = calls.iter().map(|operands| Call { builtin, operands }).collect();
        let line = serde_json::to_string(&Question { op: "call", calls: questions })?;
        let reply = self.ask(&line)?;
        let Some(fault) = reply.fault else {
            return Ok(reply.answers.into_iter().map(Answer::from).collect());
        };
        // A panic of OPA leaves the whole question without answers.
        match calls {
            [] => Ok(Vec::new()),
            [_] => Ok(vec![Answer::Panic(fault)]),
            _ => {
                let (first, second) = calls.split_at(calls.len() / 2);
                let mut answers = self.call(builtin, first)?;
                answers.extend(self.call(builtin, second)?);
                Ok(answers)
            }
        }
    }

    fn ask(&mut self, question: &str) -> io::Result<Reply> {
        writeln!(self.input, "{question}")?;
        self.input.flush()?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl From<OneReply> for Answer {
    fn from(reply: OneReply) -> Self {
        match reply {
            OneReply { defined: true, typed, .. } => Answer::Value(typed),
            OneReply { error_code, .. } if error_code.is_empty() => Answer::Undefined,
            OneReply { error_code, error, .. } if error_code == "parse" => Answer::Refused(error),
            OneReply { error_code, error, .. }
                if matches!(&*error_code, "eval_builtin_error" | "eval_type_error") =>
            {
                Answer::Error(error)
            }
            OneReply { error, .. } => Answer::Stopped(error),
        }
    }
}
