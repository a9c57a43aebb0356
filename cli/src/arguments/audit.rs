//! The arguments of `ferrego audit`.

#[cfg(feature = "serve")]
use std::num::NonZero;
use std::path::PathBuf;

use clap::Args;
use ferrego_program::arguments::{Judging, WebhookNumbers};
use ferrego_program::external_data::ExternalDataOptions;

use super::Evaluating;

#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// Files or folders with templates, constraints, Configs and objects (.yaml, .yml, .json,
    /// .ndjson); - is standard input, which is also read if it is a pipe or a file
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    #[cfg(feature = "serve")]
    #[command(flatten)]
    pub(crate) cluster: ClusterOptions,
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
    #[arg(long, conflicts_with_all = ["paths", "max_file_size"])]
    pub(crate) from_cluster: bool,
    /// The number of objects that the API server lists at once
    // clap does not require an option that conflicts with one that is given, so these options exclude
    // paths themselves.
    #[arg(
        long,
        value_name = "N",
        default_value = "500",
        requires = "from_cluster",
        conflicts_with = "paths"
    )]
    pub(crate) page_size: NonZero<u32>,
    /// Write the number of violations and the first of them into the status of each constraint, as
    /// Gatekeeper's audit does
    #[arg(long, requires = "from_cluster", conflicts_with = "paths")]
    pub(crate) write_status: bool,
    /// The number of violations in the status of a constraint
    #[arg(long, value_name = "N", default_value = "20", requires = "write_status")]
    pub(crate) constraint_violations_limit: usize,
}
