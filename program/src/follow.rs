//! The changes of files.
//!
//! A change counts once two looks at the files see the same. A file that is being written is not
//! read, because half of a file may be valid and hold half of the constraints.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ferrego_gatekeeper::documents::{self, Input};

/// The files below some paths, each with its length and its time of change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files(Vec<(PathBuf, Option<(u64, SystemTime)>)>);

impl Files {
    /// Returns the files below `paths` as they are now.
    pub fn of(paths: &[PathBuf]) -> Self {
        // A path that does not exist now is reported when the policies are loaded.
        let (inputs, _) = documents::find(paths);
        let files = inputs.into_iter().filter_map(|input| match input {
            Input::File(path) => Some((state(&path), path)),
            _ => None,
        });
        Self(files.map(|(state, path)| (path, state)).collect())
    }
}

fn state(path: &Path) -> Option<(u64, SystemTime)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

/// The files at the last load, and at the last look.
pub struct Follower {
    loaded: Files,
    seen: Files,
}

impl Follower {
    /// Follows the files that were loaded.
    pub fn new(loaded: Files) -> Self {
        Self { seen: loaded.clone(), loaded }
    }

    /// Takes a look at the files. Returns `true` if they changed since the last load, but not since
    /// the last look.
    pub fn has_changed(&mut self, files: Files) -> bool {
        let is_settled = files == self.seen;
        let is_new = is_settled && files != self.loaded;
        if is_new {
            self.loaded.clone_from(&files);
        }
        self.seen = files;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_once_it_has_settled() {
        let files =
            |length| Files(vec![(PathBuf::from("a.yaml"), Some((length, SystemTime::UNIX_EPOCH)))]);
        let mut follower = Follower::new(files(1));
        for (length, has_changed) in
            [(1, false), (2, false), (3, false), (3, true), (3, false), (1, false), (1, true)]
        {
            assert_eq!(follower.has_changed(files(length)), has_changed, "{length}");
        }
    }
}
