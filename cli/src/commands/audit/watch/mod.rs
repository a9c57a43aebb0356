//! `ferrego audit --watch`: keeps the report current, and judges only what changed.
//!
//! ```text
//! files   → documents that changed ┐
//! cluster → objects that changed ──┼→ answers → ledger → changes → events
//! policies → constraints that changed, and all objects ┘
//! ```
//!
//! The ledger holds the violations of each object. An answer replaces what the same constraints found
//! in the object before, and the events tell the difference.

mod cluster;
mod events;
mod files;
mod known;
mod ledger;
mod policies;

use std::hash::Hash;
use std::num::NonZero;

use ferrego_program::failure::Failure;
use ferrego_program::judge::Answer;
use ferrego_program::serve::unusable;
use ferrego_program::status::Status;
use ferrego_source::diagnostics::{Notice, Severity};
use ferrego_webhook::stop::Stop;

use crate::arguments::Audit;
use events::Totals;
use ledger::Ledger;

/// The number of objects that are judged at once.
const BATCH: usize = 512;

/// Judges the objects, and again what changes, until the process is told to stop. Returns the status
/// that an audit without `--watch` would then have.
///
/// # Errors
/// Returns a failure if the audit cannot begin, or if standard output cannot be written.
pub(super) fn watch(command: &Audit) -> Result<Status, Failure> {
    let stop = Stop::on_signal().map_err(|error| unusable(&error))?;
    let status = if command.cluster.from_cluster {
        cluster::watch(command, &stop)?
    } else {
        files::watch(command, &stop)?
    };
    Ok(command.judging.outcome(status))
}

impl Totals {
    /// Counts an object.
    fn add(&mut self, answer: &Answer) {
        self.objects += usize::from(answer.counts);
        self.exempt += usize::from(answer.exempt);
    }
}

/// Returns the numbers of the report, with those of the current violations.
fn totals<K: Clone + Eq + Hash + Ord>(ledger: &Ledger<K>, objects: Totals) -> Totals {
    let denying = ledger.violations().filter(|violation| violation.denies).count();
    Totals { violations: ledger.violations().count(), denying, ..objects }
}

/// Returns the outcome of the current report. `notices` are those that apply.
fn status<K: Clone + Eq + Hash + Ord>(ledger: &Ledger<K>, notices: &[Notice]) -> Status {
    let is_error = |notice: &Notice| notice.severity == Severity::Error;
    if notices.iter().any(is_error) || ledger.has_error() {
        Status::Broken
    } else if ledger.violations().any(|violation| violation.denies) {
        Status::Failed
    } else {
        Status::Passed
    }
}

/// Returns the number of cores.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
