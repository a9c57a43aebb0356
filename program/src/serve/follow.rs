//! Loads the policies again when their files change.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anstream::adapter::strip_str;
use ferrego_webhook::external_data::ProviderClient;
use ferrego_webhook::{Metrics, Policies};

use super::Load;
use crate::failure::Failure;
use crate::follow::{Files, Follower};

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
        let mut follower = Follower::new(loaded);
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
                self.metrics.record_reload("policies", true);
                tracing::info!(constraints, "took the changed policies");
            }
            Err(failure) => {
                self.metrics.record_reload("policies", false);
                let error = strip_str(&failure.render()).to_string();
                tracing::error!(error, "the last policies stay in force");
            }
        }
    }
}
