//! External data from the providers of a cluster, by Gatekeeper's protocol.
//!
//! A policy calls `external_data({"provider": NAME, "keys": […]})`. [`Providers`] post the keys to the
//! provider of this name over HTTPS, and keep the answers for some minutes. A [`ProviderClient`] makes
//! them. They do not change: a [`State`](crate::State) has its own, so that its policies never call the
//! providers of another state. The rules are those of
//! `pkg/externaldata` in Gatekeeper's constraint framework: each failure is a `system_error`, or an
//! error of a key, that the policy sees.
//!
//! ```text
//! evaluation → cache → request → thread of the client → provider
//!     ↑                                   │
//!     └────────── waits, until its deadline
//! ```
//!
//! The client has a thread of its own. An evaluation on a thread that serves other requests does not
//! wait, but begins again on a thread of its own, see [`wait`](crate::wait).

mod cache;
mod client;
mod metrics;
mod pending;
mod providers;
mod remote;
mod spec;
mod verifier;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use ferrego_gatekeeper::review::Numbers;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::certificate::{Certificate, CertificateError};
use crate::metrics::Metrics;
use cache::Cache;
use client::{Client, Tls};
use remote::Remote;

pub(crate) use metrics::ProviderMetrics;
pub use providers::Providers;
pub use spec::ProviderSpec;

/// The settings of the client. The defaults are Gatekeeper's.
///
/// ```
/// use std::time::Duration;
///
/// use ferrego_webhook::external_data::ProviderOptions;
///
/// assert_eq!(ProviderOptions::default().cache_ttl, Duration::from_mins(3));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderOptions {
    /// The time for which an answer is used again. Zero requests each answer again.
    pub cache_ttl: Duration,
    /// The form of the numbers in answers. It should be that of the set of policies.
    pub numbers: Numbers,
    /// The files with the certificate chain and the private key for providers that request a client
    /// certificate, in PEM. They are read again when they change.
    pub identity: Option<[PathBuf; 2]>,
    /// The time between two looks at these files.
    pub identity_interval: Duration,
}

impl Default for ProviderOptions {
    fn default() -> Self {
        Self {
            cache_ttl: Duration::from_mins(3),
            numbers: Numbers::Float64,
            identity: None,
            identity_interval: Duration::from_secs(1),
        }
    }
}

/// A reason why the client of the providers cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// The system offers no threads or timers.
    #[error("cannot start the client of providers: {0}")]
    System(#[from] io::Error),
    /// The client certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The library of TLS does not offer TLS 1.3.
    #[error("cannot use TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// A client of the providers, with its connections and caches.
///
/// ```
/// use std::sync::Arc;
///
/// use ferrego_gatekeeper::PolicySet;
/// use ferrego_gatekeeper::external_data::ExternalData;
/// use ferrego_webhook::external_data::{ProviderClient, ProviderOptions};
/// use ferrego_webhook::{Metrics, Policies, State};
///
/// let client = ProviderClient::start(&ProviderOptions::default(), Arc::new(Metrics::new()?))?;
/// let providers = client.providers(Vec::new());
/// let host = ExternalData::new(Arc::clone(&providers) as Arc<_>);
/// let builder = PolicySet::builder().host(Arc::new(host));
/// let policies = Policies::new(State::new(builder.build()).with_providers(providers));
/// # let _ = policies;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ProviderClient {
    /// The providers in force, by name.
    in_force: Mutex<Arc<Remotes>>,
    tls: Tls,
    cache_ttl: Duration,
    numbers: Numbers,
    metrics: Arc<Metrics>,
    runtime: Handle,
    /// Stops the thread of the client when it is dropped.
    _running: oneshot::Sender<()>,
}

/// Providers by name.
type Remotes = HashMap<String, Arc<Remote>>;

impl ProviderClient {
    /// Starts the client on a thread of its own.
    ///
    /// # Errors
    /// Returns an error if the client certificate cannot be used, or if the system offers no thread.
    pub fn start(
        options: &ProviderOptions,
        metrics: Arc<Metrics>,
    ) -> Result<Arc<Self>, ProviderError> {
        let certificate = options.identity.clone().map(Certificate::read).transpose()?;
        let tls = Tls::new(certificate.as_ref().map(Certificate::for_clients))?;
        let (running, stopped) = oneshot::channel();
        let runtime = start_thread(stopped)?;
        if let Some(certificate) = certificate {
            let (source, interval) = ("client certificate", options.identity_interval);
            runtime.spawn(certificate.follow(source, interval, Arc::clone(&metrics)));
        }
        Ok(Arc::new(Self {
            in_force: Mutex::default(),
            tls,
            cache_ttl: options.cache_ttl,
            numbers: options.numbers,
            metrics,
            runtime,
            _running: running,
        }))
    }

    /// Returns providers for a state. Of two with one name, the last counts. A provider that equals
    /// one in force shares its connections and its answers. Another has none yet.
    pub fn providers(self: &Arc<Self>, specs: Vec<ProviderSpec>) -> Arc<Providers> {
        let in_force = Arc::clone(&self.in_force());
        let mut remotes = HashMap::with_capacity(specs.len());
        for spec in specs {
            let same = in_force.get(spec.name()).filter(|remote| *remote.spec() == spec);
            let remote = same.map_or_else(|| Arc::new(self.remote(spec)), Arc::clone);
            remotes.insert(remote.spec().name().to_owned(), remote);
        }
        Arc::new(Providers { client: Arc::clone(self), remotes: Arc::new(remotes) })
    }

    /// Records that `remotes` are in force, and forgets the metrics of those that no longer are.
    fn put_in_force(&self, remotes: &Arc<Remotes>) {
        let mut in_force = self.in_force();
        for (name, remote) in in_force.iter() {
            if !remotes.contains_key(name) {
                self.metrics.providers().forget(remote.spec());
            }
        }
        self.metrics.providers().in_force(remotes.len());
        *in_force = Arc::clone(remotes);
    }

    fn in_force(&self) -> MutexGuard<'_, Arc<Remotes>> {
        self.in_force.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remote(&self, spec: ProviderSpec) -> Remote {
        let client = Client::new(&spec, &self.tls, self.numbers);
        let metrics = self.metrics.providers().clone();
        Remote::new(spec, client, Cache::new(self.cache_ttl), metrics)
    }
}

impl fmt::Debug for ProviderClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderClient").finish_non_exhaustive()
    }
}

/// Starts the thread of the client, which ends when the sender of `stopped` is dropped. The runtime
/// belongs to this thread, because an asynchronous caller must not drop one.
fn start_thread(stopped: oneshot::Receiver<()>) -> io::Result<Handle> {
    let (sender, receiver) = mpsc::channel();
    let run = move || {
        let runtime = Builder::new_current_thread().enable_all().build();
        // The receiver waits for this result.
        let _ =
            sender.send(runtime.as_ref().map(|it| it.handle().clone()).map_err(io::Error::kind));
        if let Ok(runtime) = runtime {
            runtime.block_on(async { drop(stopped.await) });
            // A lookup of a name may still run on another thread.
            runtime.shutdown_background();
        }
    };
    thread::Builder::new().name("providers".to_owned()).spawn(run)?;
    let started = receiver.recv().map_err(io::Error::other)?;
    started.map_err(io::Error::from)
}
