//! Runs cargo and reports its progress.

use std::io::{self, BufRead as _, BufReader, IsTerminal as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::output::{counted, tell, visible};

/// The interval of the progress lines, if standard error is not a terminal.
const INTERVAL: Duration = Duration::from_secs(10);

/// Builds the crate in `folder`. On a terminal, cargo shows a progress bar. Otherwise a line from
/// time to time reports the number of compiled crates. `quiet` suppresses both.
pub(super) fn build(folder: &Path, target: &Path, quiet: bool) -> Result<(), Failure> {
    let variable = std::env::var_os("CARGO").filter(|value| !value.is_empty());
    let cargo = variable.unwrap_or_else(|| "cargo".into());
    let bar = !quiet && io::stderr().is_terminal();
    let mut command = Command::new(&cargo);
    command.args(["build", "--release", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    command.arg("--target-dir").arg(target).arg("--message-format=json-render-diagnostics");
    if !bar {
        command.arg("--quiet");
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| missing(&cargo.to_string_lossy(), &error))?;
    let mut progress = Progress::new(!quiet && !bar);
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            progress.line(&line);
        }
    }
    let status = child.wait().map_err(|error| missing(&cargo.to_string_lossy(), &error))?;
    if status.success() {
        return Ok(());
    }
    let message = format!("cargo cannot build {}", visible(&folder.to_string_lossy()));
    let help = "cargo tells the reason above; the first build needs the registry of crates; \
                `--engine interpreter` needs no cargo";
    Err(Failure::usage(message).with_help(help))
}

fn missing(cargo: &str, error: &io::Error) -> Failure {
    let message = format!("cannot run {}, which compiles policies: {error}", visible(cargo));
    let help = "install Rust from https://rustup.rs, or use --engine interpreter";
    Failure::usage(message).with_help(help)
}

/// A counter of the crates that cargo has compiled.
struct Progress {
    shown: bool,
    crates: usize,
    told: Instant,
}

impl Progress {
    fn new(shown: bool) -> Self {
        Self { shown, crates: 0, told: Instant::now() }
    }

    fn line(&mut self, line: &str) {
        self.crates += usize::from(is_compiled(line));
        if self.shown && self.told.elapsed() >= INTERVAL {
            self.told = Instant::now();
            tell(&format!("{} compiled\n", counted(self.crates, "crate")));
        }
    }
}

/// Returns `true` if a message of cargo reports a crate that this build compiled.
fn is_compiled(line: &str) -> bool {
    let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { return false };
    message["reason"] == "compiler-artifact" && message["fresh"] == false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_counted_once_they_are_compiled() {
        for (line, counts) in [
            (r#"{"reason": "compiler-artifact", "fresh": false}"#, true),
            (r#"{"reason": "compiler-artifact", "fresh": true}"#, false),
            (r#"{"reason": "build-finished", "success": true}"#, false),
            ("no JSON", false),
        ] {
            assert_eq!(is_compiled(line), counts, "{line}");
        }
    }
}
