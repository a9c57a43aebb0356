//! The search for files that hold suites (`pkg/gator/verify/read_suites.go`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ferrego_compiler::diagnostics::Notice;

use super::{Suite, read};
use crate::documents::{Input, UNREADABLE, read_all, special_file};

/// The suites found at some paths.
#[derive(Debug, Default)]
pub struct Found {
    /// The suites, sorted by file.
    pub suites: Vec<Suite>,
    /// Errors in the files, and warnings about them.
    pub notices: Vec<Notice>,
}

/// Searches for suites in files and in the files of folders. If a path ends in `/...`, the search
/// includes the folders below. Documents of other kinds are skipped, but a document that only looks
/// like a suite is reported. Files are read up to `limit` bytes.
pub fn find(paths: &[PathBuf], limit: u64) -> Found {
    let mut found = Found::default();
    let mut files = Vec::new();
    for path in paths {
        if let Err(notice) = list(path, &mut files) {
            found.notices.push(notice);
        }
    }
    files.sort_unstable();
    files.dedup();
    for file in files {
        found.read(&file, limit);
    }
    found
}

impl Found {
    fn read(&mut self, file: &YamlFile, limit: u64) {
        if !file.named
            && let Some(notice) = special_file(&file.path)
        {
            return self.notices.push(notice);
        }
        let before = (self.suites.len(), self.notices.len());
        let (documents, notices) = read_all(&Input::File(file.path.clone()), limit);
        self.notices.extend(notices);
        for document in &documents {
            match read(&file.path, document, &mut self.notices) {
                Ok(suite) => self.suites.extend(suite),
                Err(notices) => self.notices.extend(notices),
            }
        }
        if file.named && before == (self.suites.len(), self.notices.len()) {
            let message = format!("expected a suite, found none in {}", file.path.display());
            let help = "a suite has `kind: Suite` and `apiVersion: test.gatekeeper.sh/v1alpha1`";
            self.notices.push(Notice::error("invalid suite", message).with_help(help));
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct YamlFile {
    path: PathBuf,
    /// `true` if the path was named itself, not found in a folder.
    named: bool,
}

fn list(path: &Path, files: &mut Vec<YamlFile>) -> Result<(), Notice> {
    let recursive = path.file_name().is_some_and(|name| name == "...");
    let target = if recursive { path.parent().unwrap_or(path) } else { path };
    let target = if target.as_os_str().is_empty() { Path::new(".") } else { target };
    let metadata = fs::metadata(target).map_err(|error| unreadable(target, &error))?;
    let shown = target.display();
    match (metadata.is_dir(), recursive) {
        (true, _) => walk(target, recursive, files).map_err(|error| unreadable(target, &error)),
        (false, true) => {
            let message = format!("can only recursively traverse directories, not {shown}");
            Err(Notice::error(UNREADABLE, message))
        }
        (false, false) if is_yaml(target) => {
            files.push(YamlFile { path: target.to_owned(), named: true });
            Ok(())
        }
        (false, false) => {
            let message = format!("expected a file that ends in .yaml or .yml, found {shown}");
            Err(Notice::error(UNREADABLE, message))
        }
    }
}

fn walk(folder: &Path, recursive: bool, files: &mut Vec<YamlFile>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            // Following a link to a parent folder would recurse without end.
            if recursive && !path.is_symlink() {
                walk(&path, recursive, files)?;
            }
        } else if is_yaml(&path) {
            files.push(YamlFile { path, named: false });
        }
    }
    Ok(())
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn unreadable(path: &Path, error: &io::Error) -> Notice {
    Notice::error(UNREADABLE, format!("cannot read {}: {error}", path.display()))
}
