//! The errors of a build.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostics::Diagnostics;
use crate::source::Source;

/// An error that stops a build. `Debug` shows the same text as `Display`: a `build.rs` whose `main`
/// returns this error prints it readably.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        error: io::Error,
    },
    /// A file is not UTF-8.
    #[error("{}: not UTF-8 at byte {offset}", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The first invalid byte.
        offset: usize,
    },
    /// A file has an extension other than those of YAML, JSON and Rego.
    #[error("{}: expected the extension .yaml, .yml, .json or .rego, found {}", path.display(), extension(path))]
    UnknownFile {
        /// The file.
        path: PathBuf,
    },
    /// The inputs contain no policy.
    #[error("expected a ConstraintTemplate or a Rego file among the inputs, found none")]
    NoInput,
    /// Cargo's `OUT_DIR` is not set.
    #[error("OUT_DIR is not set: this must run in a build script")]
    NoOutDir,
    /// A file cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        error: io::Error,
    },
    /// The fixes of lints would change a policy.
    #[error("internal error: the fixes would change the answers of a policy; no file is changed")]
    Fix,
    /// The policies have faults.
    #[error("{}", render(.0, false))]
    Policies(Vec<Report>),
}

/// Returns the extension of a file with its dot, in words if there is none.
fn extension(path: &Path) -> String {
    match path.extension() {
        Some(extension) => format!(".{}", extension.to_string_lossy()),
        None => "none".to_owned(),
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The faults of one policy, with the sources to which they point.
#[derive(Clone, Debug)]
pub struct Report {
    /// The faults.
    pub diagnostics: Diagnostics,
    /// The sources.
    pub sources: Vec<Source>,
}

impl Error {
    /// Renders the error as text, with source lines for faults in policies.
    pub fn render(&self, color: bool) -> String {
        match self {
            Error::Policies(reports) => render(reports, color),
            other => format!("error: {other}\n"),
        }
    }
}

fn render(reports: &[Report], color: bool) -> String {
    let text = |report: &Report| report.diagnostics.render(&report.sources, color);
    reports.iter().map(text).collect::<Vec<_>>().join("\n")
}
