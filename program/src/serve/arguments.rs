//! The options of `serve`.

use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use ferrego_gatekeeper::review::Numbers;
use ferrego_webhook::Metrics;
use ferrego_webhook::external_data::{ProviderClient, ProviderOptions};

#[cfg(feature = "self-signed")]
use super::self_signed::SelfSignedOptions;
use super::unusable;
use crate::arguments::WebhookNumbers;
use crate::budget::{BudgetOptions, FileOptions, duration, duration_or_zero, size};
use crate::failure::Failure;

/// The options of `serve`, besides the files.
#[derive(Debug, Args)]
pub struct ServeOptions {
    /// The address of the webhook
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8443", value_parser = address)]
    pub listen: SocketAddr,
    /// The address of /healthz, /readyz and /metrics, which have no TLS
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:9090", value_parser = address)]
    pub health_listen: SocketAddr,
    /// The certificate chain in PEM. It is read again when it changes
    #[arg(long, value_name = "FILE")]
    pub cert: PathBuf,
    /// The private key in PEM. It is read again when it changes
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Accept only clients with a certificate of one of the authorities in this file, in PEM
    #[arg(long, value_name = "FILE")]
    pub client_ca: Option<PathBuf>,
    /// The answer to a review that cannot be judged, such as a broken one. A policy that stops with an
    /// error or at a limit denies in either case
    #[arg(long, value_name = "ANSWER", value_enum, default_value_t = OnErrorChoice::Deny)]
    pub on_error: OnErrorChoice,
    /// The time for a request, such as 500ms or 10s. A shorter time that the API server grants wins
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub request_timeout: Duration,
    /// The largest request, in bytes or with Ki, Mi or Gi
    #[arg(long, value_name = "SIZE", default_value = "7Mi", value_parser = size)]
    pub max_request_size: usize,
    /// The number of requests that are judged at the same time. Others wait
    #[arg(long, value_name = "N", default_value = "256")]
    pub max_requests: NonZero<usize>,
    /// A Namespace that may carry the label admission.gatekeeper.sh/ignore, with * as its prefix, its
    /// suffix or both; it can be given several times
    #[arg(long, value_name = "NAME")]
    pub exempt_namespace: Vec<String>,
    /// The time between the signal to stop, after which /readyz fails, and the last accepted
    /// connection
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    pub drain_delay: Duration,
    /// The time between two checks of the files. A change counts once two checks agree
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = duration)]
    pub reload_interval: Duration,
    /// Also serve files without a constraint, which allows everything. By default this is an error,
    /// because a folder that is not mounted has no files either
    #[arg(long)]
    pub allow_empty: bool,
    /// Log each violation, as Gatekeeper does
    #[arg(long)]
    pub log_denies: bool,
    #[cfg(feature = "self-signed")]
    #[command(flatten)]
    pub certificate: SelfSignedOptions,
    #[command(flatten)]
    pub providers: ProviderClientOptions,
    #[command(flatten)]
    pub numbers: WebhookNumbers,
    /// The number of threads that serve requests; by default the number of cores
    #[arg(short, long, value_name = "N")]
    pub threads: Option<NonZero<usize>>,
    #[command(flatten)]
    pub budget: BudgetOptions,
    #[command(flatten)]
    pub size: FileOptions,
}

/// The options of the client that calls providers of external data.
#[derive(Debug, Args)]
pub struct ProviderClientOptions {
    /// The time for which an answer of a provider of external data is used again, such as 180s. 0
    /// calls the provider each time
    #[arg(long, value_name = "DURATION", default_value = "180s", value_parser = duration_or_zero)]
    pub provider_cache_ttl: Duration,
    /// The certificate chain in PEM for providers that request a client certificate. It is read again
    /// when it changes
    #[arg(long, value_name = "FILE", requires = "provider_client_key")]
    pub provider_client_cert: Option<PathBuf>,
    /// The private key of this certificate in PEM. It is read again when it changes
    #[arg(long, value_name = "FILE", requires = "provider_client_cert")]
    pub provider_client_key: Option<PathBuf>,
}

/// Parses an address with a port.
fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "expected ADDRESS:PORT, such as 0.0.0.0:8443 or [::]:8443")
}

impl ProviderClientOptions {
    /// Starts the client.
    ///
    /// # Errors
    /// Returns an error if the client certificate cannot be used, or the client cannot start.
    pub fn start(
        &self,
        numbers: Numbers,
        metrics: &Arc<Metrics>,
    ) -> Result<Arc<ProviderClient>, Failure> {
        let mut options = ProviderOptions::default();
        options.cache_ttl = self.provider_cache_ttl;
        options.numbers = numbers;
        let files = (self.provider_client_cert.clone(), self.provider_client_key.clone());
        if let (Some(certificate), Some(key)) = files {
            options.identity = Some([certificate, key]);
        }
        ProviderClient::start(&options, Arc::clone(metrics)).map_err(|error| unusable(&error))
    }
}

/// The answers to a review without a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnErrorChoice {
    /// Deny: the webhook fails closed
    Deny,
    /// Allow with a warning: the webhook fails open
    Allow,
}
