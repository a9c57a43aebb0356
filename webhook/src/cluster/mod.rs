//! Policies and inventory from the API server.
//!
//! A [`Cluster`] watches the templates of a cluster, their constraints, each `Config` and `SyncSet`,
//! the expansion templates, the providers of external data, and the kinds of objects that a `Config` or a `SyncSet` copies into the
//! inventory. Namespaces are always watched, because selectors need them. It puts a new
//! [`State`](crate::State) in force after each change of the policies. Changes of the inventory
//! reach the next request without a new state.
//!
//! ```text
//! templates ─┬→ kinds of constraints → watches ┐
//! Config ────┼→ kinds of objects ────→ watches ┼→ changes → store → State
//! SyncSet ───┘                                 ┘
//! ```
//!
//! If the API server cannot be reached, the last state stays in force, and the watches try again after
//! growing pauses.

#[doc(hidden)]
pub mod reader;
#[cfg(feature = "self-signed")]
pub mod self_signed;
mod sources;
mod store;
pub(crate) mod validation;
mod watch;

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ferrego_gatekeeper::policy_set::Limits;
use ferrego_gatekeeper::review::Numbers;
use ferrego_gatekeeper::{Inventory, Schema};
use ferrego_runtime::Violations;
use kube::Client;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout_at};

use crate::external_data::ProviderClient;
use crate::metrics::Metrics;
use crate::policies::Policies;
use crate::readiness::{Condition, Readiness};
use sources::Source;
use store::Store;
use watch::{Change, Seen};

/// The time that changes may follow each other before they are put in force together.
const SETTLING: Duration = Duration::from_millis(50);

/// The longest time that changes wait for others, which never end in a large cluster.
const LONGEST_SETTLING: Duration = Duration::from_millis(500);

/// The number of changes that wait. Watches wait if there are more.
const WAITING: usize = 1024;

/// A template from which constraints can be made.
pub struct LoadedTemplate {
    /// The kind of its constraints.
    pub kind: String,
    /// The schema of the constraints' parameters; `None` if the template allows none.
    pub schema: Option<Arc<Schema>>,
    /// The template's policy.
    pub policy: Arc<dyn Violations>,
}

/// A loader of templates, with any engine. It loads those of the cluster, and validates new ones for
/// reviews.
///
/// It takes the template's document as JSON. It returns an error with all faults of the template, as
/// text for the log.
pub type Loader = Arc<dyn Fn(&str) -> Result<LoadedTemplate, String> + Send + Sync>;

/// A cluster from which a server takes its policies and its inventory.
pub struct Cluster {
    /// Loads the templates.
    pub loader: Loader,
    /// The limits of each review.
    pub limits: Limits,
    /// The form of numbers in reviews, parameters and inventory.
    pub numbers: Numbers,
    /// The client of the providers of external data.
    pub provider_client: Arc<ProviderClient>,
    /// The policies of the server, which are replaced after each change.
    pub policies: Policies,
    /// The readiness of the server. Its policies and its inventory are ready when all that exists at
    /// the start has been read.
    pub readiness: Readiness,
    /// The metrics of the server.
    pub metrics: Arc<Metrics>,
}

/// A reason why a cluster cannot be followed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// There is neither a kubeconfig nor a service account.
    #[error("cannot find the API server: {0}")]
    Config(#[source] Box<kube::Error>),
    /// The system offers no threads.
    #[error("cannot start a thread: {0}")]
    System(#[from] io::Error),
}

impl Cluster {
    /// Follows the cluster that the environment names, with the kubeconfig or the service account, on
    /// a thread of its own until the process ends.
    ///
    /// # Errors
    /// Returns an error if the environment names no cluster. If the API server cannot be
    /// reached, the server is unready until it can be.
    pub fn start(self) -> Result<(), ClusterError> {
        self.readiness.unset(Condition::Policies);
        self.readiness.unset(Condition::Inventory);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = runtime
            .block_on(Client::try_default())
            .map_err(|error| ClusterError::Config(Box::new(error)))?;
        let follow = move || runtime.block_on(Follower::new(self, client).run());
        thread::Builder::new().name("cluster".to_owned()).spawn(follow)?;
        Ok(())
    }
}

/// The watches of a cluster, and what they have seen.
struct Follower {
    client: Client,
    store: Store,
    watches: HashMap<Source, AbortHandle>,
    changes: Receiver<Change>,
    sender: Sender<Change>,
    provider_client: Arc<ProviderClient>,
    policies: Policies,
    readiness: Readiness,
    metrics: Arc<Metrics>,
}

impl Follower {
    fn new(cluster: Cluster, client: Client) -> Self {
        let Cluster { loader, limits, numbers, provider_client, policies, readiness, metrics } =
            cluster;
        let inventories = [(); 2].map(|()| Arc::new(Inventory::with_numbers(numbers)));
        let (sender, changes) = channel(WAITING);
        let store = Store::new(loader, limits, numbers, inventories);
        Self {
            client,
            store,
            watches: HashMap::new(),
            changes,
            sender,
            provider_client,
            policies,
            readiness,
            metrics,
        }
    }

    /// Follows the cluster. The follower holds a sender itself, so the changes do not end.
    async fn run(mut self) {
        self.watch();
        while let Some(change) = self.changes.recv().await {
            self.apply(change);
            let latest = Instant::now() + LONGEST_SETTLING;
            // A change that is there already is received whatever the time is.
            while Instant::now() < latest {
                let until = latest.min(Instant::now() + SETTLING);
                let Ok(Some(change)) = timeout_at(until, self.changes.recv()).await else { break };
                self.apply(change);
            }
            self.put_in_force();
        }
    }

    fn apply(&mut self, change: Change) {
        // A watch that was ended may have sent changes before.
        if self.watches.contains_key(&change.source) {
            match change.event {
                Seen::Failed(_) => self.metrics.watch_failed(&change.source.to_string()),
                Seen::ListEnds => self.metrics.watch_works(&change.source.to_string()),
                _ => {}
            }
            self.store.apply(change);
            self.watch();
        }
    }

    /// Starts the watches that the store needs, and ends those that it does not need any more.
    fn watch(&mut self) {
        if !self.store.take_sources_changed() {
            return;
        }
        for source in self.store.take_outdated() {
            if let Some(watch) = self.watches.remove(&source) {
                watch.abort();
            }
        }
        let needed = self.store.sources();
        let gone: Vec<Source> =
            self.watches.keys().filter(|source| !needed.contains(source)).cloned().collect();
        for source in gone {
            if let Some(watch) = self.watches.remove(&source) {
                watch.abort();
            }
            self.metrics.forget_watch(&source.to_string());
            self.store.forget(&source);
        }
        for source in needed {
            self.watches.entry(source).or_insert_with_key(|source| {
                let watch = watch::follow(self.client.clone(), source.clone(), self.sender.clone());
                tokio::spawn(watch).abort_handle()
            });
        }
    }

    fn put_in_force(&mut self) {
        if self.store.take_policies_changed() {
            let providers = self.provider_client.providers(self.store.providers());
            let state = self.store.state(providers);
            let constraints = state.set().constraints().count();
            self.policies.replace(state);
            self.metrics.record_reload("policies", true);
            tracing::info!(constraints, "took the changed policies");
        }
        if self.store.has_policies() {
            self.readiness.set(Condition::Policies);
        }
        if self.store.has_inventory() {
            self.readiness.set(Condition::Inventory);
        }
    }
}
