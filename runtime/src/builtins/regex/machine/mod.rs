//! Small patterns as tables: whether a pattern matches is told by one look into a table for each
//! byte of a text.
//!
//! The `regex` crate finds matches in texts of any length with programs of any size, and to do so
//! it makes states while it searches and borrows room for them. What policies match are names,
//! images and quantities: there, all of that costs more than the text has bytes. A table has all
//! the states of a pattern, so it is made for small patterns only.

mod graph;
mod needs;
mod subsets;

use self::graph::Graph;
pub(super) use self::needs::Needs;

/// The state from which nothing can match any more.
const DEAD: u16 = 0;
/// The state of what has matched.
const FOUND: u16 = 1;

/// A deterministic automaton over bytes that tells whether a pattern matches anywhere in a text.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    /// Where each byte stands in the row of a state.
    columns: Box<[u8; 256]>,
    /// The next state for each state and column; states are the places of their rows, but for
    /// those above.
    next: Box<[u16]>,
    /// Whether a text that ends in a state matches, by its row.
    ends: Box<[bool]>,
    /// Bits of the width of a row.
    shift: u32,
    start: u16,
    /// Whether a match can only begin where the text does.
    anchored: bool,
}

/// Longer texts, in which a match may begin anywhere, are left to the engine: it passes over many
/// bytes at once.
const LONGEST: usize = 256;

impl Machine {
    /// The automaton of `pattern`, one of the `regex` crate, if it is small and asks nothing of
    /// what stands around a place but whether the text begins or ends there.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let hir = regex_syntax::ParserBuilder::new().nest_limit(NESTING).build().parse(pattern);
        let graph = Graph::new(&hir.ok()?)?;
        subsets::machine(&graph)
    }

    /// Whether the pattern matches anywhere in `text`; `None` where the engine is to tell.
    #[inline]
    pub(super) fn is_match(&self, text: &str) -> Option<bool> {
        (self.anchored || text.len() <= LONGEST).then(|| self.run(text.as_bytes()))
    }

    fn run(&self, text: &[u8]) -> bool {
        let mut state = self.start;
        for &byte in text {
            if state <= FOUND {
                break;
            }
            state = self.after(state, byte);
        }
        match state {
            DEAD => false,
            FOUND => true,
            _ => self.ends_well(state),
        }
    }

    /// The state that follows for a byte.
    #[inline]
    fn after(&self, state: u16, byte: u8) -> u16 {
        self.next.get(usize::from(state) + self.column(byte)).copied().unwrap_or(DEAD)
    }

    #[inline]
    fn column(&self, byte: u8) -> usize {
        self.columns[usize::from(byte)].into()
    }

    /// Whether a text matches that ends in a state.
    #[inline]
    fn ends_well(&self, state: u16) -> bool {
        self.ends.get(self.row(state)).copied().unwrap_or(false)
    }

    #[inline]
    fn row(&self, state: u16) -> usize {
        usize::from(state) >> self.shift
    }
}

/// Deeper patterns are left to the engine.
const NESTING: u32 = 50;

#[cfg(test)]
mod tests;
