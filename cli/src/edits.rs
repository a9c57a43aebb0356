//! Changes of files: written, listed, or shown as a unified diff.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::failure::Failure;
use crate::output::{stdout, visible};
use crate::status::Status;

/// The lines around a change that a diff shows.
const CONTEXT: usize = 3;

/// A change of a file.
pub(crate) struct Edit {
    pub(crate) path: PathBuf,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// The treatment of changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mode {
    /// List the files that change, and fail if there are any.
    pub(crate) check: bool,
    /// Print a diff.
    pub(crate) diff: bool,
}

impl Mode {
    /// Prints or writes the changes. With `check`, the status is that of a failure if there are any.
    pub(crate) fn apply(self, edits: &[Edit]) -> Result<Status, Failure> {
        let changes: Vec<&Edit> = edits.iter().filter(|edit| edit.before != edit.after).collect();
        if self.diff {
            stdout(|to| changes.iter().try_for_each(|edit| edit.print_diff(to)))?;
        } else if self.check {
            let name = |edit: &&Edit| visible(&edit.path.to_string_lossy());
            stdout(|to| changes.iter().try_for_each(|edit| writeln!(to, "{}", name(edit))))?;
        } else {
            changes.iter().try_for_each(|edit| edit.write())?;
        }
        let failed = self.check && !changes.is_empty();
        Ok(if failed { Status::Failed } else { Status::Passed })
    }
}

impl Edit {
    fn print_diff(&self, to: &mut dyn Write) -> io::Result<()> {
        let name = visible(self.path.to_string_lossy().trim_start_matches('/'));
        let diff = TextDiff::from_lines(&self.before, &self.after);
        let text = diff
            .unified_diff()
            .context_radius(CONTEXT)
            .header(&format!("a/{name}"), &format!("b/{name}"))
            .to_string();
        // Lines come from files that others wrote. Tabs and line ends are harmless.
        for line in text.split_inclusive('\n') {
            let parts: Vec<String> =
                line.trim_end_matches(['\r', '\n']).split('\t').map(visible).collect();
            writeln!(to, "{}", parts.join("\t"))?;
        }
        Ok(())
    }

    /// Replaces the file, which keeps its permissions. A link stays a link to the replaced file.
    fn write(&self) -> Result<(), Failure> {
        self.replace().map_err(|error| {
            let name = visible(&self.path.to_string_lossy());
            Failure::usage(format!("cannot write {name}: {error}"))
        })
    }

    fn replace(&self) -> io::Result<()> {
        let real = fs::canonicalize(&self.path)?;
        let permissions = fs::metadata(&real)?.permissions();
        let folder = real.parent().unwrap_or_else(|| Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(self.after.as_bytes())?;
        file.as_file().set_permissions(permissions)?;
        file.persist(&real).map_err(|error| error.error)?;
        Ok(())
    }
}
