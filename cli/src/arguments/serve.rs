//! The command `serve`.

use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::Evaluating;
use crate::budget::{duration, size};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Serve {
    /// Files or folders with templates, constraints, a Config, and the objects of the cluster that
    /// policies read (.yaml, .yml, .json, .ndjson)
    #[arg(required_unless_present = "from_cluster", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Watch the templates, constraints, Config, SyncSets, expansion templates and synced objects in
    /// the cluster instead, as Gatekeeper does. The kubeconfig or the service account names it
    #[arg(long, conflicts_with_all = ["paths", "reload_interval", "max_file_size"])]
    pub(crate) from_cluster: bool,
    /// The address of the webhook
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8443")]
    pub(crate) listen: SocketAddr,
    /// The address of /healthz, /readyz and /metrics, which have no TLS
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:9090")]
    pub(crate) health_listen: SocketAddr,
    /// The certificate chain in PEM. It is read again when it changes
    #[arg(long, value_name = "FILE")]
    pub(crate) cert: PathBuf,
    /// The private key in PEM. It is read again when it changes
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Accept only clients with a certificate of one of the authorities in this file, in PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) client_ca: Option<PathBuf>,
    /// The answer to a review without a verdict, which is broken or makes a policy fail. A policy
    /// that stops with an error or exceeds a limit denies in either case
    #[arg(long, value_name = "ANSWER", value_enum, default_value_t = OnErrorChoice::Deny)]
    pub(crate) on_error: OnErrorChoice,
    /// The time for a request, such as 500ms or 10s. A shorter time that the API server grants wins
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub(crate) request_timeout: Duration,
    /// The largest request, in bytes or with Ki, Mi or Gi
    #[arg(long, value_name = "SIZE", default_value = "7Mi", value_parser = size)]
    pub(crate) max_request_size: usize,
    /// The number of requests that are judged at the same time. Others wait
    #[arg(long, value_name = "N", default_value = "256")]
    pub(crate) max_requests: NonZero<usize>,
    /// A Namespace that may carry the label admission.gatekeeper.sh/ignore, with * as its prefix, its
    /// suffix or both; it can be given several times
    #[arg(long, value_name = "NAME")]
    pub(crate) exempt_namespace: Vec<String>,
    /// The time between the signal to stop, after which /readyz fails, and the last accepted
    /// connection
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    pub(crate) drain_delay: Duration,
    /// The time between two looks at the files. A change counts once two looks see the same
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = duration)]
    pub(crate) reload_interval: Duration,
    /// Also serve files without a constraint, which allows everything. By default this is an error,
    /// because a folder that is not mounted has no files either
    #[arg(long, conflicts_with = "from_cluster")]
    pub(crate) allow_empty: bool,
    /// Log each violation, as Gatekeeper does
    #[arg(long)]
    pub(crate) log_denies: bool,
    /// Keep the numbers of requests and inventory as they are written. By default they are floats, as
    /// in Gatekeeper, and sprintf prints 1234567 as 1.234567e+06
    #[arg(long)]
    pub(crate) exact_numbers: bool,
    /// The number of threads that serve requests; by default the number of cores
    #[arg(short, long, value_name = "N")]
    pub(crate) threads: Option<NonZero<usize>>,
    #[command(flatten)]
    pub(crate) evaluating: Evaluating,
}

/// The answers to a review without a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnErrorChoice {
    /// Deny: the webhook fails closed
    Deny,
    /// Allow with a warning: the webhook fails open
    Allow,
}
