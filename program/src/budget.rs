//! The limits of evaluations and files on the command line.

use std::num::NonZero;
use std::time::{Duration, Instant};

use clap::Args;
use ferrego_gatekeeper::policy_set::Limits;
use ferrego_runtime::Budget;

/// The options that limit each evaluation.
#[derive(Debug, Args)]
pub struct BudgetOptions {
    /// The steps that each evaluation may take, about one for each member of a collection that a
    /// loop visits
    #[arg(long, value_name = "N", default_value_t = Budget::DEFAULT.steps)]
    max_steps: u64,
    /// The memory that each evaluation may take besides its input, in bytes or with Ki, Mi or Gi
    #[arg(long, value_name = "SIZE", default_value = "256Mi", value_parser = size)]
    max_memory: usize,
    /// The time that each evaluation may take, such as 500ms or 2s; by default without limit
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<Duration>,
}

impl BudgetOptions {
    /// Returns the limits of a set of policies.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        limits.budget = Budget::DEFAULT.steps(self.max_steps).memory(self.max_memory);
        limits.timeout = self.timeout;
        limits
    }

    /// Returns the memory that each evaluation may take, in bytes.
    pub fn bytes(&self) -> usize {
        self.max_memory
    }

    /// Returns the budget of an evaluation that begins now.
    pub fn budget_now(&self) -> Budget {
        let budget = self.limits().budget;
        // A timeout beyond the range of the clock never ends.
        match self.timeout.and_then(|timeout| Instant::now().checked_add(timeout)) {
            Some(deadline) => budget.deadline(deadline),
            None => budget,
        }
    }
}

/// The option that limits each file.
#[derive(Clone, Copy, Debug, Args)]
pub struct FileOptions {
    /// The greatest size of each file and of standard input, in bytes or with Ki, Mi or Gi. YAML may
    /// take a quarter of it
    #[arg(long, value_name = "SIZE", default_value = "64Mi", value_parser = size)]
    max_file_size: usize,
}

impl FileOptions {
    /// Returns the greatest size of a file, in bytes.
    pub fn limit(self) -> u64 {
        self.max_file_size as u64
    }
}

/// Parses a number of bytes as a quantity of Kubernetes with a binary suffix, or without one.
pub fn size(text: &str) -> Result<usize, String> {
    let units = [("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30)];
    let with_unit = |(suffix, unit)| Some((text.strip_suffix(suffix)?, unit));
    let (number, unit) = units.into_iter().find_map(with_unit).unwrap_or((text, 1));
    let bytes = number.parse::<usize>().ok().and_then(|number| number.checked_mul(unit));
    bytes
        .ok_or_else(|| "expected a number of bytes, such as 1048576, 512Ki, 64Mi or 1Gi".to_owned())
}

/// Parses a duration in whole seconds or milliseconds.
pub fn duration(text: &str) -> Result<Duration, String> {
    let unit = |suffix, of: fn(u64) -> Duration| {
        let number = text.strip_suffix(suffix)?.parse::<NonZero<u64>>().ok()?;
        Some(of(number.get()))
    };
    unit("ms", Duration::from_millis).or_else(|| unit("s", Duration::from_secs)).ok_or_else(|| {
        "expected a number of milliseconds or seconds, such as 500ms or 2s".to_owned()
    })
}

/// Parses a duration like [`duration`], or zero.
pub fn duration_or_zero(text: &str) -> Result<Duration, String> {
    if text == "0" || text == "0s" { Ok(Duration::ZERO) } else { duration(text) }
}

#[cfg(test)]
mod tests {
    use ferrego_source::limited::MAX_FILE_SIZE;

    use super::*;

    #[test]
    fn sizes_are_bytes_or_binary_quantities() {
        for (text, bytes) in [
            ("0", Some(0)),
            ("1500", Some(1500)),
            ("3Ki", Some(3 << 10)),
            ("256Mi", Some(Budget::DEFAULT.memory)),
            ("64Mi", usize::try_from(MAX_FILE_SIZE).ok()),
            ("2Gi", Some(2 << 30)),
            ("Ki", None),
            ("1.5Mi", None),
            ("-1", None),
            ("1MB", None),
            ("99999999999999999Gi", None),
        ] {
            assert_eq!(size(text).ok(), bytes, "{text}");
        }
    }

    #[test]
    fn durations_are_seconds_or_milliseconds() {
        for (text, expected) in [
            ("500ms", Some(Duration::from_millis(500))),
            ("2s", Some(Duration::from_secs(2))),
            ("0s", None),
            ("2", None),
            ("1.5s", None),
            ("-1s", None),
            ("1m", None),
            ("ms", None),
        ] {
            assert_eq!(duration(text).ok(), expected, "{text}");
        }
    }
}
