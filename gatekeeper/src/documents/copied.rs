//! Copies of inputs that can be read only once.

use std::fs::File;
use std::io::{self, BufReader, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ferrego_source::limited::Limited;

/// A copy of an input that can be read only once, such as standard input or a pipe.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The path of the input; `-` is standard input.
    path: PathBuf,
    file: Arc<File>,
}

impl Copied {
    /// Returns the input at `path`, of which `file` is a copy. All readers share the position in
    /// the file, so that only one of them may read at a time.
    pub fn new(path: PathBuf, file: File) -> Self {
        Self { path, file: Arc::new(file) }
    }

    /// Returns the path of the input.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns a handle to the file, at its beginning.
    ///
    /// # Errors
    /// Returns the error of the system.
    pub fn file(&self) -> io::Result<File> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        Ok(file)
    }

    /// Returns a reader of the copy, from its beginning.
    pub(super) fn open(&self, limit: u64) -> io::Result<Limited<BufReader<File>>> {
        Ok(Limited::new(BufReader::new(self.file()?), limit))
    }
}

/// Two copies are equal if they share a file.
impl PartialEq for Copied {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.file, &other.file)
    }
}

impl Eq for Copied {}
