//! Changes of files: written, listed, or shown as a unified diff.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ferrego_program::status::Status;
use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::failure::Failure;
use crate::output::{stdout, visible};

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
        let name = self.path.to_string_lossy();
        let name = visible(name.trim_start_matches("./").trim_start_matches('/'));
        let diff = TextDiff::from_lines(&self.before, &self.after);
        let text = diff
            .unified_diff()
            .context_radius(CONTEXT)
            .header(&format!("a/{name}"), &format!("b/{name}"))
            .to_string();
        // Lines come from files that others wrote. Tabs and line ends are harmless.
        for line in text.split_inclusive('\n') {
            let content = line.trim_end_matches('\n').trim_end_matches('\r');
            let end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
            let parts: Vec<String> = content.split('\t').map(visible).collect();
            write!(to, "{}{end}", parts.join("\t"))?;
        }
        Ok(())
    }

    /// Writes the file, which keeps its owner and permissions. A link stays a link.
    fn write(&self) -> Result<(), Failure> {
        self.replace().map_err(|error| {
            let name = visible(&self.path.to_string_lossy());
            Failure::usage(format!("cannot write {name}: {error}"))
        })
    }

    fn replace(&self) -> io::Result<()> {
        let real = fs::canonicalize(&self.path)?;
        let metadata = fs::metadata(&real)?;
        let permissions = metadata.permissions();
        if permissions.readonly() {
            let reason = "the file is read-only";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
        }
        let folder = real.parent().unwrap_or_else(|| Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        if !is_replaceable(&metadata, &file.as_file().metadata()?) {
            return fs::write(&real, &self.after);
        }
        file.write_all(self.after.as_bytes())?;
        file.as_file().set_permissions(permissions)?;
        file.persist(&real).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Returns `true` if a new file can take the place of another one: it has the same owner, and the
/// other one has no second name.
#[cfg(unix)]
fn is_replaceable(old: &fs::Metadata, new: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    (old.uid(), old.gid(), old.nlink()) == (new.uid(), new.gid(), 1)
}

#[cfg(not(unix))]
fn is_replaceable(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    true
}
