//! Which files hold suites (`pkg/gator/verify/read_suites.go`).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ferrego_compiler::diagnostics::Notice;

use super::{Suite, read};
use crate::documents::{Input, UNREADABLE, read_all};

/// The suites of some paths.
#[derive(Debug, Default)]
pub struct Found {
    /// The suites, by file.
    pub suites: Vec<Suite>,
    /// What is wrong with files, and what is odd about them.
    pub notices: Vec<Notice>,
}

/// Looks for suites: in a file, in the files of a folder, or, where a path ends in `/...`, in
/// those of the folders below it too. Documents of other kinds are passed over, but not those that
/// look like suites and are none.
pub fn find(paths: &[PathBuf]) -> Found {
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
        found.read(&file);
    }
    found
}

impl Found {
    fn read(&mut self, file: &YamlFile) {
        let before = (self.suites.len(), self.notices.len());
        let (documents, notices) = read_all(&Input::File(file.path.clone()));
        self.notices.extend(notices);
        for document in &documents {
            match read(&file.path, document, &mut self.notices) {
                Ok(suite) => self.suites.extend(suite),
                Err(notices) => self.notices.extend(notices),
            }
        }
        if file.named && before == (self.suites.len(), self.notices.len()) {
            let message = format!("{} holds no suite", file.path.display());
            let help = "a suite has `kind: Suite` and `apiVersion: test.gatekeeper.sh/v1alpha1`";
            self.notices.push(Notice::error("invalid suite", message).with_help(help));
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct YamlFile {
    path: PathBuf,
    /// Whether it was named itself, not found in a folder.
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
            let message = format!("{shown} ends neither in .yaml nor in .yml");
            Err(Notice::error(UNREADABLE, message))
        }
    }
}

fn walk(folder: &Path, recursive: bool, files: &mut Vec<YamlFile>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            // A link to a folder above would lead around in a circle.
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
