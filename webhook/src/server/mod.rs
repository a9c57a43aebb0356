//! The server: an HTTPS listener for the API server, and one for probes.
//!
//! ```text
//! signal → unready → (drain_delay) → no new connections → (drain_timeout) → end
//! ```
//!
//! A cluster needs some time to take an unready server out of a Service, so the server still accepts
//! connections in the meantime.

mod connections;
mod probes;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio_rustls::TlsAcceptor;

use crate::certificate::{Certificate, CertificateError};
use crate::config::Config;
use crate::metrics::{Metrics, MetricsError};
use crate::policies::Policies;
use crate::readiness::{Condition, Readiness};
use crate::service::AdmissionService;
use crate::stop;
use connections::Connections;
use probes::Probes;

/// A server of the webhook. [`Server::run`] is all that most programs need. A program with a runtime
/// of its own binds the server and decides when it stops.
///
/// ```no_run
/// use ferrego_gatekeeper::PolicySet;
/// use ferrego_webhook::{Config, Policies, Server, State};
///
/// let policies = Policies::new(State::new(PolicySet::builder().build()));
/// Server::new(policies, Config::new("tls.crt", "tls.key")).run()?;
/// # Ok::<(), ferrego_webhook::ServeError>(())
/// ```
#[derive(Debug)]
pub struct Server {
    policies: Policies,
    config: Config,
    readiness: Readiness,
    metrics: Option<Arc<Metrics>>,
}

/// A reason why a server cannot start.
///
/// ```
/// use ferrego_gatekeeper::PolicySet;
/// use ferrego_webhook::{Config, Policies, ServeError, Server, State};
///
/// let policies = Policies::new(State::new(PolicySet::builder().build()));
/// let mut config = Config::new("missing.crt", "missing.key");
/// config.listen.set_port(0);
/// config.probes.set_port(0);
/// let error = Server::new(policies, config).run().expect_err("no certificate");
/// assert!(matches!(error, ServeError::Certificate(_)));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The system offers no threads, timers or signals.
    #[error("cannot start the server: {0}")]
    System(#[source] io::Error),
    /// An address cannot be used.
    #[error("cannot listen at {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The error of the system.
        #[source]
        error: io::Error,
    },
    /// The certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The metrics cannot be registered.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

impl Server {
    /// Creates a server.
    pub fn new(policies: Policies, config: Config) -> Self {
        Self { policies, config, readiness: Readiness::default(), metrics: None }
    }

    /// Sets the readiness, which the program changes when its policies and inventory are loaded. By
    /// default, the server only waits for its certificate.
    #[must_use]
    pub fn with_readiness(self, readiness: Readiness) -> Self {
        Self { readiness, ..self }
    }

    /// Sets the metrics, to which the program can add its own.
    #[must_use]
    pub fn with_metrics(self, metrics: Arc<Metrics>) -> Self {
        Self { metrics: Some(metrics), ..self }
    }

    /// Serves until the process receives SIGTERM or SIGINT, and until the requests that then run have
    /// ended.
    ///
    /// # Errors
    /// Returns an error if the server cannot start.
    pub fn run(self) -> Result<(), ServeError> {
        let mut builder = Builder::new_multi_thread();
        if let Some(threads) = self.config.threads {
            builder.worker_threads(threads.max(1));
        }
        let runtime = builder.enable_all().build().map_err(ServeError::System)?;
        let result = runtime.block_on(async {
            let stop = stop::signal().map_err(ServeError::System)?;
            self.bind().await?.serve(stop).await;
            Ok(())
        });
        // An evaluation that still runs has a deadline, but nobody waits for its answer any more.
        runtime.shutdown_timeout(Duration::from_millis(100));
        result
    }

    /// Loads the certificate, opens the listeners, and answers the probes from now on.
    ///
    /// # Errors
    /// Returns an error if the server cannot start.
    pub async fn bind(self) -> Result<Bound, ServeError> {
        let Self { policies, config, readiness, metrics } = self;
        readiness.set(Condition::Running);
        readiness.unset(Condition::Certificate);
        let metrics = match metrics {
            Some(metrics) => metrics,
            None => Arc::new(Metrics::new()?),
        };
        let listen = |address| move |error| ServeError::Listen { address, error };
        let listener = TcpListener::bind(config.listen).await.map_err(listen(config.listen))?;
        let address = listener.local_addr().map_err(listen(config.listen))?;
        let probes = Probes {
            readiness: readiness.clone(),
            metrics: Arc::clone(&metrics),
            policies: policies.clone(),
        };
        let probes = probes.start(config.probes).map_err(listen(config.probes))?;
        let (certificate, tls) = Certificate::load(&config)?;
        let tls = TlsAcceptor::from(Arc::new(tls));
        let (counted, ready) = (Arc::clone(&metrics), readiness.clone());
        let service = AdmissionService::waiting(policies, &config, counted, ready);
        let connections = Connections::new(tls, service, &config);
        readiness.set(Condition::Certificate);
        Ok(Bound {
            listener,
            connections,
            certificate,
            readiness,
            metrics,
            config,
            address,
            probes,
        })
    }
}

/// A server with open listeners. The system chooses a port where [`Config`] has the port 0.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    connections: Connections,
    certificate: Certificate,
    readiness: Readiness,
    metrics: Arc<Metrics>,
    config: Config,
    address: SocketAddr,
    probes: SocketAddr,
}

impl Bound {
    /// Returns the address of the webhook.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the address of the probes.
    pub fn probes(&self) -> SocketAddr {
        self.probes
    }

    /// Serves until `stop` ends, and until the requests that then run have ended.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let Self { listener, connections, certificate, readiness, metrics, config, .. } = self;
        let follower =
            tokio::spawn(certificate.follow("certificate", config.certificate_interval, metrics));
        tracing::info!(listen = %self.address, probes = %self.probes, "serving");
        let drained = async {
            stop.await;
            readiness.unset(Condition::Running);
            tracing::info!("stopping");
            tokio::time::sleep(config.drain_delay).await;
        };
        connections.serve(listener, drained, config.drain_timeout).await;
        follower.abort();
        tracing::info!("stopped");
    }
}

/// Waits a moment after a connection could not be accepted. If the process has too many open files,
/// the next attempt would fail at once.
async fn pause_after_failed_accept() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}
