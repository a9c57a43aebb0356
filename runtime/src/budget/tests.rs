use std::time::Duration;

use super::*;

/// Returns a meter on which an evaluation begins.
fn meter(budget: Budget) -> Meter {
    let meter = Meter::default();
    core::mem::forget(meter.begin(budget, 100));
    meter
}

#[test]
fn steps_are_counted_exactly() {
    for steps in [0, 1, 1023, 1024, 1025, 5000] {
        let meter = meter(Budget::UNLIMITED.steps(steps));
        for _ in 0..steps {
            assert_eq!(meter.charge(1, || 0), Ok(()), "{steps}");
        }
        assert_eq!(meter.charge(1, || 0), Err(Exceeded::Steps), "{steps}");
        assert_eq!(meter.charge(1, || 0), Err(Exceeded::Steps), "{steps}");
    }
    let meter = meter(Budget::UNLIMITED.steps(10_000));
    assert_eq!(meter.charge(10_000, || 0), Ok(()));
    assert_eq!(meter.charge(0, || 0), Ok(()));
    assert_eq!(meter.exceeded.get(), None);
    assert_eq!(meter.charge(u64::MAX, || 0), Err(Exceeded::Steps));
}

#[test]
fn memory_is_counted_besides_the_input() {
    let meter = meter(Budget::UNLIMITED.memory(50));
    assert_eq!(meter.charge(SLICE + 1, || 150), Ok(()));
    assert!(meter.admits(10, 140));
    assert_eq!(meter.charge(SLICE + 1, || 151), Err(Exceeded::Memory));
    assert!(!meter.admits(1, 0), "an evaluation that exceeded its budget stays over");
}

#[test]
fn an_admission_that_fails_makes_charges_fail() {
    let meter = Meter::default();
    let running = meter.begin(Budget::UNLIMITED.memory(50), 100);
    assert!(!meter.admits(51, 100));
    assert_eq!(meter.charge(1, || 100), Err(Exceeded::Memory));
    assert!(!visit(0), "comparisons end too");
    assert_eq!(running.finish(), Some((Exceeded::Memory, None)));
    let running = meter.begin(Budget::UNLIMITED, 0);
    assert_eq!(meter.charge(1, || 100), Ok(()), "the next evaluation has its own budget");
    assert_eq!(running.finish(), None);
}

#[test]
fn visits_that_exceed_the_budget_make_charges_fail() {
    let meter = Meter::default();
    let running = meter.begin(Budget::UNLIMITED.steps(300), 0);
    assert!(!visit(8 * 300));
    assert_eq!(meter.charge(SLICE + 1, || 0), Err(Exceeded::Steps));
    assert_eq!(running.finish(), Some((Exceeded::Steps, None)));
}

#[test]
fn an_evaluation_that_panics_limits_no_later_comparison() {
    let meter = Meter::default();
    drop(meter.begin(Budget::UNLIMITED.steps(0), 0));
    assert!(visit(usize::MAX));
    assert_eq!(meter.charge(u64::MAX, || 0), Ok(()));
}

#[test]
fn a_deadline_ends_the_evaluation() {
    let past = Instant::now();
    let later = past + Duration::from_hours(1);
    assert_eq!(meter(Budget::UNLIMITED.deadline(later)).charge(SLICE + 1, || 0), Ok(()));
    let meter = meter(Budget::UNLIMITED.deadline(past));
    assert_eq!(meter.charge(1, || 0), Err(Exceeded::Deadline));
}

#[test]
fn work_that_would_end_after_the_deadline_does_not_begin() {
    let soon = Instant::now() + Duration::from_secs(20);
    let fresh = || meter(Budget::UNLIMITED.deadline(soon));
    assert_eq!(fresh().charge(1_000_000, || 0), Ok(()));
    assert_eq!(fresh().charge(u64::MAX, || 0), Err(Exceeded::Deadline));
    assert_eq!(fresh().leaves(Duration::from_millis(1)), Ok(()));
    assert_eq!(fresh().leaves(Duration::from_secs(20)), Err(Exceeded::Deadline));
    assert_eq!(meter(Budget::UNLIMITED).leaves(Duration::MAX), Ok(()), "it has no deadline");
}
