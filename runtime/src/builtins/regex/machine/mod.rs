//! Small patterns as deterministic automata: a match test is one table lookup for each byte of a
//! text.
//!
//! The `regex` crate finds matches in texts of any length with programs of any size. For this, it
//! creates states lazily during the search and borrows a cache for them. Policies match names,
//! images and quantities; for such short texts, this overhead exceeds the cost of the search. A
//! table contains all states of a pattern, so it is built for small patterns only.

mod graph;
mod needs;
mod subsets;

use self::graph::Graph;
pub(super) use self::needs::Needs;

/// The state from which no match is possible.
const DEAD: u16 = 0;
/// The state after a match.
const FOUND: u16 = 1;

/// A deterministic automaton over bytes that tests whether a pattern matches anywhere in a text.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    /// The column of each byte in the rows of the table.
    columns: Box<[u8; 256]>,
    /// The next state for each state and column. A state is the offset of its row, except [`DEAD`]
    /// and [`FOUND`].
    next: Box<[u16]>,
    /// For each row, `true` if a text that ends in its state matches.
    ends: Box<[bool]>,
    /// The base-2 logarithm of the width of a row.
    shift: u32,
    start: u16,
    /// `true` if a match can begin only at the start of the text.
    anchored: bool,
}

/// The maximum length of a text in which a match may begin anywhere. The engine handles longer
/// texts, because it skips many bytes at once.
const LONGEST: usize = 256;

impl Machine {
    /// Builds the automaton of `pattern`, in the syntax of the `regex` crate. Returns `None` if the
    /// automaton is too large, or if the pattern has assertions other than the start and the end of
    /// the text.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let hir = regex_syntax::ParserBuilder::new().nest_limit(NESTING).build().parse(pattern);
        let graph = Graph::new(&hir.ok()?)?;
        subsets::machine(&graph)
    }

    /// Returns `Some(true)` if the pattern matches anywhere in `text`, or `None` if only the engine
    /// can tell.
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

    /// Returns the state that follows `state` after a byte.
    #[inline]
    fn after(&self, state: u16, byte: u8) -> u16 {
        self.next.get(usize::from(state) + self.column(byte)).copied().unwrap_or(DEAD)
    }

    #[inline]
    fn column(&self, byte: u8) -> usize {
        self.columns[usize::from(byte)].into()
    }

    /// Returns `true` if a text that ends in `state` matches.
    #[inline]
    fn ends_well(&self, state: u16) -> bool {
        self.ends.get(self.row(state)).copied().unwrap_or(false)
    }

    #[inline]
    fn row(&self, state: u16) -> usize {
        usize::from(state) >> self.shift
    }
}

/// The maximum nesting depth of a pattern; the engine handles deeper ones.
const NESTING: u32 = 50;

#[cfg(test)]
mod tests;
