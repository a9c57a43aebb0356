//! The server of policies, for `ferrego serve` and for programs of compiled policies.
//!
//! [`Loaded`] is the state of the server from documents. [`run`] serves it, and `follow` loads it
//! again when files change.

mod arguments;
mod follow;
mod load;
#[cfg(feature = "self-signed")]
mod self_signed;

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;

use ferrego_gatekeeper::constraint::EnforcementPoint;
use ferrego_gatekeeper::external_data::{ExternalData, Provider};
use ferrego_webhook::external_data::{ProviderClient, Providers};
use ferrego_webhook::{Config, Metrics, OnError, Policies, Server};

use crate::failure::Failure;
use crate::follow::Files;
use crate::judge::{Settings, SharedHost};
use crate::output;

pub use arguments::{OnErrorChoice, ProviderClientOptions, ServeOptions};
pub use load::{Loaded, providers};

/// A function that loads the state of the server from its files as they are now. The client makes the
/// providers that the policies call.
pub type Load = Box<dyn Fn(&Arc<ProviderClient>) -> Result<Loaded, Failure> + Send>;

/// Returns the host whose external data come from `providers`.
pub fn host(providers: &Arc<Providers>) -> SharedHost {
    let source: Arc<dyn Provider> = Arc::<Providers>::clone(providers);
    Arc::new(ExternalData::new(source))
}

/// Serves until the process is told to stop, after [`Log::start`]. The state comes from `load`, again
/// whenever the files below `paths` change.
///
/// # Errors
/// Returns the errors of the first load, and an error if the server cannot start.
pub fn run(options: &ServeOptions, paths: Vec<PathBuf>, load: Load) -> Result<(), Failure> {
    #[cfg(feature = "self-signed")]
    options.make_certificate()?;
    run_with(|metrics| {
        let files = Files::of(&paths);
        let client = options.providers.start(options.numbers.numbers(), metrics)?;
        let loaded = load(&client)?;
        output::stderr(&loaded.warnings);
        let policies = Policies::new(loaded.state);
        let server = Server::new(policies.clone(), config(options));
        if !paths.is_empty() {
            let metrics = Arc::clone(metrics);
            let followed = follow::Followed { paths, load, client, policies, metrics };
            follow::start(followed, files, options.reload_interval)?;
        }
        Ok(server)
    })
}

/// Serves with the server that `server` builds, until the process is told to stop.
///
/// # Errors
/// Returns the error of `server`, and an error if the server cannot start.
pub fn run_with(
    server: impl FnOnce(&Arc<Metrics>) -> Result<Server, Failure>,
) -> Result<(), Failure> {
    let metrics = Arc::new(Metrics::new().map_err(|error| unusable(&error))?);
    server(&metrics)?.with_metrics(metrics).run().map_err(|error| unusable(&error))
}

/// The log of a server and, with the feature `traces`, the exporter of its traces.
#[derive(Debug)]
#[must_use = "the last traces are sent when it is dropped"]
pub struct Log {
    #[cfg(feature = "traces")]
    _exporter: Option<ferrego_webhook::traces::Exporter>,
}

impl Log {
    /// Writes the events of this process to standard error from now on, and exports its traces as the
    /// environment says.
    ///
    /// # Errors
    /// Returns an error if the environment has settings of traces that cannot be used.
    #[cfg(feature = "traces")]
    pub fn start() -> Result<Self, Failure> {
        use ferrego_webhook::{log, traces::Exporter};
        let exporter = Exporter::from_environment().map_err(|error| unusable(&error))?;
        match &exporter {
            Some(exporter) => log::to_stderr_with(exporter),
            None => log::to_stderr(),
        }
        Ok(Self { _exporter: exporter })
    }

    /// Writes the events of this process to standard error from now on.
    ///
    /// # Errors
    /// Returns no error without the feature `traces`.
    #[cfg(not(feature = "traces"))]
    pub fn start() -> Result<Self, Failure> {
        ferrego_webhook::log::to_stderr();
        Ok(Self {})
    }
}

/// Builds the failure of a server that cannot start.
pub fn unusable(error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(error.to_string())
}

impl ServeOptions {
    /// Returns the settings of the policies.
    pub fn settings(&self) -> Settings {
        Settings {
            point: EnforcementPoint::Webhook,
            numbers: self.numbers.numbers(),
            limits: self.budget.limits(),
        }
    }
}

/// Returns the settings of the server.
pub fn config(options: &ServeOptions) -> Config {
    let mut config = Config::new(&options.cert, &options.key);
    config.listen = options.listen;
    config.probes = options.health_listen;
    config.client_ca.clone_from(&options.client_ca);
    config.on_error = match options.on_error {
        OnErrorChoice::Deny => OnError::Deny,
        OnErrorChoice::Allow => OnError::Allow,
    };
    config.timeout = options.request_timeout;
    config.max_body = options.max_request_size;
    config.max_requests = options.max_requests.get();
    config.exempt_namespaces.clone_from(&options.exempt_namespace);
    config.drain_delay = options.drain_delay;
    config.log_denies = options.log_denies;
    config.threads = options.threads.map(NonZero::get);
    config
}
