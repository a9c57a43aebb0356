//! Runs cargo and reports its progress.

use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::toolchain;
use crate::failure::Failure;
use crate::output::{counted, tell, visible};

/// The interval of the progress lines, if standard error is not a terminal.
const INTERVAL: Duration = Duration::from_secs(10);

/// The flags of rustc that link a program statically. It is still placed at a random address.
const STATIC: [&str; 2] = ["-C", "target-feature=+crt-static"];

/// The flags that write the relocations of such a program in a few kilobytes instead of 600.
const PACKED: [&str; 2] = ["-C", "link-arg=-Wl,-z,pack-relative-relocs"];

/// A build of the crate in `folder`.
pub(super) struct Build<'b> {
    pub(super) folder: &'b Path,
    /// The folder for what cargo compiles.
    pub(super) target: &'b Path,
    /// The target for which the program is linked statically, if it is.
    pub(super) static_target: Option<&'static str>,
    /// The advice if cargo cannot be run or fails.
    pub(super) help: &'static str,
    /// `true` if nothing is told about the progress.
    pub(super) quiet: bool,
}

impl Build<'_> {
    /// Returns a failure if cargo cannot be run, so that nothing is written without it.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let cargo = program();
        let output = Command::new(&cargo).arg("--version").stdin(Stdio::null()).output();
        let missing = |error: &dyn Display| self.missing(&cargo.to_string_lossy(), error);
        let output = output.map_err(|error| missing(&error))?;
        if output.status.success() {
            return Ok(());
        }
        let reason = String::from_utf8_lossy(&output.stderr);
        Err(missing(&visible(reason.trim())))
    }

    /// Builds the crate, and returns the path of its program, as cargo reports it. On a terminal, cargo shows a progress
    /// bar. Otherwise a line from time to time reports the number of compiled crates.
    pub(super) fn run(&self) -> Result<PathBuf, Failure> {
        let cargo = program();
        let bar = !self.quiet && io::stderr().is_terminal();
        let mut command = self.command(&cargo);
        if !bar {
            command.arg("--quiet");
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let missing = |error: io::Error| self.missing(&cargo.to_string_lossy(), &error);
        let mut child = command.spawn().map_err(missing)?;
        let mut progress = Progress::new(!self.quiet && !bar);
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                progress.line(&line);
            }
        }
        let status = child.wait().map_err(missing)?;
        if status.success() {
            // The configuration of cargo decides where the program is, so only cargo knows its place.
            return progress.program.ok_or_else(|| Failure::usage("cargo reports no program"));
        }
        let folder = visible(&self.folder.to_string_lossy());
        let help = format!(
            "cargo tells the reason above; the first build needs the registry of crates; {}",
            self.help
        );
        Err(Failure::usage(format!("cannot build {folder} with cargo")).with_help(&help))
    }

    fn command(&self, cargo: &OsStr) -> Command {
        let mut command = Command::new(cargo);
        command.args(["build", "--release", "--manifest-path"]).arg(self.folder.join("Cargo.toml"));
        command
            .arg("--target-dir")
            .arg(self.target)
            .arg("--message-format=json-render-diagnostics");
        if let Some(target) = self.static_target {
            // Without `--target`, the flags would also apply to procedural macros, which cannot be
            // linked statically.
            command.args(["--target", target]);
            // If a variable has flags, cargo leaves out those of its configuration.
            let flags = static_flags();
            if let Some((name, flags)) = toolchain::flags_with(&flags) {
                command.env(name, flags);
            } else {
                command.arg("--config").arg(format!("target.{target}.rustflags={flags:?}"));
            }
        }
        command
    }

    fn missing(&self, cargo: &str, error: &dyn Display) -> Failure {
        let message = format!("cannot run {}, which compiles policies: {error}", visible(cargo));
        let help = format!("install Rust from https://rustup.rs; {}", self.help);
        Failure::usage(message).with_help(&help)
    }
}

/// Returns the flags of rustc for a program that is linked statically.
fn static_flags() -> Vec<&'static str> {
    let packed = if toolchain::reads_packed_relocations() { &PACKED[..] } else { &[] };
    [&STATIC, packed].concat()
}

/// Returns the program of cargo: `$CARGO`, or else `cargo`.
fn program() -> OsString {
    let variable = std::env::var_os("CARGO").filter(|value| !value.is_empty());
    variable.unwrap_or_else(|| "cargo".into())
}

/// A counter of the crates that cargo has compiled.
struct Progress {
    shown: bool,
    crates: usize,
    told: Instant,
    /// The program that cargo reports.
    program: Option<PathBuf>,
}

impl Progress {
    fn new(shown: bool) -> Self {
        Self { shown, crates: 0, told: Instant::now(), program: None }
    }

    fn line(&mut self, line: &str) {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(line) else { return };
        self.crates += usize::from(is_compiled(&message));
        if let Some(program) = message["executable"].as_str() {
            self.program = Some(program.into());
        }
        if self.shown && self.told.elapsed() >= INTERVAL {
            self.told = Instant::now();
            tell(&format!("{} compiled\n", counted(self.crates, "crate")));
        }
    }
}

/// Returns `true` if a message of cargo reports a crate that this build compiled.
fn is_compiled(message: &serde_json::Value) -> bool {
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
        ] {
            let message = serde_json::from_str(line).expect("JSON");
            assert_eq!(is_compiled(&message), counts, "{line}");
        }
    }

    #[test]
    fn the_program_is_where_cargo_reports_it() {
        let mut progress = Progress::new(false);
        for line in [
            "no JSON",
            r#"{"reason": "compiler-artifact", "fresh": true, "executable": null}"#,
            r#"{"reason": "compiler-artifact", "fresh": true, "executable": "/t/x/release/p"}"#,
            r#"{"reason": "build-finished", "success": true}"#,
        ] {
            progress.line(line);
        }
        assert_eq!(progress.program, Some(PathBuf::from("/t/x/release/p")));
    }
}
