//! The arguments of `ferrego audit`.

#[cfg(feature = "serve")]
use std::num::NonZero;
use std::path::PathBuf;
#[cfg(feature = "serve")]
use std::time::Duration;

use clap::Args;
#[cfg(feature = "serve")]
use ferrego_program::arguments::FileWatchOptions;
use ferrego_program::arguments::{Judging, WebhookNumbers};
#[cfg(feature = "serve")]
use ferrego_program::budget::duration;
use ferrego_program::external_data::ExternalDataOptions;

use super::Evaluating;

#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// Files or folders with templates, constraints, Configs and objects (.yaml, .yml, .json, .ndjson)
    #[arg(short = 'f', long = "filename", value_name = "PATH", num_args = 1..)]
    files: Vec<PathBuf>,
    /// More files or folders; - is standard input, which is also read if it is a pipe or a file
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[cfg(feature = "serve")]
    #[command(flatten)]
    pub(crate) cluster: ClusterOptions,
    #[cfg(feature = "serve")]
    #[command(flatten)]
    pub(crate) watching: WatchOptions,
    #[command(flatten)]
    pub(crate) evaluating: Evaluating,
    #[command(flatten)]
    pub(crate) judging: Judging,
    #[command(flatten)]
    pub(crate) numbers: WebhookNumbers,
    #[command(flatten)]
    pub(crate) external_data: ExternalDataOptions,
}

/// The options of an audit of a cluster.
#[cfg(feature = "serve")]
#[derive(Debug, Args)]
pub(crate) struct ClusterOptions {
    /// Judge the objects in the cluster by its own templates and constraints instead, page by page.
    /// The kubeconfig or the service account names it
    #[arg(long, conflicts_with_all = ["files", "paths", "max_file_size", "reload_interval"])]
    pub(crate) from_cluster: bool,
    /// The number of objects that the API server lists at once
    // clap does not require an option that conflicts with one that is given, so these options exclude
    // paths themselves.
    #[arg(
        long,
        value_name = "N",
        default_value = "500",
        requires = "from_cluster",
        conflicts_with_all = ["files", "paths"]
    )]
    pub(crate) page_size: NonZero<u32>,
    /// Write the number of violations and the first of them into the status of each constraint, as
    /// Gatekeeper's audit does
    #[arg(long, requires = "from_cluster", conflicts_with_all = ["files", "paths"])]
    pub(crate) write_status: bool,
    /// The number of violations in the status of a constraint
    #[arg(long, value_name = "N", default_value = "20", requires = "write_status")]
    pub(crate) constraint_violations_limit: usize,
}

/// The options of an audit that is kept current.
#[cfg(feature = "serve")]
#[derive(Debug, Args)]
pub(crate) struct WatchOptions {
    #[command(flatten)]
    pub(crate) files: FileWatchOptions,
    /// The least time between two writings of the status of constraints
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "60s",
        value_parser = duration,
        requires_all = ["watch", "write_status"]
    )]
    pub(crate) status_interval: Duration,
}

impl Audit {
    /// Returns the files and folders.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.files.iter().chain(&self.paths).cloned().collect()
    }
}
