//! The arguments of `ferrego audit`.

#[cfg(feature = "serve")]
use std::num::NonZero;
#[cfg(feature = "serve")]
use std::path::Path;
use std::path::PathBuf;
#[cfg(feature = "serve")]
use std::time::Duration;

use clap::Args;
#[cfg(feature = "serve")]
use clap::{CommandFactory as _, error::ErrorKind};
#[cfg(feature = "serve")]
use ferrego_program::arguments::Output;
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
    #[arg(long, conflicts_with_all = ["files", "paths", "max_file_size"])]
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
    /// Keep the report current until SIGTERM or SIGINT. Judge only what changes, and print a line for
    /// each violation that is new (+) or gone (-). The outputs are text and json
    #[arg(long, conflicts_with = "fail_on_empty")]
    pub(crate) watch: bool,
    /// The time between two looks at the files. A change counts once two looks see the same
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "1s",
        value_parser = duration,
        requires = "watch",
        conflicts_with = "from_cluster"
    )]
    pub(crate) reload_interval: Duration,
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

impl super::Arguments {
    /// Checks the options that clap cannot check one by one.
    ///
    /// # Errors
    /// Returns the error of the options.
    pub(crate) fn checked(self) -> Result<Self, clap::Error> {
        #[cfg(feature = "serve")]
        if let super::Command::Audit(audit) = &self.command {
            audit.check()?;
        }
        Ok(self)
    }
}

impl Audit {
    /// Returns the files and folders.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.files.iter().chain(&self.paths).cloned().collect()
    }

    /// Checks the options of `--watch`.
    ///
    /// # Errors
    /// Returns an error if `--watch` cannot print the output, or cannot read the inputs again.
    #[cfg(feature = "serve")]
    pub(crate) fn check(&self) -> Result<(), clap::Error> {
        if !self.watching.watch {
            return Ok(());
        }
        let refuse = |kind, message: &str| Err(super::Arguments::command().error(kind, message));
        if !matches!(self.judging.output, Output::Text | Output::Json) {
            let message = "expected the output text or json with --watch";
            return refuse(ErrorKind::ArgumentConflict, message);
        }
        if self.paths().iter().any(|path| path == Path::new("-")) {
            let message = "expected files with --watch, found standard input";
            return refuse(ErrorKind::ArgumentConflict, message);
        }
        if self.paths().is_empty() && !self.cluster.from_cluster {
            let message = "expected files or --from-cluster with --watch, found neither";
            return refuse(ErrorKind::MissingRequiredArgument, message);
        }
        Ok(())
    }
}
