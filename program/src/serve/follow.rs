//! Loads the policies again when their files change.
//!
//! A change counts once two looks at the files see the same. A file that is being written is not
//! read, because half of a file may be valid and hold half of the constraints.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use anstream::adapter::strip_str;
use ferrego_gatekeeper::documents::{self, Input};
use ferrego_webhook::external_data::ProviderClient;
use ferrego_webhook::{Metrics, Policies};

use super::Load;
use crate::failure::Failure;

/// The files of the policies, each with its length and its time of change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Files(Vec<(PathBuf, Option<(u64, SystemTime)>)>);

impl Files {
    /// Returns the files below `paths` as they are now.
    pub(super) fn of(paths: &[PathBuf]) -> Self {
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

/// The policies of a server, and the files from which they come.
pub(super) struct Followed {
    pub(super) paths: Vec<PathBuf>,
    pub(super) load: Load,
    pub(super) client: Arc<ProviderClient>,
    pub(super) policies: Policies,
    pub(super) metrics: Arc<Metrics>,
}

/// Follows the files on a thread of its own until the process ends. `loaded` are the files from which
/// the policies were loaded.
pub(super) fn start(followed: Followed, loaded: Files, interval: Duration) -> Result<(), Failure> {
    let follow = move || {
        let mut follower = Follower { seen: loaded.clone(), loaded };
        loop {
            thread::sleep(interval);
            if follower.has_changed(Files::of(&followed.paths)) {
                followed.reload();
            }
        }
    };
    let failed = |error: io::Error| Failure::usage(format!("cannot start a thread: {error}"));
    thread::Builder::new().name("reload".to_owned()).spawn(follow).map(drop).map_err(failed)
}

/// The files at the last load, and at the last look.
struct Follower {
    loaded: Files,
    seen: Files,
}

impl Follower {
    /// Takes a look at the files. Returns `true` if they changed since the last load, but not since
    /// the last look.
    fn has_changed(&mut self, files: Files) -> bool {
        let is_settled = files == self.seen;
        let is_new = is_settled && files != self.loaded;
        if is_new {
            self.loaded.clone_from(&files);
        }
        self.seen = files;
        is_new
    }
}

impl Followed {
    /// Loads the policies, and replaces those of the server unless there are errors.
    fn reload(&self) {
        match (self.load)(&self.client) {
            Ok(loaded) => {
                for warning in &loaded.warnings {
                    tracing::warn!(warning = warning.render(false), "the policies have a warning");
                }
                let constraints = loaded.state.set().constraints().count();
                self.policies.replace(loaded.state);
                self.metrics.reload("policies", true);
                tracing::info!(constraints, "took the changed policies");
            }
            Err(failure) => {
                self.metrics.reload("policies", false);
                let error = strip_str(&failure.render()).to_string();
                tracing::error!(error, "the last policies stay in force");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_once_it_has_settled() {
        let files =
            |length| Files(vec![(PathBuf::from("a.yaml"), Some((length, SystemTime::UNIX_EPOCH)))]);
        let mut follower = Follower { loaded: files(1), seen: files(1) };
        for (length, has_changed) in
            [(1, false), (2, false), (3, false), (3, true), (3, false), (1, false), (1, true)]
        {
            assert_eq!(follower.has_changed(files(length)), has_changed, "{length}");
        }
    }
}
