//! Tests of arenas, their regions and their memory.

use super::*;

#[test]
fn memory_that_is_not_used_goes_back_to_the_heap() {
    let mut arena = Arena::new();
    let large = vec![0_u8; 8 << 20];
    arena.slice(&large);
    let held = arena.allocated_bytes();
    assert!(held >= large.len());
    for reset in 0..2 * u32::from(IDLE) {
        arena.reset();
        arena.slice(&large[..1000]);
        assert_eq!(arena.allocated_bytes() >= large.len(), reset < u32::from(IDLE), "{reset}");
    }
    assert!(arena.allocated_bytes() <= 2 * KEPT);
}

#[test]
fn memory_in_use_stays() {
    let mut arena = Arena::new();
    let large = vec![0_u8; 8 << 20];
    for _ in 0..3 * IDLE {
        arena.slice(&large);
        arena.reset();
    }
    let held = arena.allocated_bytes();
    arena.slice(&large);
    assert_eq!(arena.allocated_bytes(), held, "a steady state does not allocate");
}

/// Returns an arena that holds enough for regions with memory of their own.
fn full() -> Arena {
    let arena = Arena::new();
    fill(&arena);
    arena
}

fn fill(arena: &Arena) {
    arena.slice(&vec![0_u8; region::SHARED]);
}

/// Enters a region and takes `bytes` in it.
fn in_region(arena: &Arena, bytes: usize) {
    let region = arena.region();
    region.arena().slice(&vec![0_u8; bytes]);
}

#[test]
fn a_region_takes_its_memory_from_the_pool() {
    let arena = full();
    let used = arena.used();
    for _ in 0..100 {
        in_region(&arena, 10_000);
    }
    assert!(arena.allocated_bytes() < 300_000, "{}", arena.allocated_bytes());
    assert_eq!(arena.used(), used);
    let held = arena.allocated_bytes();
    in_region(&arena, 10_000);
    assert_eq!(arena.allocated_bytes(), held, "a steady state does not allocate");
}

#[test]
fn a_region_of_an_arena_that_holds_little_uses_its_memory() {
    let arena = Arena::new();
    for _ in 0..10_000 {
        in_region(&arena, 100);
    }
    assert!(arena.used() >= region::SHARED && arena.used() < 2 * region::SHARED);
    assert_eq!(arena.pool.borrow().len(), 1);
}

#[test]
fn regions_nest_and_overlap() {
    let arena = full();
    let (one, other) = (arena.region(), arena.region());
    fill(one.arena());
    let inner = one.arena().region();
    let texts =
        [one.arena().string("one"), other.arena().string("two"), inner.arena().string("in")];
    assert_eq!(texts, ["one", "two", "in"]);
    drop(inner);
    drop(one);
    drop(other);
    assert_eq!(arena.pool.borrow().len(), 2);
}

#[test]
fn kept_values_outlive_their_region() {
    let arena = full();
    let kept = {
        let region = arena.region();
        let inner = region.arena();
        let text = crate::Value::String(inner.string("text"));
        arena.keep(&inner.array(&[text, crate::Value::int(7)]))
    };
    in_region(&arena, 1000);
    assert_eq!(kept.to_string(), r#"["text", 7]"#);
}

#[test]
fn memory_of_regions_goes_back_to_the_heap() {
    let mut arena = full();
    in_region(&arena, 8 << 20);
    for reset in 0..2 * u32::from(IDLE) {
        arena.reset();
        fill(&arena);
        in_region(&arena, 1000);
        assert_eq!(arena.allocated_bytes() >= 8 << 20, reset < u32::from(IDLE), "{reset}");
    }
    assert!(arena.allocated_bytes() <= 3 * KEPT);
}

#[test]
fn memory_that_one_region_of_an_evaluation_needs_stays() {
    let mut arena = full();
    for _ in 0..3 * IDLE {
        fill(&arena);
        in_region(&arena, 8 << 20);
        for _ in 0..10 {
            in_region(&arena, 10);
        }
        arena.reset();
    }
    assert!(arena.allocated_bytes() >= 8 << 20);
}

#[test]
fn steps_of_regions_count() {
    let arena = full();
    let running = arena.begin(Budget::UNLIMITED.steps(1000));
    for _ in 0..10 {
        let region = arena.region();
        assert_eq!(region.arena().charge(99), Ok(()));
        let inner = region.arena().region();
        assert_eq!(inner.arena().charge(1), Ok(()));
    }
    assert_eq!(arena.charge(0), Ok(()));
    assert_eq!(arena.region().arena().charge(1), Err(Exceeded::Steps));
    assert_eq!(running.finish(), Some((Exceeded::Steps, None)));
    let running = arena.begin(Budget::UNLIMITED.steps(1000));
    assert_eq!(arena.region().arena().charge(1), Ok(()), "the next evaluation has its own budget");
    assert_eq!(running.finish(), None);
}

#[test]
fn the_memory_of_a_region_counts_while_it_exists() {
    let arena = full();
    let _running = arena.begin(Budget::UNLIMITED.memory(1 << 20));
    for _ in 0..10 {
        in_region(&arena, 300 << 10);
        assert_eq!(arena.charge(1000), Ok(()));
    }
    arena.slice(&vec![0_u8; 800 << 10]);
    assert_eq!(arena.charge(1000), Ok(()));
    in_region(&arena, 300 << 10);
    assert_eq!(arena.charge(1000), Err(Exceeded::Memory));
}

#[test]
fn the_limit_that_was_exceeded_outside_of_a_region_stays() {
    let arena = Arena::new();
    let running = arena.begin(Budget::UNLIMITED.memory(1 << 10));
    {
        let region = arena.separate_region();
        assert!(arena.slice(&[0_u8; LARGE]).is_empty());
        assert_eq!(region.arena().charge(1), Ok(()));
    }
    assert_eq!(running.finish(), Some((Exceeded::Memory, None)));
}

#[test]
fn a_region_notes_the_place_at_which_it_exceeds_the_budget() {
    let arena = full();
    let place = Location { rule: "data.a.b", file: "a.rego", line: 7, column: 3 };
    let running = arena.begin(Budget::UNLIMITED.steps(10));
    {
        let region = arena.region();
        assert_eq!(region.arena().charge(11), Err(Exceeded::Steps));
        region.arena().note(place);
    }
    assert_eq!(running.finish(), Some((Exceeded::Steps, Some(place))));
    let running = arena.begin(Budget::UNLIMITED);
    drop(arena.region());
    assert_eq!(running.finish(), None, "the pool keeps no limit");
}

#[test]
fn regions_outside_evaluations_have_no_limits() {
    let arena = full();
    for _ in 0..3 {
        let region = arena.region();
        assert_eq!(region.arena().charge(1 << 40), Ok(()));
        assert_eq!(region.arena().slice(&vec![0_u8; LARGE]).len(), LARGE);
    }
    assert_eq!(arena.begin(Budget::UNLIMITED).finish(), None);
}
