//! `ferrego audit --watch`: keeps the report current, and judges only what changed.
//!
//! [`ferrego_program::watch`] holds the violations and tells their changes, and follows files. This
//! module follows a cluster.

mod cluster;
mod known;

use ferrego_gatekeeper::engine::{Interpreter, Preferring};
use ferrego_gatekeeper::exemption::Process;
use ferrego_gatekeeper::explain::Wanted;
use ferrego_program::failure::Failure;
use ferrego_program::judge::{Collected, SetUp};
use ferrego_program::serve::unusable;
use ferrego_program::status::Status;
use ferrego_program::watch::{self, files};
use ferrego_webhook::stop::Stop;

use super::{host, settings};
use crate::arguments::Audit;
use crate::commands::test::prepare;

/// Judges the objects, and again what changes, until the process is told to stop. Returns the status
/// that an audit without `--watch` would then have.
///
/// # Errors
/// Returns a failure if the audit cannot begin, or if standard output cannot be written.
pub(super) fn watch(command: &Audit) -> Result<Status, Failure> {
    watch::check_output(&command.judging)?;
    let status = if command.cluster.from_cluster {
        let stop = Stop::on_signal().map_err(|error| unusable(&error))?;
        cluster::watch(command, &stop)?
    } else {
        of_files(command)?
    };
    Ok(command.judging.outcome(status))
}

fn of_files(command: &Audit) -> Result<Status, Failure> {
    let host = host(command)?;
    let engine = Preferring::new(&Interpreter, command.evaluating.engines.preference());
    let set_up = |collected: &mut Collected| -> Result<SetUp, Failure> {
        let settings = settings(command);
        let set_up = prepare(collected, &engine, settings, host.clone(), Wanted::default());
        Ok(set_up.exempting(collected, Process::Audit))
    };
    files::watch(&files::Watching {
        paths: command.paths(),
        judging: &command.judging,
        limit: command.evaluating.size.limit(),
        interval: command.watching.files.reload_interval,
        set_up: &set_up,
    })
}
