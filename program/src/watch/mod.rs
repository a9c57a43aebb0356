//! Audits that are kept current, and judge only what changed.
//!
//! ```text
//! files   → documents that changed ┐
//! cluster → objects that changed ──┼→ answers → ledger → changes → events
//! policies → constraints that changed, and all objects ┘
//! ```
//!
//! The ledger holds the violations of each object. An answer replaces what the same constraints found
//! in the object before, and the events tell the difference. [`files`] follows files, and the command
//! `ferrego` follows clusters.

pub mod events;
pub mod files;
pub mod ledger;
pub mod policies;

use std::hash::Hash;
use std::num::NonZero;
use std::time::SystemTime;

use ferrego_source::diagnostics::{Notice, Severity};
use jiff::Timestamp;

use crate::arguments::{Judging, Output};
use crate::failure::Failure;
use crate::judge::Answer;
use crate::status::Status;
use events::Totals;
use ledger::Ledger;

/// The number of objects that are judged at once.
pub const BATCH: usize = 512;

/// Checks that an audit that is kept current can print its output.
///
/// # Errors
/// Returns a failure for outputs that are a whole report.
pub fn check_output(judging: &Judging) -> Result<(), Failure> {
    if matches!(judging.output, Output::Text | Output::Json) {
        return Ok(());
    }
    Err(Failure::usage("expected the output text or json with --watch"))
}

impl Totals {
    /// Counts an object.
    pub fn add(&mut self, answer: &Answer) {
        self.objects += usize::from(answer.counts);
        self.exempt += usize::from(answer.exempt);
    }
}

/// Returns the numbers of the report, with those of the current violations.
pub fn totals<K: Clone + Eq + Hash + Ord>(ledger: &Ledger<K>, objects: Totals) -> Totals {
    let denying = ledger.violations().filter(|violation| violation.denies).count();
    Totals { violations: ledger.violations().count(), denying, ..objects }
}

/// Returns the outcome of the current report. `notices` are those that apply.
pub fn status<K: Clone + Eq + Hash + Ord>(ledger: &Ledger<K>, notices: &[Notice]) -> Status {
    let is_error = |notice: &Notice| notice.severity == Severity::Error;
    if notices.iter().any(is_error) || ledger.has_error() {
        Status::Broken
    } else if ledger.violations().any(|violation| violation.denies) {
        Status::Failed
    } else {
        Status::Passed
    }
}

/// Returns the number of threads that judge.
pub fn jobs(judging: &Judging) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
    judging.jobs.map_or_else(cores, NonZero::get)
}

/// Returns a time in seconds, as the status of a constraint names it.
pub fn timestamp(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_time_has_seconds() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_764_470_645_900);
        assert_eq!(timestamp(time), "2025-11-30T02:44:05Z");
    }
}
