//! `ferrego fmt`: formats Rego, also inside templates.

use std::io::{Read as _, stdin};
use std::path::{Path, PathBuf};

use ferrego_compiler::Error;
use ferrego_compiler::diagnostics::Notice;
use ferrego_compiler::format::{self, Formatted};
use ferrego_compiler::frontend::inputs::{FileKind, Inputs};
use ferrego_compiler::source::{RegoVersion, Source};
use ferrego_program::status::{Exit, Status};

use crate::arguments::Fmt;
use crate::edits::{Edit, Mode};
use crate::failure::Failure;
use crate::output::{stderr, stdout};

/// The path that names standard input.
const STDIN: &str = "-";

/// Formats the files, or standard input. A file with an error stays as it is, and the exit status
/// is 1, or 2 if it cannot be read as text.
pub(crate) fn fmt(command: &Fmt) -> Result<Exit, Failure> {
    let version = command.language.version();
    if command.paths.iter().any(|path| path.as_os_str() == STDIN) {
        return standard_input(command, version);
    }
    let inputs = Inputs::read_all(&command.paths, command.size.limit());
    if inputs.files.is_empty() && inputs.failures.is_empty() {
        return Err(Error::NoInput.into());
    }
    let mut status = if inputs.failures.is_empty() { Status::Passed } else { Status::Broken };
    let failures = inputs.failures.into_iter().map(Failure::from);
    let mut notices: Vec<Notice> = failures.flat_map(|failure| failure.notices()).collect();
    let mut edits = Vec::new();
    for file in inputs.files {
        let name = file.path.to_string_lossy();
        match formatted(file.kind, &name, &file.text, version) {
            Ok(Formatted { text, warnings }) => {
                notices.extend(warnings);
                edits.push(Edit { path: file.path, before: file.text, after: text });
            }
            Err(faults) => {
                status = status.max(Status::Failed);
                notices.extend(faults);
            }
        }
    }
    stderr(&notices);
    let mode = Mode { check: command.check, diff: command.diff };
    Ok(Exit::from(status.max(mode.apply(&edits)?)))
}

/// Formats the text of a file. Rego in YAML has the version that its template declares.
///
/// # Errors
/// Returns the errors of a text that does not parse.
pub(crate) fn formatted(
    kind: FileKind,
    name: &str,
    text: &str,
    version: RegoVersion,
) -> Result<Formatted, Vec<Notice>> {
    match kind {
        FileKind::Rego => rego(name, text, version),
        FileKind::Yaml => format::format_document(name, text),
    }
}

fn rego(name: &str, text: &str, version: RegoVersion) -> Result<Formatted, Vec<Notice>> {
    let source = Source::new(name, text, version);
    match format::format(&source) {
        Ok(text) => Ok(Formatted { text, warnings: Vec::new() }),
        Err(faults) => {
            let sources = [source];
            Err(faults.0.iter().map(|fault| Notice::of(fault, &sources)).collect())
        }
    }
}

fn standard_input(command: &Fmt, version: RegoVersion) -> Result<Exit, Failure> {
    if command.paths.len() > 1 {
        return Err(Failure::usage("expected `-` alone, found other paths beside it"));
    }
    let limit = command.size.limit();
    let mut before = String::new();
    let read = stdin().lock().take(limit.saturating_add(1)).read_to_string(&mut before);
    read.map_err(|error| Failure::unreadable("standard input", &error))?;
    if before.len() as u64 > limit {
        return Err(Failure::usage(format!("standard input is over the limit of {limit} bytes")));
    }
    let Formatted { text: after, .. } =
        rego("<stdin>", &before, version).map_err(|faults| not_rego(&before, faults))?;
    if command.check || command.diff {
        let mode = Mode { check: command.check, diff: command.diff };
        let edit = Edit { path: PathBuf::from(Path::new("<stdin>")), before, after };
        return Ok(Exit::from(mode.apply(&[edit])?));
    }
    stdout(|to| to.write_all(after.as_bytes()))?;
    Ok(Exit::from(Status::Passed))
}

/// Returns the failure of a standard input that is not Rego, with advice if it seems to be YAML.
fn not_rego(text: &str, faults: Vec<Notice>) -> Failure {
    if text.lines().any(|line| line.starts_with("apiVersion:")) {
        let message = "expected Rego on standard input, found YAML";
        return Failure::usage(message)
            .with_help("pass the path of a template: `ferrego fmt template.yaml`");
    }
    Failure::Policy(faults)
}
