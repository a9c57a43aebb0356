//! Keys without `?`: a node becomes a key when `:` follows it on its line.

use super::cursor::Mark;

/// The longest distance in characters between such a key and its colon.
const LONGEST: usize = 1024;

/// A node that may be a key.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SimpleKey {
    /// Whether it still may be.
    pub(super) is_possible: bool,
    /// Whether the node's token waits until this is decided.
    pub(super) holds_back: bool,
    /// Whether it must be, as the node stands where a block mapping expects a key.
    pub(super) is_required: bool,
    /// The number of the node's token.
    pub(super) token: usize,
    pub(super) mark: Mark,
}

impl SimpleKey {
    /// Returns `true` if a colon at `now` comes too late for the key.
    pub(super) fn is_stale(&self, now: Mark) -> bool {
        self.mark.line < now.line || self.mark.index + LONGEST < now.index
    }
}
