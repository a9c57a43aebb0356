//! The cost of building the program of a pattern.
//!
//! A pattern is short, but its program may be large: `\pL{1000}` has a million states, because a
//! class of Unicode becomes an automaton over the bytes of UTF-8, and each repetition is a copy. The
//! engine takes about 150 ns for a range of a class and copy, so a program of the permitted size
//! takes seconds. An evaluation is charged for a program before it is built.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::stack::with_room_for;
use super::translate::MAX_DEPTH;
use crate::budget::{MEMBERS, visit};

/// The maximum nesting depth of groups and repetitions in the engine.
pub(super) const NEST_LIMIT: u32 = 4 * MAX_DEPTH;

/// The steps of an evaluation that take about as long as a unit of cost.
const STEPS: usize = 8;

/// The cost up to which a program is built at once, in milliseconds at most.
const CHEAP: usize = 1 << 14;

/// The steps of an evaluation that take about as long as translating and parsing a byte.
const STEPS_OF_BYTE: usize = 10;

/// Charges the evaluation on this thread for translating and parsing a pattern. Returns `false` if
/// that exceeds its budget.
pub(super) fn charge_text(source: &str) -> bool {
    visit(source.len().saturating_mul(STEPS_OF_BYTE * MEMBERS))
}

/// Charges the evaluation on this thread for building a pattern, in the syntax of the `regex` crate.
/// Returns `false` if that exceeds its budget.
pub(super) fn charge(pattern: &str) -> bool {
    visit(cost(pattern).saturating_mul(STEPS * MEMBERS))
}

/// Returns `true` if a program is built fast enough to be shared by evaluations, of which none is
/// charged for it.
pub(in crate::builtins) fn is_cheap(pattern: &str) -> bool {
    cost(pattern) <= CHEAP
}

/// Returns about the number of states that the program has, or 0 for a pattern that the engine
/// refuses before it builds one.
fn cost(pattern: &str) -> usize {
    with_room_for(pattern, || {
        let hir = ParserBuilder::new().nest_limit(NEST_LIMIT).build().parse(pattern);
        hir.map_or(0, |hir| of(&hir))
    })
    .unwrap_or(0)
}

fn of(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        // A range of characters has up to four bytes.
        HirKind::Class(Class::Unicode(class)) => 4 * class.ranges().len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Repetition(repetition) => {
            let copies = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            of(&repetition.sub).saturating_add(2).saturating_mul(copies as usize)
        }
        HirKind::Capture(capture) => of(&capture.sub).saturating_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(of).fold(1, usize::saturating_add)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::Arena;
    use crate::budget::{Budget, Exceeded};

    #[test]
    fn repetitions_and_classes_are_counted() {
        for (pattern, least, most) in [
            ("", 1, 1),
            ("abc", 3, 3),
            ("[a-z]{1000}", 4_000, 6_000),
            ("((a{10}){10}){10}", 1_000, 5_000),
            (r"\pL{1000}", 2_000_000, 3_000_000),
            ("a{3,}", 9, 12),
            ("(", 0, 0),
        ] {
            let cost = cost(pattern);
            assert!((least..=most).contains(&cost), "{pattern}: {cost}");
        }
        assert!(is_cheap("^[a-z0-9-]{1,63}$") && !is_cheap(r"\pL{100}"));
        let nested = ["(?:".repeat(1000), r"\pL".to_owned(), "){0,1000}".repeat(1000)].concat();
        assert_eq!(cost(&nested), usize::MAX);
    }

    #[test]
    fn an_evaluation_is_charged() {
        let arena = Arena::new();
        for (pattern, steps, end) in [
            (r"\pL{1000}", 1_000_000, Some((Exceeded::Steps, None))),
            (r"\pL{1000}", 100_000_000, None),
            ("^[a-z]+$", 1_000, None),
        ] {
            let running = arena.begin(Budget::UNLIMITED.steps(steps));
            assert_eq!(charge(pattern), end.is_none(), "{pattern}");
            assert_eq!(running.finish(), end, "{pattern}");
        }
    }
}
