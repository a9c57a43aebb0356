//! Finding and reading the files of a build.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::Error;

/// What a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `.yaml`, `.yml`
    Yaml,
    /// `.rego`
    Rego,
}

/// A file that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path.
    pub path: PathBuf,
    /// What it is.
    pub kind: FileKind,
    /// Whether it was named itself, not found in a folder.
    pub named: bool,
    /// Its text.
    pub text: String,
}

/// The files and folders that a build looked at.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The files in the order of `paths`; within a folder by name. None comes twice.
    pub files: Vec<File>,
    /// Every path that was looked at, folders too: what a change of makes another build.
    pub watched: BTreeSet<PathBuf>,
}

impl Inputs {
    /// Reads `paths`: files, or folders whose `.yaml`, `.yml` and `.rego` files are taken, those of
    /// folders in them too, but not Rego tests (`*_test.rego`).
    ///
    /// Errors: what cannot be read, is no UTF-8, or is a named file of another kind. The paths
    /// looked at before the error are in `watched` all the same.
    pub fn read(paths: &[PathBuf]) -> (Self, Result<(), Error>) {
        let mut inputs = Self::default();
        let result = paths.iter().try_for_each(|path| inputs.add(path, true));
        (inputs, result)
    }

    fn add(&mut self, path: &Path, named: bool) -> Result<(), Error> {
        if !self.watched.insert(path.to_owned()) {
            return Ok(());
        }
        let metadata = fs::metadata(path).map_err(|error| unreadable(path, error))?;
        if metadata.is_dir() {
            return self.add_folder(path);
        }
        match kind(path) {
            Some(FileKind::Rego) if !named && is_test(path) => Ok(()),
            Some(kind) => {
                let text = read(path)?;
                self.files.push(File { path: path.to_owned(), kind, named, text });
                Ok(())
            }
            None if named => Err(Error::UnknownFile { path: path.to_owned() }),
            None => Ok(()),
        }
    }

    fn add_folder(&mut self, folder: &Path) -> Result<(), Error> {
        let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, error))?;
        let mut paths = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| unreadable(folder, error))?;
        paths.sort_unstable();
        // A link to a folder above would lead around in a circle.
        let follows =
            |path: &PathBuf| kind(path).is_some() || (path.is_dir() && !path.is_symlink());
        paths.iter().filter(|path| follows(path)).try_for_each(|path| self.add(path, false))
    }
}

/// Reads a text file.
pub fn read(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, error))?;
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        Error::NotUtf8 { path: path.to_owned(), offset }
    })
}

fn kind(path: &Path) -> Option<FileKind> {
    match path.extension()?.to_str()? {
        "yaml" | "yml" => Some(FileKind::Yaml),
        "rego" => Some(FileKind::Rego),
        _ => None,
    }
}

fn is_test(path: &Path) -> bool {
    path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| stem.ends_with("_test"))
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::Read { path: path.to_owned(), error }
}
