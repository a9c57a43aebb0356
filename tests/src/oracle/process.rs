//! The process of the oracle.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// A running oracle. Dropping it ends the process.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

impl Process {
    pub(super) fn start(path: &Path) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("cannot run {}: {error}", path.display());
        let mut child = Command::new(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the oracle has no standard input or output".to_owned());
        };
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                let Ok(line) = line else { break };
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, input, answers })
    }

    /// Adds the answers to `questions`, up to and including the first question without one, and
    /// returns the process if it still runs.
    pub(super) fn ask(
        mut self,
        questions: &[String],
        limit: Duration,
        answers: &mut Vec<Result<String, String>>,
    ) -> Option<Self> {
        let Self { child, input, answers: lines } = &mut self;
        let complete = thread::scope(|scope| {
            // Answers are read while questions are written, because pipes hold only so much. If
            // the process ends, writing fails and reading reports it.
            scope.spawn(move || {
                for question in questions {
                    let written =
                        input.write_all(question.as_bytes()).and_then(|()| input.write_all(b"\n"));
                    if written.and_then(|()| input.flush()).is_err() {
                        break;
                    }
                }
            });
            for _ in questions {
                let text = match lines.recv_timeout(limit) {
                    Ok(answer) => {
                        answers.push(Ok(answer));
                        continue;
                    }
                    Err(RecvTimeoutError::Timeout) => {
                        format!("no answer in {} seconds", limit.as_secs())
                    }
                    Err(RecvTimeoutError::Disconnected) => "the oracle ended".to_owned(),
                };
                answers.push(Err(text));
                // The process may have ended already.
                let _ = child.kill();
                return false;
            }
            true
        });
        complete.then_some(self)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
