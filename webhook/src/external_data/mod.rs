//! External data from the providers of a cluster, by Gatekeeper's protocol.
//!
//! A policy calls `external_data({"provider": NAME, "keys": […]})`. [`Providers`] post the keys to the
//! provider of this name over HTTPS, and keep the answers for some minutes. The rules are those of
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
//! wait, but begins again elsewhere, see [`wait`](crate::wait).

mod cache;
mod client;
mod flight;
mod metrics;
mod remote;
mod spec;
mod verifier;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use ferrego_gatekeeper::external_data::{Provider, Response, UnknownProvider};
use ferrego_gatekeeper::review::Numbers;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::certificate::{Certificate, CertificateError};
use crate::metrics::Metrics;
use cache::Cache;
use client::{Client, Tls};
use remote::Remote;

pub(crate) use metrics::ProviderMetrics;
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

/// The providers that answer policies. A provider that is not among them is unknown, and a policy sees
/// this as a `system_error`.
///
/// ```
/// use std::sync::Arc;
///
/// use ferrego_gatekeeper::PolicySet;
/// use ferrego_gatekeeper::external_data::ExternalData;
/// use ferrego_webhook::Metrics;
/// use ferrego_webhook::external_data::{ProviderOptions, Providers};
///
/// let providers = Providers::start(&ProviderOptions::default(), Arc::new(Metrics::new()?))?;
/// providers.replace(Vec::new());
/// let host = ExternalData::new(providers);
/// let builder = PolicySet::builder().host(Arc::new(host));
/// # let _ = builder;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Providers {
    current: ArcSwap<HashMap<String, Arc<Remote>>>,
    /// Held while the providers are replaced.
    replacing: Mutex<()>,
    tls: Tls,
    cache_ttl: Duration,
    numbers: Numbers,
    metrics: Arc<Metrics>,
    runtime: Handle,
    /// Stops the thread of the client when it is dropped.
    _running: oneshot::Sender<()>,
}

impl Providers {
    /// Starts the client, without providers, on a thread of its own.
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
            current: ArcSwap::default(),
            replacing: Mutex::new(()),
            tls,
            cache_ttl: options.cache_ttl,
            numbers: options.numbers,
            metrics,
            runtime,
            _running: running,
        }))
    }

    /// Replaces the providers for the calls that begin from now on. Of two with one name, the last
    /// counts. A provider that did not change keeps its connections and its answers. A changed one
    /// does not.
    pub fn replace(&self, specs: Vec<ProviderSpec>) {
        // Two callers must not both begin with the same providers.
        let _replacing = self.replacing.lock();
        let known = self.current.load();
        let mut next = HashMap::with_capacity(specs.len());
        for spec in specs {
            let same = known.get(spec.name()).filter(|remote| *remote.spec() == spec);
            let remote = same.map_or_else(|| Arc::new(self.remote(spec)), Arc::clone);
            next.insert(remote.spec().name().to_owned(), remote);
        }
        for (name, remote) in known.iter() {
            if !next.contains_key(name) {
                self.metrics.providers().forget(remote.spec());
            }
        }
        self.metrics.providers().in_force(next.len());
        self.current.store(Arc::new(next));
    }

    /// Returns the number of providers.
    pub fn len(&self) -> usize {
        self.current.load().len()
    }

    /// Returns `true` if no provider answers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn remote(&self, spec: ProviderSpec) -> Remote {
        let client = Client::new(&spec, &self.tls, self.numbers);
        let metrics = self.metrics.providers().clone();
        Remote::new(spec, client, Cache::new(self.cache_ttl), metrics)
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

impl Provider for Providers {
    fn fetch(
        &self,
        provider: &str,
        keys: &[&str],
        response: &mut Response<'_>,
    ) -> Result<(), UnknownProvider> {
        let remote = self.current.load().get(provider).cloned().ok_or_else(|| {
            tracing::warn!(provider, "a policy calls an unknown provider");
            self.metrics.providers().unknown();
            UnknownProvider
        })?;
        remote.answer(keys, &self.runtime, response);
        Ok(())
    }
}

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current = self.current.load();
        f.debug_struct("Providers").field("names", &current.keys()).finish_non_exhaustive()
    }
}
