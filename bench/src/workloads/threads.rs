//! The throughput of two threads, compared with one.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use ferrego_runtime::json::{self, Needs};
use ferrego_runtime::{Arena, Document, Evaluation, Policy, Violations};

use crate::Fault;
use crate::summary::{Bound, Line};
use crate::target::Target;

/// A request, shared by the threads.
struct Work<'t> {
    policy: &'static Policy,
    needs: Needs,
    input: &'t str,
    data: Document,
}

/// Measures the rates at which one thread and two threads judge requests.
///
/// # Errors
/// Returns an error if the data of a fixture is not JSON.
pub(super) fn measure(targets: &[Target], quick: bool) -> Result<Line, Fault> {
    let work = work(targets)?;
    let (rounds, window) = if quick { (25, 40) } else { (75, 80) };
    let window = Duration::from_millis(window);
    let judging = best(rounds, |threads| rate(threads, window, || judging(&work)));
    // The speedup of the machine itself, for two threads that share nothing.
    let machine = best(rounds, |threads| rate(threads, window, || spinning));
    let [one, two] = judging;
    let note = format!(
        "{one:.0} and {two:.0} requests a second, best of {rounds} rounds; a loop that shares \
         nothing: {:.2}",
        machine[1] / machine[0]
    );
    Ok(Line::of("2 threads / 1 thread", two / one, note).bound(Bound::AtLeast(1.95)))
}

/// Returns the best rates of one thread and of two, which take turns. Other load only ever makes a
/// round slower, so the best round is the least disturbed.
fn best(rounds: u32, rate: impl Fn(usize) -> f64) -> [f64; 2] {
    let mut best = [0.0_f64; 2];
    for _ in 0..rounds {
        best = [best[0].max(rate(1)), best[1].max(rate(2))];
    }
    best
}

fn work(targets: &[Target]) -> Result<Vec<Work<'_>>, Fault> {
    let questions = targets
        .iter()
        .flat_map(|target| target.questions.iter().map(move |question| (target.policy, question)));
    questions
        .filter(|(_, question)| question.external_data.is_none())
        .map(|(policy, question)| {
            Ok(Work {
                policy,
                needs: Needs::of(policy.needs),
                input: &question.input,
                data: Document::parse(&question.data)?,
            })
        })
        .collect()
}

/// Returns the units of work that all threads together do per second. The threads begin at once,
/// each after one warm-up pass. `program` makes the pass of a thread, which returns its units of
/// work.
fn rate<P: FnMut() -> u32>(
    threads: usize,
    window: Duration,
    program: impl Fn() -> P + Sync,
) -> f64 {
    let begin = Barrier::new(threads);
    std::thread::scope(|scope| {
        let spawned: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| rate_of_one(program(), &begin, window))).collect();
        spawned.into_iter().map(|thread| thread.join().unwrap_or(0.0)).sum()
    })
}

fn rate_of_one(mut pass: impl FnMut() -> u32, begin: &Barrier, window: Duration) -> f64 {
    pass();
    begin.wait();
    let (begin, mut count) = (Instant::now(), 0);
    while begin.elapsed() < window {
        count += pass();
    }
    f64::from(count) / begin.elapsed().as_secs_f64()
}

/// Returns a pass that judges each request once. The pass returns the number of requests.
fn judging<'w>(work: &'w [Work<'w>]) -> impl FnMut() -> u32 {
    let mut arena = Arena::new();
    move || {
        let mut count = 0;
        for Work { policy, needs, input, data } in work {
            arena.reset();
            let Ok(input) = json::parse_demanded(&arena, input.as_bytes(), needs) else { return 0 };
            let evaluation = Evaluation::new(&arena).input(input).data(data.value());
            std::hint::black_box(policy.violations(&evaluation).is_ok());
            count += 1;
        }
        count
    }
}

/// Computes in registers for some time. Several independent chains saturate a core, so that the
/// result shows whether two threads share one.
fn spinning() -> u32 {
    let begin = std::hint::black_box([1_u64, 2, 3, 5, 7, 11]);
    let end = (0..20_000).fold(begin, |state, round: u64| {
        state.map(|state| (state ^ round).rotate_left(7).wrapping_add(state >> 3))
    });
    std::hint::black_box(end);
    1
}
