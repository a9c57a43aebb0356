//! Two threads beside one.

use std::sync::atomic::{AtomicBool, Ordering};
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

/// Measures how many requests two threads judge in the time of one.
///
/// # Errors
/// Data of fixtures that is no JSON.
pub(super) fn measure(targets: &[Target], quick: bool) -> Result<Line, Fault> {
    let work = work(targets)?;
    let (rounds, window) = if quick { (5, 200) } else { (15, 400) };
    let window = Duration::from_millis(window);
    let (mut one, mut two) = (0.0_f64, 0.0_f64);
    // What else the machine does makes a round slower, never faster: the best counts.
    for _ in 0..rounds {
        one = one.max(rate(&work, 1, window));
        two = two.max(rate(&work, 2, window));
    }
    let note = format!("{one:.0} and {two:.0} requests a second, best of {rounds} rounds");
    Ok(Line::of("2 threads / 1 thread", two / one, note).bound(Bound::AtLeast(1.95)))
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

/// Requests a second, of all threads together.
fn rate(work: &[Work<'_>], threads: usize, window: Duration) -> f64 {
    let over = AtomicBool::new(false);
    let begin = Instant::now();
    let counts: Vec<u32> = std::thread::scope(|scope| {
        let spawned: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| judge_until(work, &over))).collect();
        std::thread::sleep(window);
        over.store(true, Ordering::Relaxed);
        spawned.into_iter().map(|thread| thread.join().unwrap_or(0)).collect()
    });
    f64::from(counts.into_iter().sum::<u32>()) / begin.elapsed().as_secs_f64()
}

fn judge_until(work: &[Work<'_>], over: &AtomicBool) -> u32 {
    let mut arena = Arena::new();
    let mut count = 0;
    while !over.load(Ordering::Relaxed) {
        for Work { policy, needs, input, data } in work {
            arena.reset();
            let Ok(input) = json::parse_demanded(&arena, input.as_bytes(), needs) else { return 0 };
            let evaluation = Evaluation::new(&arena).input(input).data(data.value());
            std::hint::black_box(policy.violations(&evaluation).is_ok());
            count += 1;
        }
    }
    count
}
