//! Tests emptiness and set differences directly instead of building the collections.
//!
//! ```text
//! count({x | some x in input.xs; x > 1}) > 0      # before: build a set, count it
//! exists: each x in input.xs { test x > 1; found }  # after
//! ```
//!
//! The pass knows two forms: the emptiness of a comprehension, and the difference of sets of keys
//! (`count(required - provided) == 0`).

mod difference;
mod emptiness;

use crate::ir::Program;

/// Replaces collections in `program` that are only tested by equivalent tests.
pub(super) fn run(program: &mut Program) {
    difference::run(program);
    emptiness::run(program);
}
