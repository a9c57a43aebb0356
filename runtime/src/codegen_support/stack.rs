//! The stack of long chains of rules.

/// The bytes of the stack that a rule takes at most, with its loops and comparisons, in a build
/// without optimization. A system takes memory for the pages that are used, and most rules use far
/// less.
const RULE: usize = 32 << 10;

/// Evaluates the first rule of a chain of `depth` rules that call each other, on a stack that
/// suffices for all of them. The stack is freed at the end.
pub fn with_stack<T>(depth: usize, evaluate: impl FnOnce() -> T) -> T {
    let size = depth.saturating_mul(RULE);
    stacker::maybe_grow(size, size, evaluate)
}
