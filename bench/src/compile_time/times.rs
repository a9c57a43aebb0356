//! The times of the stages of one compilation.

use std::time::Duration;

use ferrego_compiler::pipeline::{self, Options};
use ferrego_compiler::source::Source;
use rustix::time::{ClockId, clock_gettime};

/// The compilations of a source, of which the shortest time of each stage counts.
const RUNS: usize = 3;
/// A compilation that takes longer than this is not repeated.
const LONG: f64 = 200.0;

/// The milliseconds of each stage, in run order.
pub(crate) struct Times(Vec<(&'static str, f64)>);

impl Times {
    /// The name of the sum of all stages.
    pub(crate) const TOTAL: &str = "all";

    /// Compiles sources some times, and keeps the shortest time of each stage. A source with faults
    /// counts up to the stage that reports them.
    pub(crate) fn of_compiling(sources: &[Source]) -> Self {
        let mut best = Self::of_one_run(sources);
        for _ in 1..RUNS {
            if best.of(Self::TOTAL) > LONG {
                break;
            }
            let again = Self::of_one_run(sources);
            for (one, other) in best.0.iter_mut().zip(again.0) {
                one.1 = one.1.min(other.1);
            }
        }
        best
    }

    fn of_one_run(sources: &[Source]) -> Self {
        let mut times = Vec::new();
        let begin = now();
        let mut last = begin;
        let result = pipeline::compile_observed(sources, &Options::modules("p"), &mut |stage| {
            let end = now();
            times.push((stage, milliseconds(end.saturating_sub(last))));
            last = now();
        });
        if result.is_err() {
            times.push(("the stage with faults", milliseconds(now().saturating_sub(last))));
        }
        times.push((Self::TOTAL, milliseconds(now().saturating_sub(begin))));
        Self(times)
    }

    /// Returns the stages in run order.
    pub(crate) fn stages(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|&(stage, _)| stage)
    }

    /// Returns the milliseconds of a stage.
    pub(crate) fn of(&self, stage: &str) -> f64 {
        self.0.iter().filter(|(name, _)| *name == stage).map(|(_, time)| time).sum()
    }
}

/// Returns the time that this thread has had a processor.
fn now() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
