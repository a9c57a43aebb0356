//! `ferrego serve`: serves the policies in files, or in a cluster, to an API server.
//!
//! [`load`] builds the state of the server from the files. [`follow`] does so again when they
//! change. With `--from-cluster`, the webhook follows the cluster itself, and [`load`] only loads
//! its templates.

mod follow;
mod load;

use std::num::NonZero;
use std::sync::Arc;

use ferrego_gatekeeper::PolicySet;
use ferrego_gatekeeper::review::Numbers;
use ferrego_webhook::cluster::Cluster;
use ferrego_webhook::{Config, Metrics, OnError, Policies, Readiness, Server, State};

use crate::arguments::{OnErrorChoice, Serve};
use crate::failure::Failure;
use crate::output;
use follow::Files;
use load::Loader;

/// Serves until the process is told to stop.
pub(crate) fn serve(command: &Serve) -> Result<(), Failure> {
    ferrego_webhook::log::to_stderr();
    let metrics = Arc::new(Metrics::new().map_err(|error| unusable(&error))?);
    let numbers = if command.exact_numbers { Numbers::Exact } else { Numbers::Float64 };
    let server = if command.from_cluster {
        from_cluster(command, numbers, &metrics)?
    } else {
        from_files(command, numbers, &metrics)?
    };
    server.with_metrics(metrics).run().map_err(|error| unusable(&error))
}

/// Returns the server with the policies in files, and follows their changes.
fn from_files(
    command: &Serve,
    numbers: Numbers,
    metrics: &Arc<Metrics>,
) -> Result<Server, Failure> {
    let loader = Loader {
        paths: command.paths.clone(),
        limit: command.evaluating.size.limit(),
        limits: command.evaluating.budget.limits(),
        numbers,
        preference: command.evaluating.engines.preference(),
        allows_empty: command.allow_empty,
    };
    let files = Files::of(&loader.paths);
    let loaded = loader.load()?;
    output::stderr(&loaded.warnings);
    let policies = Policies::new(loaded.state);
    let server = Server::new(policies.clone(), config(command));
    follow::start(loader, files, command.reload_interval, policies, Arc::clone(metrics))?;
    Ok(server)
}

/// Returns the server with the policies in a cluster, and follows their changes. The server is
/// unready until they have been read.
fn from_cluster(
    command: &Serve,
    numbers: Numbers,
    metrics: &Arc<Metrics>,
) -> Result<Server, Failure> {
    let policies = Policies::new(State::new(PolicySet::builder().build()));
    let readiness = Readiness::default();
    let cluster = Cluster {
        loader: load::template_loader(command.evaluating.engines.preference()),
        limits: command.evaluating.budget.limits(),
        numbers,
        policies: policies.clone(),
        readiness: readiness.clone(),
        metrics: Arc::clone(metrics),
    };
    cluster.start().map_err(|error| unusable(&error))?;
    Ok(Server::new(policies, config(command)).with_readiness(readiness))
}

fn unusable(error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(error.to_string())
}

fn config(command: &Serve) -> Config {
    let mut config = Config::new(&command.cert, &command.key);
    config.listen = command.listen;
    config.probes = command.health_listen;
    config.client_ca.clone_from(&command.client_ca);
    config.on_error = match command.on_error {
        OnErrorChoice::Deny => OnError::Deny,
        OnErrorChoice::Allow => OnError::Allow,
    };
    config.timeout = command.request_timeout;
    config.max_body = command.max_request_size;
    config.max_requests = command.max_requests.get();
    config.exempt_namespaces.clone_from(&command.exempt_namespace);
    config.drain_delay = command.drain_delay;
    config.log_denies = command.log_denies;
    config.threads = command.threads.map(NonZero::get);
    config
}
