//! Keys without `?`: a node becomes a key if `:` follows it on its line.

use super::cursor::Mark;

/// The maximum distance in characters between such a key and its colon.
const LONGEST: usize = 1024;

/// A node that may be a key.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SimpleKey {
    /// `true` if the node may still become a key.
    pub(super) is_possible: bool,
    /// `true` if the node's token waits for the decision.
    pub(super) holds_back: bool,
    /// `true` if the node must be a key, because a block mapping expects a key at its place.
    pub(super) is_required: bool,
    /// The number of the node's token.
    pub(super) token: usize,
    pub(super) mark: Mark,
}

impl SimpleKey {
    /// Returns `true` if a colon at `now` is too late for the key.
    pub(super) fn is_stale(&self, now: Mark) -> bool {
        self.mark.line < now.line || self.mark.index + LONGEST < now.index
    }
}
