//! Finds and reads the files of a build.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::Error;
use crate::limited;

/// The kind of a file, by its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `.yaml`, `.yml` or `.json`; JSON is read as YAML.
    Yaml,
    /// `.rego`
    Rego,
}

/// An input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path.
    pub path: PathBuf,
    /// The kind.
    pub kind: FileKind,
    /// `true` if the file was named itself, not found in a folder.
    pub named: bool,
    /// The text.
    pub text: String,
}

/// The files and folders of a build.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The files in the order of `paths`, and by name within a folder, without duplicates.
    pub files: Vec<File>,
    /// Every path that was visited, including folders. A change of one requires another build.
    pub watched: BTreeSet<PathBuf>,
    /// The files in folders that seem to contain a template but are not among `files`, with the
    /// reasons.
    pub skipped: Vec<Skipped>,
    /// The errors of files that are left out by [`Inputs::read_all`].
    pub failures: Vec<Error>,
    /// Every file and folder that was read, by its path without links.
    seen: HashSet<PathBuf>,
    /// The bytes of a file that are read.
    limit: u64,
    /// `true` if the Rego tests of folders are read too, and errors of files are `failures`.
    all: bool,
}

/// A file that seems to contain a template and is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The path.
    pub path: PathBuf,
    /// The reason.
    pub reason: &'static str,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: not read: {}", self.path.display(), self.reason)
    }
}

impl Inputs {
    /// Reads `paths`, which are folders, or files of at most `limit` bytes. For files in YAML, the
    /// limit is [`limited::of_yaml`].
    ///
    /// Of a folder, it reads the `.yaml`, `.yml`, `.json` and `.rego` files, including those in its
    /// subfolders. The case of the extension does not matter. Rego tests (`*_test.rego`) are left
    /// out. Names that begin with `..` are left out too: a Kubernetes volume keeps its versions
    /// under such names and links to them.
    ///
    /// # Errors
    /// Returns an error if a path cannot be read, is too large, is not UTF-8, or is a named file of
    /// another kind.
    /// Even then, `watched` has the paths that were visited before the error.
    pub fn read(paths: &[PathBuf], limit: u64) -> (Self, Result<(), Error>) {
        let mut inputs = Self { limit, ..Self::default() };
        let result = paths.iter().try_for_each(|path| inputs.add(path, true));
        (inputs, result)
    }

    /// Like [`Self::read`], but reads the Rego tests of folders too, and leaves out the files with
    /// errors, which become `failures`.
    pub fn read_all(paths: &[PathBuf], limit: u64) -> Self {
        let mut inputs = Self { limit, all: true, ..Self::default() };
        for path in paths {
            if let Err(error) = inputs.add(path, true) {
                inputs.failures.push(error);
            }
        }
        inputs
    }

    fn add(&mut self, path: &Path, named: bool) -> Result<(), Error> {
        if !self.watched.insert(path.to_owned()) {
            return Ok(());
        }
        let metadata = fs::metadata(path).map_err(|error| unreadable(path, error))?;
        let real = fs::canonicalize(path).map_err(|error| unreadable(path, error))?;
        if !self.seen.insert(real) {
            return Ok(());
        }
        if metadata.is_dir() {
            return self.add_folder(path);
        }
        match kind(path) {
            Some(FileKind::Rego) if !named && !self.all && is_test(path) => Ok(()),
            Some(_) if !named && !metadata.is_file() => {
                let reason = "expected a regular file, found a pipe or a device";
                self.skipped.push(Skipped { path: path.to_owned(), reason });
                Ok(())
            }
            Some(kind) => {
                let limit = match kind {
                    FileKind::Yaml => limited::of_yaml(self.limit),
                    FileKind::Rego => self.limit,
                };
                let text = read(path, limit)?;
                self.files.push(File { path: path.to_owned(), kind, named, text });
                Ok(())
            }
            None if named => Err(Error::UnknownFile { path: path.to_owned() }),
            None => {
                if metadata.is_file() && holds_template(path, metadata.len()) {
                    let reason = "expected the extension .yaml, .yml or .json of a file that \
                                  seems to hold a ConstraintTemplate";
                    self.skipped.push(Skipped { path: path.to_owned(), reason });
                }
                Ok(())
            }
        }
    }

    fn add_folder(&mut self, folder: &Path) -> Result<(), Error> {
        let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, error))?;
        let mut paths = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| unreadable(folder, error))?;
        paths.sort_unstable();
        let is_version = |path: &Path| {
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".."))
        };
        // A broken link is an error only if its name has one of the extensions.
        let follows = |path: &Path| !is_version(path) && (kind(path).is_some() || path.exists());
        paths.iter().filter(|path| follows(path)).try_for_each(|path| match self.add(path, false) {
            Err(error) if self.all => {
                self.failures.push(error);
                Ok(())
            }
            result => result,
        })
    }
}

/// Reads a text file of at most `limit` bytes.
///
/// # Errors
/// Returns an error if the file cannot be read, is too large, or is not UTF-8.
pub fn read(path: &Path, limit: u64) -> Result<String, Error> {
    let bytes = limited::read(path, limit).map_err(|error| unreadable(path, error))?;
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        Error::NotUtf8 { path: path.to_owned(), offset }
    })
}

fn kind(path: &Path) -> Option<FileKind> {
    match &*path.extension()?.to_str()?.to_ascii_lowercase() {
        "yaml" | "yml" | "json" => Some(FileKind::Yaml),
        "rego" => Some(FileKind::Rego),
        _ => None,
    }
}

/// The maximal size of a file that is searched for templates.
const MAX_SEARCHED: u64 = 1 << 20;

/// The extensions of texts that quote templates without being one.
const PROSE: &[&str] = &["adoc", "go", "htm", "html", "markdown", "md", "rs", "rst"];

/// Returns `true` if a file with another extension has the lines that every template has.
fn holds_template(path: &Path, length: u64) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if length > MAX_SEARCHED || PROSE.contains(&&*extension.to_ascii_lowercase()) {
        return false;
    }
    let Ok(text) = fs::read_to_string(path) else { return false };
    let value = |line: &str| line.split_once(':').map(|(_, value)| unquoted(value).to_owned());
    let has = |key: &str, wanted: &dyn Fn(&str) -> bool| {
        let lines = text.lines().filter(|line| unquoted(line).starts_with(key));
        lines.filter_map(value).any(|value| wanted(&value))
    };
    has("kind", &|kind| kind == "ConstraintTemplate")
        && has("apiVersion", &|version| version.starts_with("templates.gatekeeper.sh/"))
}

/// Removes the characters with which YAML and JSON surround a line or value.
fn unquoted(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || "\"',{}".contains(character))
}

fn is_test(path: &Path) -> bool {
    path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| stem.ends_with("_test"))
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::Read { path: path.to_owned(), error }
}
