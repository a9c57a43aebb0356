//! Times of short runs on a machine with other load.
//!
//! A run is repeated in batches. A batch is long enough for the clock's resolution, and short
//! enough that many batches pass without an interruption. Other load only ever makes a batch
//! slower, so the first decile of the batches is the time of the run. Runs that are compared take
//! turns, one batch each, so that a slow moment affects all of them.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// A run to measure. It returns a number that the optimizer cannot predict.
pub(crate) type Run<'r> = Box<dyn FnMut() -> usize + 'r>;

/// The time to spend on one measurement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    warm_up: Duration,
    batch: Duration,
    batches: usize,
}

impl Effort {
    /// Returns the effort of a quick look if `quick`, and otherwise of a measurement to keep.
    pub(crate) fn new(quick: bool) -> Self {
        let batch = Duration::from_micros(200);
        if quick {
            Self { warm_up: Duration::from_millis(2), batch, batches: 41 }
        } else {
            Self { warm_up: Duration::from_millis(20), batch, batches: 401 }
        }
    }

    /// Returns the effort for runs that take long themselves: few batches and no warm-up.
    pub(crate) fn of_long_runs(quick: bool) -> Self {
        let batches = if quick { 5 } else { 15 };
        Self { warm_up: Duration::ZERO, batch: Duration::from_millis(1), batches }
    }
}

/// Measures each run, in turns, and returns the times in nanoseconds.
pub(crate) fn times(runs: &mut [&mut Run<'_>], effort: Effort) -> Vec<f64> {
    let counts: Vec<u32> = runs.iter_mut().map(|run| repetitions(run, effort)).collect();
    let mut times = vec![Vec::with_capacity(effort.batches); runs.len()];
    for _ in 0..effort.batches {
        for ((run, &count), times) in runs.iter_mut().zip(&counts).zip(&mut times) {
            times.push(batch(run, count).as_secs_f64() * 1e9 / f64::from(count));
        }
    }
    times.iter_mut().map(|times| first_decile(times)).collect()
}

/// Measures one run and returns its time in nanoseconds.
pub(crate) fn time(mut run: Run<'_>, effort: Effort) -> f64 {
    times(&mut [&mut run], effort).pop().unwrap_or(f64::NAN)
}

/// Returns how many runs fit into a batch. Finding the number also warms the run up.
fn repetitions(run: &mut Run<'_>, effort: Effort) -> u32 {
    let begin = Instant::now();
    let mut count = 1;
    loop {
        let took = batch(run, count);
        if took < effort.batch / 2 {
            count *= 2;
        } else if begin.elapsed() >= effort.warm_up {
            let fitting = f64::from(count) * effort.batch.as_secs_f64() / took.as_secs_f64();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 1 and twice the count"
            )]
            return fitting.clamp(1.0, 2.0 * f64::from(count)) as u32;
        }
    }
}

fn batch(run: &mut Run<'_>, count: u32) -> Duration {
    let begin = Instant::now();
    for _ in 0..count {
        black_box(run());
    }
    begin.elapsed()
}

/// Sorts `values` and returns their first decile.
fn first_decile(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 10).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_does_twice_as_much_takes_longer() {
        let work = |length: usize| -> Run<'static> {
            Box::new(move || black_box(vec![1_usize; length]).iter().sum())
        };
        let (mut short, mut long) = (work(10_000), work(40_000));
        let times = times(&mut [&mut short, &mut long], Effort::new(true));
        assert!(times[1] > times[0] * 1.5, "{times:?}");
    }

    #[test]
    fn slow_batches_do_not_count_nor_does_the_quickest() {
        let mut values: Vec<f64> = (0..20).map(|number| f64::from(number * number)).collect();
        values.reverse();
        assert!((first_decile(&mut values) - 4.0).abs() < f64::EPSILON);
    }
}
