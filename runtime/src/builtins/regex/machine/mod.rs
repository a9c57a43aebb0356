//! Small patterns as deterministic automata: a match test is one table lookup for each byte of a
//! text.
//!
//! The `regex` crate finds matches in texts of any length with programs of any size. For this, it
//! creates states lazily during the search and borrows a cache for them. Policies match names,
//! images and quantities; for such short texts, this overhead exceeds the cost of the search. A
//! table contains all states of a pattern, so it is built for small patterns only. `regex-automata`
//! builds the table.

mod needs;

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_syntax::hir::Look;

pub(super) use self::needs::Needs;

/// A deterministic automaton over bytes that tests whether a pattern matches anywhere in a text.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    automaton: dense::DFA<Vec<u32>>,
    start: StateID,
    /// `true` if a match can begin only at the start of the text.
    anchored: bool,
}

/// The maximum length of a text in which a match may begin anywhere. The engine handles longer
/// texts, because it skips many bytes at once.
const LONGEST: usize = 256;

impl Machine {
    /// Builds the automaton of `pattern`, in the syntax of the `regex` crate. Returns `None` if the
    /// automaton is too large, or if the pattern has assertions about Unicode's words.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let hir = syntax::parse_with(pattern, &syntax::Config::new().nest_limit(NESTING)).ok()?;
        let anchored = hir.properties().look_set_prefix().contains(Look::Start);
        let nfa = thompson::Config::new().nfa_size_limit(Some(NFA_SIZE));
        let nfa = thompson::Compiler::new().configure(nfa).build_from_hir(&hir).ok()?;
        let config = dense::Config::new()
            .accelerate(false)
            .start_kind(StartKind::Unanchored)
            .dfa_size_limit(Some(SIZE))
            .determinize_size_limit(Some(SCRATCH_SIZE));
        let automaton = dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()?;
        let start = automaton.start_state(&start::Config::new()).ok()?;
        Some(Self { automaton, start, anchored })
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
            state = self.automaton.next_state(state, byte);
            // With this configuration, only the dead state and the matches are special.
            if self.automaton.is_special_state(state) {
                return self.automaton.is_match_state(state);
            }
        }
        self.ends_well(state)
    }

    /// Returns `true` if a text that ends in `state` matches.
    #[inline]
    fn ends_well(&self, state: StateID) -> bool {
        self.automaton.is_match_state(self.automaton.next_eoi_state(state))
    }
}

/// The maximum nesting depth of a pattern; the engine handles deeper ones.
const NESTING: u32 = 50;

/// The maximum size of the nondeterministic automaton in bytes; the engine handles larger ones.
const NFA_SIZE: usize = 64 << 10;

/// The maximum size of the table in bytes; the engine handles larger ones.
const SIZE: usize = 48 << 10;

/// The maximum size of the sets of states in bytes while the table is built.
const SCRATCH_SIZE: usize = 256 << 10;

#[cfg(test)]
mod tests;
