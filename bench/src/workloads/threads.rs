//! Two threads beside one.

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

/// Measures how many requests two threads judge in the time of one.
///
/// # Errors
/// Data of fixtures that is no JSON.
pub(super) fn measure(targets: &[Target], quick: bool) -> Result<Line, Fault> {
    let work = work(targets)?;
    let (rounds, window) = if quick { (25, 40) } else { (75, 80) };
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

/// Requests a second, of all threads together. They begin at once, each after one pass that brings
/// what it needs near.
fn rate(work: &[Work<'_>], threads: usize, window: Duration) -> f64 {
    let begin = Barrier::new(threads);
    std::thread::scope(|scope| {
        let spawned: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| rate_of_one(work, &begin, window))).collect();
        spawned.into_iter().map(|thread| thread.join().unwrap_or(0.0)).sum()
    })
}

fn rate_of_one(work: &[Work<'_>], begin: &Barrier, window: Duration) -> f64 {
    let mut arena = Arena::new();
    judge(work, &mut arena);
    begin.wait();
    let (begin, mut count) = (Instant::now(), 0);
    while begin.elapsed() < window {
        count += judge(work, &mut arena);
    }
    f64::from(count) / begin.elapsed().as_secs_f64()
}

/// Judges each request once; gives how many there were.
fn judge(work: &[Work<'_>], arena: &mut Arena) -> u32 {
    let mut count = 0;
    for Work { policy, needs, input, data } in work {
        arena.reset();
        let Ok(input) = json::parse_demanded(arena, input.as_bytes(), needs) else { return 0 };
        let evaluation = Evaluation::new(arena).input(input).data(data.value());
        std::hint::black_box(policy.violations(&evaluation).is_ok());
        count += 1;
    }
    count
}
