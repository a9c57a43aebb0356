//! The arguments of `ferrego serve`.

use std::path::PathBuf;

use clap::Args;
use ferrego_program::serve::ServeOptions;

use super::Engines;

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Files or folders with templates, constraints, a Config, and the objects of the cluster that
    /// policies read (.yaml, .yml, .json, .ndjson)
    #[arg(required_unless_present = "from_cluster", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Watch the templates, constraints, Config, SyncSets, expansion templates and synced objects in
    /// the cluster instead, as Gatekeeper does. The kubeconfig or the service account names it
    #[arg(
        long,
        conflicts_with_all = ["paths", "reload_interval", "max_file_size", "allow_empty"]
    )]
    pub(crate) from_cluster: bool,
    #[command(flatten)]
    pub(crate) options: ServeOptions,
    #[command(flatten)]
    pub(crate) engines: Engines,
}
