//! Finding and reading the files of a build.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::Error;

/// What a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `.yaml`, `.yml`, `.json`; JSON is read as YAML
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
    /// The files in folders that seem to hold a template, and why they are not among `files`.
    pub skipped: Vec<Skipped>,
    /// Every file and folder that was read, by its path without links.
    seen: HashSet<PathBuf>,
}

/// A file that seems to hold a template and is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its path.
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
    /// Reads `paths`: files, or folders whose `.yaml`, `.yml`, `.json` and `.rego` files are taken,
    /// whatever the case of the extension, those of folders in them too. Rego tests (`*_test.rego`)
    /// are left out, and so are names that begin with `..`: a volume of Kubernetes keeps its
    /// versions under such names and links to them.
    ///
    /// Errors: what cannot be read, is not UTF-8, or is a named file of another kind. The paths
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
        let real = fs::canonicalize(path).map_err(|error| unreadable(path, error))?;
        if !self.seen.insert(real) {
            return Ok(());
        }
        if metadata.is_dir() {
            return self.add_folder(path);
        }
        match kind(path) {
            Some(FileKind::Rego) if !named && is_test(path) => Ok(()),
            Some(_) if !named && !metadata.is_file() => {
                let reason = "expected a regular file, found a pipe or a device";
                self.skipped.push(Skipped { path: path.to_owned(), reason });
                Ok(())
            }
            Some(kind) => {
                let text = read(path)?;
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
        // A broken link is an error only where its name asks for it to be read.
        let follows = |path: &Path| !is_version(path) && (kind(path).is_some() || path.exists());
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
    match &*path.extension()?.to_str()?.to_ascii_lowercase() {
        "yaml" | "yml" | "json" => Some(FileKind::Yaml),
        "rego" => Some(FileKind::Rego),
        _ => None,
    }
}

/// Files above this size are not searched for templates.
const MAX_SEARCHED: u64 = 1 << 20;

/// Extensions of texts that quote templates without being any.
const PROSE: &[&str] = &["adoc", "go", "htm", "html", "markdown", "md", "rs", "rst"];

/// Returns `true` if a file of another extension has the lines that every template has.
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

/// A line or value without what YAML and JSON put around it.
fn unquoted(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || "\"',{}".contains(character))
}

fn is_test(path: &Path) -> bool {
    path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| stem.ends_with("_test"))
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::Read { path: path.to_owned(), error }
}
